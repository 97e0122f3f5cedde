/** compose: what a project's files would do, and the entry that registers them. */
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { parseDocument, stringify } from 'yaml';
import { envFilesOf, parseComposeFile } from '../../../contracts/compose-file';
import { declaredBuilds, type DeclaredBuild } from '../../../domain/command/compose/declared-builds';
import { declaredNames } from '../../../domain/command/compose/declared-names';
import { composeFacts, type ServiceFacts } from '../../../domain/command/compose/facts';
import { sha256Hex } from '../../../security/digest';
import { applyPolicy } from '../apply-policy';
import { examples, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { findProject, showFound } from '../compose/find-project';
import { sayShown, type Show } from '../output';
import { readTextFile } from '../read-text';

interface Inspected {
  readonly services: readonly ServiceFacts[];
  /** Of all files together, by service. */
  readonly builds: Readonly<Record<string, DeclaredBuild>>;
  /** For `registry.compose` of the policy. */
  readonly entry: Readonly<Record<string, object>>;
  /** For `registry.build_contexts` and `registry.images`: what the entry's builds need. */
  readonly build_contexts: Readonly<Record<string, { readonly path: string; readonly dockerfile: string }>>;
  readonly images: readonly string[];
}

export function addComposeCommand(program: Command, cli: Cli): void {
  const compose = program.command('compose').description('Compose projects that agents may ask for');
  addProject(compose, cli);
  compose
    .command('inspect')
    .description('what these files would do, and the entry of the policy that registers them; nothing is sent')
    .argument('<file...>', 'the files, in the order in which Compose takes them; all in one directory')
    .option('--project <name>', 'its name; else that of the directory')
    .addHelpText('after', examples('wingman compose inspect /srv/shop/docker-compose.yml', 'wingman compose inspect compose.yaml compose.prd.yaml --project shop'))
    .action((files: readonly string[], { project }: { readonly project?: string }) => cli.print(inspect(files, project), show));
}

function addProject(program: Command, cli: Cli): void {
  program
    .command('add')
    .description('register the project of a directory: what it would do is shown, and a new version of the policy applies')
    .argument('<dir>', 'where its files are')
    .option('--project <name>', 'its name; else that of the directory')
    .option('--dry-run', 'show it, and change nothing')
    .addHelpText('after', examples('wingman compose add /srv/shop', 'wingman compose add . --project shop --dry-run'))
    .action(async (dir: string, { project, dryRun }: { readonly project?: string; readonly dryRun?: true }) => {
      const found = findProject(resolve(dir), project);
      sayShown(found, showFound);
      if (dryRun === true) return;
      const client = cli.client('operator');
      const policy = parseDocument((await client.policy()).policy);
      policy.setIn(['registry', 'compose', found.name], policy.createNode(found.entry));
      const text = policy.toString({ lineWidth: 0 });
      cli.print(await applyPolicy(client, text), ({ version }) => `project ${found.name} is registered; version ${String(version)} of the policy applies from now on`);
    });
}

function inspect(files: readonly string[], project: string | undefined): Inspected {
  const paths = files.map((file) => resolve(file));
  const dir = dirname(paths[0] ?? '');
  if (paths.some((path) => dirname(path) !== dir)) throw new CliFailure('the files of a project lie in one directory', EXIT.usage);
  const pinned = paths.map((path) => {
    const text = readTextFile(path);
    return { name: basename(path), text, parsed: parseComposeFile(text, basename(path)) };
  });
  const variables = [...new Set(pinned.flatMap(({ parsed }) => envFilesOf(parsed)))].map((name) => ({ name: name.replace(/^\.\//, ''), sha256: sha256Hex(readTextFile(join(dir, name))) }));
  const services = [...new Set(pinned.flatMap(({ parsed }) => Object.keys(parsed.services)))];
  const name = project ?? basename(dir);
  const builds = declaredBuilds(pinned.map(({ parsed }) => parsed.services), dir);
  const registered = Object.entries(builds).map(([service, one]) => [service, 'refused' in one ? one : { image: one.image, context: contextOf(name, one, builds) }] as const);
  const names = declaredNames(name, pinned.map(({ parsed }) => parsed));
  const buildable = Object.values(builds).flatMap((one) => ('refused' in one ? [] : [one]));
  return {
    services: pinned.flatMap(({ parsed }) => composeFacts(parsed.services)),
    builds,
    build_contexts: Object.fromEntries(buildable.map((one) => [contextOf(name, one, builds), { path: one.path, dockerfile: one.dockerfile }])),
    images: [...new Set(buildable.map(({ image }) => image))],
    entry: {
      [name]: {
        dir,
        files: pinned.map(({ name, text }) => ({ name, sha256: sha256Hex(text) })),
        ...(variables.length === 0 ? {} : { env_files: variables }),
        services,
        ...names,
        facts: pinned.flatMap(({ parsed }) => composeFacts(parsed.services)),
        ...(registered.length === 0 ? {} : { builds: Object.fromEntries(registered) }),
      },
    },
  };
}

/** Named after the first service that is built from it. */
function contextOf(project: string, { path, dockerfile }: { readonly path: string; readonly dockerfile: string }, builds: Inspected['builds']): string {
  const [first] = Object.entries(builds).find(([, one]) => !('refused' in one) && one.path === path && one.dockerfile === dockerfile) ?? [''];
  return `${project}-${first}`;
}

const show: Show<Inspected> = ({ services, builds, entry, build_contexts, images }, style) =>
  [
    ...services.flatMap(({ service, image, ports, host_mounts, volumes, powers }) => [
      `${style.bold(service)}  image ${image}`,
      ...(ports.length === 0 ? [] : [`  publishes ${ports.join(', ')}`]),
      ...(volumes.length === 0 ? [] : [`  volumes ${volumes.join(', ')}`]),
      ...host_mounts.map((mount) => style.red(`  mounts ${mount} of the host, whose content no hash pins`)),
      ...powers.map((power) => style.red(`  ${power}`)),
    ]),
    ...Object.entries(builds).map(([service, one]) =>
      style.red('refused' in one ? `service ${service} is not built: it ${one.refused}` : `service ${service} is built as ${one.image} from ${one.path} (${one.dockerfile}), whose content no hash pins`),
    ),
    '',
    'For the policy (`wingman policy show`, then `wingman policy apply`):',
    '',
    stringify({ registry: { ...(images.length === 0 ? {} : { images, build_contexts }), compose: entry } }).trimEnd(),
  ].join('\n');
