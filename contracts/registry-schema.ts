/** The `registry:` part of a policy file: what an operator lets commands touch. Nothing listed is nothing allowed. */
import { z } from 'zod';
import { serviceBuilds } from '../domain/command/compose/builds';
import { isDockerfilePath } from '../domain/command/compose/dockerfile-path';
import { thingsOfProject } from '../domain/command/compose/declared-things';
import { isWingmanError } from '../domain/errors';
import { isProtectedName } from '../domain/command/protected-names';
import { EMPTY_REGISTRY, type Registry } from '../domain/command/registry';

const word = z.string().min(1).max(512);
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'must be a name of letters, digits, dots, dashes, underscores');
const protectedName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\*?$/, 'must be a name, or the beginning of one with * at its end');
const image = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._:/-]{0,200}(?:\/\*|@sha256:[0-9a-f]{64})?$/, 'must be name:tag, or registry/path/*')
  .refine((text) => text.endsWith('/*') || /[:@][^/]+$/.test(text), 'needs a tag: `nginx:1.27`, not `nginx`');
const absolutePath = z
  .string()
  .max(1024)
  .regex(/^\/[\x20-\x7e]*$/, 'must be an absolute path')
  .refine((path) => !path.split('/').includes('..'), 'must not hold ..');
/** A mount of these hands the host over, whoever registered it. */
const mountSource = absolutePath
  .refine(
    (path) => !/^\/+(?:etc|proc|sys|dev|boot|root|run|var\/run)?\/*$/.test(path),
    'may not be mounted: it hands over the host',
  )
  .refine((path) => !/(?:docker|containerd)\.sock\/*$/.test(path), 'may not be mounted: it hands over the engine');
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of a variable');

const registeredCommand = z.strictObject({
  argv: z
    .array(z.string().max(1024))
    .min(1)
    .max(64)
    .refine((argv) => argv[0]?.startsWith('/') === true, 'must begin with the absolute path of the program'),
  summary: z.string().min(1).max(200),
  reversibility: z.enum(['READ_ONLY', 'REVERSIBLE', 'DESTRUCTIVE']),
  cwd: absolutePath,
  user: z
    .string()
    .regex(/^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,10})$/, 'must be a user name or a uid')
    .nullable()
    .default(null),
  env: z.record(variable, z.string().max(4096)).default({}),
  timeout_seconds: z.int().min(1).max(3600).default(60),
  max_output_bytes: z.int().min(1).max(10_485_760).default(65_536),
});

/** Below the project's directory: files of variables and secrets lie in folders of their own. */
const pinnedName = z.string().max(200).regex(/^[A-Za-z0-9._][A-Za-z0-9._/-]*$/, 'must be a path below the directory').refine((path) => !path.split('/').includes('..'), 'must not hold ..');
const pinnedFile = z.strictObject({
  name: pinnedName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the file in lower-case hex'),
});

const said = z.array(z.string().max(1024)).max(100);
/** As `wingman compose inspect` prints them. */
const serviceFacts = z.strictObject({ service: name, image: z.string().max(512), ports: said, host_mounts: said, volumes: said, powers: said });

const composeProject = z.strictObject({
  dir: absolutePath,
  files: z.array(pinnedFile).min(1).max(10),
  env_files: z.array(pinnedFile).max(20).default([]),
  services: z.array(name).min(1).max(100),
  container_names: z.record(name, name).exactOptional(),
  networks: z.array(name).max(100).exactOptional(),
  volumes: z.array(name).max(100).exactOptional(),
  facts: z.array(serviceFacts).max(200).exactOptional(),
  builds: z.record(name, z.union([z.strictObject({ image: z.string().max(512), context: name }), z.strictObject({ refused: z.string().min(1).max(1024) })])).default({}),
  builds_from_files: z.boolean().default(false),
  default: z.boolean().default(false),
});

export const registrySchema = z
  .strictObject({
    protected: z
      .strictObject({
        containers: z.array(protectedName).default([]),
        networks: z.array(protectedName).default([]),
        volumes: z.array(protectedName).default([]),
      })
      .prefault({}),
    images: z.array(image).max(500).default([]),
    exec: z.record(name, z.array(z.array(word).min(1).max(64)).min(1)).default({}),
    run_env: z.record(variable, z.string().max(4096)).default({}),
    run_networks: z.array(name).default([]),
    run_volumes: z.array(name).default([]),
    host_mounts: z.array(z.strictObject({ source: mountSource, readonly: z.boolean().default(true) })).default([]),
    build_contexts: z
      .record(
        name,
        z.strictObject({
          path: absolutePath,
          dockerfile: z
            .string()
            .refine(isDockerfilePath, 'must be a path inside the context, without ..')
            .default('Dockerfile'),
        }),
      )
      .default({}),
    compose: z
      .record(name, composeProject)
      .refine(
        (projects) => Object.values(projects).filter((project) => project.default).length <= 1,
        'only one project can be the default',
      )
      .default({}),
    commands: z.record(name, registeredCommand).default({}),
    limits: z
      .strictObject({
        max_command_length: z.int().min(16).max(4096).default(EMPTY_REGISTRY.limits.max_command_length),
        max_args: z.int().min(1).max(64).default(EMPTY_REGISTRY.limits.max_args),
        max_commands: z.int().min(1).max(100).default(EMPTY_REGISTRY.limits.max_commands),
      })
      .prefault({}),
  })
  .superRefine((registry, context) => {
    for (const [project, fault] of protectedFaults(registry)) context.addIssue({ code: 'custom', path: ['compose', project], message: fault });
    for (const [project, fault] of buildFaults(registry)) context.addIssue({ code: 'custom', path: ['compose', project, 'builds'], message: fault });
  })
  .meta({ id: 'Registry' });

/** A project that makes or takes a protected thing would be a way around the protection. */
function protectedFaults(registry: Registry): readonly (readonly [string, string])[] {
  return Object.entries(registry.compose).flatMap(([project, one]) => {
    const found = thingsOfProject(project, one).find(({ kind, name }) => isProtectedName(registry, kind, [name]));
    return found === undefined ? [] : [[project, `declares ${found.kind} ${found.name}, which is protected`] as const];
  });
}

/** By the same reader as the commands: what could not be asked for is not registered. */
function buildFaults(registry: Registry): readonly (readonly [string, string])[] {
  return Object.entries(registry.compose).flatMap(([name, project]): readonly (readonly [string, string])[] => {
    const builds = Object.entries(project.builds ?? {});
    const stranger = builds.find(([service]) => !project.services.includes(service));
    if (stranger !== undefined) return [[name, `names ${stranger[0]}, which is not under services`]];
    const built = builds.filter(([, one]) => !('refused' in one)).map(([service]) => service);
    try {
      if (built.length > 0) serviceBuilds(project, built, registry);
      return [];
    } catch (error) {
      if (!isWingmanError(error)) throw error;
      return [[name, `cannot be asked for: ${error.message}`]];
    }
  });
}
