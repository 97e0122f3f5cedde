/** `docker compose cp`: `docker cp` with the container of a service. */
import type { StepResult } from '../domain/command/action';
import type { ComposeArgs } from '../domain/command/compose/compose';
import { refusal } from '../domain/errors';
import { cp } from '../domain/command/verbs/host-files';
import { serviceContainers } from './wait-for-services';
import type { DockerParts } from './run-docker';
import { runEngineCalls } from './run-engine-calls';

export async function copyService({ engine, maxOutputBytes }: DockerParts, args: ComposeArgs, signal: AbortSignal): Promise<StepResult> {
  const [service = ''] = args.services;
  const [direction, inside = '', path = ''] = args.command ?? [];
  const [container] = (await serviceContainers(engine, args, signal)).filter((one) => one.service === service);
  if (container === undefined) throw refusal('TARGET_UNRESOLVED', `service ${service} has no container; bring it up first`, { target: service });
  const calls = cp.run({ container: container.id, inside, path, direction: direction === 'in' ? 'in' : 'out' }, new Map([[`container:${container.id}`, container.id]]));
  return runEngineCalls(engine, calls, { signal, maxOutputBytes, buildContext: () => Promise.reject(new TypeError('a copy builds nothing')) });
}
