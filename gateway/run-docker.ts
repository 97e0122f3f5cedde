/** Carries out one Docker action by calls of the Engine API. */
import type { Action, ResolvedTargets, StepResult } from '../domain/command/action';
import { refusal } from '../domain/errors';
import { runAction as engineCalls } from '../domain/command/parse-action';
import type { Registry } from '../domain/command/registry';
import { packBuildContext } from './build-context';
import type { Engine } from './engine';
import { requireOwnPath } from './host-files';
import { runEngineCalls } from './run-engine-calls';

export interface DockerParts {
  readonly engine: Engine;
  readonly maxOutputBytes: number;
}

export interface ToRun {
  readonly action: Action;
  readonly targets: ResolvedTargets;
  readonly registry: Registry;
}

export async function runDocker({ engine, maxOutputBytes }: DockerParts, { action, targets, registry }: ToRun, signal: AbortSignal): Promise<StepResult> {
  return runEngineCalls(engine, engineCalls(action, targets), {
    signal,
    maxOutputBytes,
    buildContext: async (name, dockerfile) => {
      // A directory of the host, as its card named it.
      if (name.startsWith('/')) return packBuildContext({ path: await requireOwnPath(name, true), dockerfile });
      const context = Object.hasOwn(registry.build_contexts, name) ? registry.build_contexts[name] : undefined;
      if (context === undefined) throw refusal('COMMAND_NOT_REGISTERED', `build context ${name} is not registered`);
      return packBuildContext({ path: context.path, dockerfile });
    },
  });
}
