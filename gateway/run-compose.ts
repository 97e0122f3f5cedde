/**
 * Runs Compose over a registered project. The pinned files are read once, held against their hashes, checked (contracts/compose-file.ts)
 * and written anew into a directory of our own: what Compose reads is what was checked, whatever happens to the project's directory
 * meanwhile, and whatever another reader of YAML would make of the text. `build` alone is not given to it (build-services.ts).
 */
import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envFilesOf, withEnvFilesAt } from '../contracts/compose-file';
import type { Action, StepResult } from '../domain/command/action';
import { composeArgv, toComposeArgs, type ComposeArgs } from '../domain/command/compose/compose';
import { refusal, WingmanError } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { buildServices } from './build-services';
import { readPinned, readProject } from './read-project';
import { runProcess } from './run-process';
import type { RunParts } from './run-parts';

/** @throws WingmanError CONFIG_MISSING, COMMAND_COMPOSE, FILE_CHANGED, CONFIG_INVALID: nothing has run then */
export async function runCompose(parts: RunParts, action: Action, registry: Registry, signal: AbortSignal): Promise<StepResult> {
  const args = toComposeArgs(action.args);
  if (args.verb === 'build') return buildServices(parts, action, registry, signal);
  if (parts.compose === null) {
    throw new WingmanError('CONFIG_MISSING', 'no compose program is set; install docker-compose and set WINGMAN_COMPOSE_BIN');
  }
  await requireNoDotEnv(args.dir);
  const copy = await mkdtemp(join(tmpdir(), 'wingman-compose-'));
  try {
    const place = await writeCopies(copy, args, registry);
    return await runProcess({
      argv: [...parts.compose, ...composeArgv(args, place)],
      cwd: args.dir,
      // Nothing of the gateway's own environment: a compose file may interpolate what it finds there.
      env: { DOCKER_HOST: `unix://${parts.dockerSocket}`, PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', COMPOSE_INTERACTIVE_NO_CLI: '1', LC_ALL: 'C.UTF-8' },
      user: null,
      timeoutMs: parts.stepTimeoutMs,
      maxOutputBytes: parts.maxOutputBytes,
      signal,
    });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function writeCopies(copy: string, args: ComposeArgs, registry: Registry) {
  const { dir, env_files = [] } = args;
  const variables = new Map<string, string>();
  for (const [at, pinned] of env_files.entries()) {
    const file = join(copy, `${String(at)}.env`);
    await writeFile(file, await readPinned(dir, pinned), { mode: 0o600 });
    variables.set(pinned.name, file);
  }
  const placeOf = (path: string): string => {
    const place = variables.get(plain(path));
    if (place === undefined) throw new TypeError('a file of variables was not copied');
    return place;
  };
  const copies: string[] = [];
  for (const [at, { name, parsed }] of (await readProject(args, registry)).entries()) {
    const loose = envFilesOf(parsed).find((path) => !variables.has(plain(path)));
    if (loose !== undefined) throw refusal('COMMAND_COMPOSE', `${name} reads ${loose}, which is not pinned; register it under env_files of the project`, { part: loose.slice(0, 100) });
    const file = join(copy, `${String(at)}.yaml`);
    // JSON is YAML, and leaves nothing to interpret.
    await writeFile(file, JSON.stringify(withEnvFilesAt(parsed, placeOf)), { mode: 0o600 });
    copies.push(file);
  }
  // Named, so that a `.env` which appears a moment later is not read.
  const envFile = join(copy, 'empty');
  await writeFile(envFile, '');
  return { files: copies, envFile };
}

const plain = (path: string): string => path.replace(/^\.\//, '');

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
  if (found) throw refusal('COMMAND_COMPOSE', `${path} is not pinned by any hash, and compose would read it; write its values into the registered files and remove it`);
}
