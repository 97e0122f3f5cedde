/** Carries out one typed action: Engine API calls, a registered Compose project, or a registered argument list. */
import type { Action, StepResult } from '../domain/command/action';
import { refusal } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { runCompose } from './run-compose';
import { runDocker, type ToRun } from './run-docker';
import type { RunParts } from './run-parts';
import { runProcess } from './run-process';

export async function runAction(parts: RunParts, { action, targets, registry }: ToRun): Promise<StepResult> {
  const deadline = AbortSignal.timeout(parts.stepTimeoutMs);
  switch (action.program) {
    case 'docker':
      return runDocker(parts, { action, targets, registry }, deadline);
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
