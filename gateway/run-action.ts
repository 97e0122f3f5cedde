/** Carries out one typed action: Engine API calls, a registered Compose project, or a registered argument list. */
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Action, ResolvedTargets, StepResult } from '../domain/action';
import { composeArgv, toComposeArgs } from '../domain/compose';
import { refusal, WingmanError } from '../domain/errors';
import { runAction as engineCalls } from '../domain/parse-action';
import type { Registry } from '../domain/registry';
import { packBuildContext } from './build-context';
import type { Engine } from './engine';
import { runEngineCalls } from './run-engine-calls';
import { runProcess } from './run-process';

export interface RunParts {
  readonly engine: Engine;
  readonly dockerSocket: string;
  /** Absolute path of docker-compose, or of docker with its compose plugin; null when there is none. */
  readonly compose: readonly string[] | null;
  readonly stepTimeoutMs: number;
  readonly maxOutputBytes: number;
}

interface ToRun {
  readonly action: Action;
  readonly targets: ResolvedTargets;
  readonly registry: Registry;
}

export async function runAction(parts: RunParts, { action, targets, registry }: ToRun): Promise<StepResult> {
  const deadline = AbortSignal.timeout(parts.stepTimeoutMs);
  switch (action.program) {
    case 'docker':
      return runEngineCalls(parts.engine, engineCalls(action, targets), {
        signal: deadline,
        maxOutputBytes: parts.maxOutputBytes,
        buildContext: (name) => {
          const context = Object.hasOwn(registry.build_contexts, name) ? registry.build_contexts[name] : undefined;
          if (context === undefined) throw refusal('COMMAND_NOT_REGISTERED', `build context ${name} is not registered`);
          return packBuildContext(context);
        },
      });
    case 'compose':
      return runCompose(parts, action, deadline);
    case 'registered':
      return runRegistered(parts, action, registry, deadline);
  }
}

async function runRegistered(parts: RunParts, action: Action, registry: Registry, signal: AbortSignal): Promise<StepResult> {
  const command = Object.hasOwn(registry.commands, action.verb) ? registry.commands[action.verb] : undefined;
  if (command === undefined) throw refusal('COMMAND_NOT_REGISTERED', `${action.verb} is not registered`);
  return runProcess({
    argv: command.argv,
    cwd: command.cwd,
    env: command.env,
    user: command.user,
    timeoutMs: Math.min(command.timeout_seconds * 1000, parts.stepTimeoutMs),
    maxOutputBytes: Math.min(command.max_output_bytes, parts.maxOutputBytes),
    signal,
  });
}

async function runCompose(parts: RunParts, action: Action, signal: AbortSignal): Promise<StepResult> {
  if (parts.compose === null) {
    throw new WingmanError('CONFIG_MISSING', 'no compose program is set; install docker-compose and set WINGMAN_COMPOSE_BIN');
  }
  const args = toComposeArgs(action.args);
  await requireNoDotEnv(args.dir);
  for (const file of args.files) await requireUnchanged(join(args.dir, file.name), file.sha256);
  return runProcess({
    argv: [...parts.compose, ...composeArgv(args)],
    cwd: args.dir,
    // Nothing of the gateway's own environment: a compose file may interpolate what it finds there.
    env: { DOCKER_HOST: `unix://${parts.dockerSocket}`, PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', COMPOSE_INTERACTIVE_NO_CLI: '1', LC_ALL: 'C.UTF-8' },
    user: null,
    timeoutMs: parts.stepTimeoutMs,
    maxOutputBytes: parts.maxOutputBytes,
    signal,
  });
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
  if (found) throw refusal('COMMAND_COMPOSE', `${path} is not pinned by any hash, and compose would read it; write its values into the registered files and remove it`);
}

async function requireUnchanged(path: string, sha256: string): Promise<void> {
  const content = await readFile(path).catch(() => {
    throw refusal('FILE_CHANGED', `${path} cannot be read; register the project again`);
  });
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    throw refusal('FILE_CHANGED', `${path} is not what was registered; look at it and register the project again`);
  }
}
