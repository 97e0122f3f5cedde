/** Checked copies of a project's files, for as long as one run of Compose takes. */
import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envFilesOf, mountedFilesOf, withEnvFilesAt, withMountedFilesAt, type ComposeFile } from '../contracts/compose-file';
import type { ComposeArgs } from '../domain/command/compose/compose';
import { variablesOf } from '../domain/command/compose/interpolate';
import { builtImage } from '../domain/command/compose/project-builds';
import { refusePowers } from '../domain/command/compose/refuse-powers';
import { refusal } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { readPinned, readProject } from './read-project';

export interface ComposeCopies {
  readonly place: { readonly files: readonly string[]; readonly envFile: string };
  readonly files: readonly ComposeFile[];
  readonly variables: ReadonlyMap<string, string>;
}

/** @throws WingmanError COMMAND_COMPOSE, FILE_CHANGED, CONFIG_INVALID, before `use` is called */
export async function withComposeCopies<T>(args: ComposeArgs, registry: Registry, use: (copies: ComposeCopies) => Promise<T>): Promise<T> {
  // The one that is said is the one that is read.
  if (args.variables === undefined && args.env_files?.some(({ name }) => name === '.env') !== true) await requireNoDotEnv(args.dir);
  const copy = await mkdtemp(join(tmpdir(), 'wingman-compose-'));
  try {
    return await use(await writeCopies(copy, args, registry));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function writeCopies(copy: string, args: ComposeArgs, registry: Registry): Promise<ComposeCopies> {
  const { dir, env_files = [] } = args;
  const pinned = new Map<string, string>();
  const filledFrom = args.variables ?? '.env';
  let variables: ReadonlyMap<string, string> = new Map();
  for (const [at, file] of env_files.entries()) {
    const path = join(copy, `${String(at)}.env`);
    const content = await readPinned(dir, file);
    await writeFile(path, content, { mode: 0o600 });
    pinned.set(file.name, path);
    if (file.name === filledFrom) variables = variablesOf(content.toString('utf8'));
  }
  const read = await readProject(args, registry);
  if (args.unregistered === true) refusePowers(read.map(({ parsed }) => parsed), dir, variables);
  const copies: string[] = [];
  for (const [at, { name, parsed }] of read.entries()) {
    const present = withoutMissing(parsed, pinned);
    const loose = [...envFilesOf(present), ...mountedFilesOf(present)].find((path) => !pinned.has(plain(path)));
    if (loose !== undefined) throw refusal('COMMAND_COMPOSE', `${name} reads ${loose}, which is not pinned; register it under env_files of the project`, { part: loose.slice(0, 100) });
    const file = join(copy, `${String(at)}.yaml`);
    // The project's name is said beside it, and 1.29 knows it in no file. What a secret is mounted from outlives this run: it stays where it is. JSON is YAML, and leaves nothing to interpret.
    const { name: _name, ...unnamed } = present;
    const whole = withMountedFilesAt(withEnvFilesAt(unnamed, (path) => pinned.get(plain(path)) ?? path), (path) => join(dir, plain(path)));
    await writeFile(file, JSON.stringify(args.builds_from_files === true || registryOf(args, registry)?.builds_from_files === true || args.unregistered === true ? withBuiltImages(whole, args.project) : whole), { mode: 0o600 });
    copies.push(file);
  }
  // Named, so that a `.env` which appears a moment later is not read.
  const envFile = pinned.get(filledFrom) ?? join(copy, 'empty');
  if (!pinned.has(filledFrom)) await writeFile(envFile, '');
  return { place: { files: copies, envFile }, files: read.map(({ parsed }) => parsed), variables };
}

const registryOf = ({ project }: ComposeArgs, { compose }: Registry) => (Object.hasOwn(compose, project) ? compose[project] : undefined);
const plain = (path: string): string => path.replace(/^\.\//, '');

/** A file of variables that need not be there, and that nobody pinned, is not there. */
function withoutMissing(file: ComposeFile, pinned: ReadonlyMap<string, string>): ComposeFile {
  const services = Object.entries(file.services).map(([name, service]) => {
    if (service.env_file === undefined) return [name, service];
    const kept = [service.env_file].flat().filter((one) => typeof one === 'string' || one.required !== false || pinned.has(plain(one.path)));
    // 1.29 knows paths alone.
    return [name, { ...service, env_file: kept.map((one) => (typeof one === 'string' ? one : one.path)) }];
  });
  return { ...file, services: Object.fromEntries(services) as ComposeFile['services'] };
}

/** By the name under which it was built here: releases of Compose name it differently where the file does not. */
function withBuiltImages(file: ComposeFile, project: string): ComposeFile {
  const services = Object.entries(file.services).map(([name, service]) => [name, service.build === undefined || service.image !== undefined ? service : { ...service, image: builtImage(project, name) }]);
  return { ...file, services: Object.fromEntries(services) as ComposeFile['services'] };
}

/**
 * Compose reads `.env` of the project directory by itself, and with it whoever can write there sets images, commands and mounts
 * of files whose hashes are pinned. A link that leads nowhere counts: it may lead somewhere a moment later.
 */
async function requireNoDotEnv(dir: string): Promise<void> {
  const path = join(dir, '.env');
  const found = await lstat(path).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
  if (found) throw refusal('COMMAND_COMPOSE', `${path} is not pinned by any hash, and compose would read it; register it under env_files of the project`);
}
