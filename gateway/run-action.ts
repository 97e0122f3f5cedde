/** Carries out one typed action: Engine API calls, a registered Compose project, or a registered argument list. */
import type { Action, ResolvedTargets, StepResult } from '../domain/action';
import { refusal } from '../domain/errors';
import { runAction as engineCalls } from '../domain/parse-action';
import type { Registry } from '../domain/registry';
import { packBuildContext } from './build-context';
import type { Engine } from './engine';
import { runCompose } from './run-compose';
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
      return runCompose(parts, action, registry, deadline);
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
