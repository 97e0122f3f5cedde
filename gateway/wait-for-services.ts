/** The containers of a project, by the labels that Compose gives them, and the wait for them to be up and healthy. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StepResult } from '../domain/command/action';
import type { ComposeArgs } from '../domain/command/compose/compose';
import type { Engine } from './engine';

export interface ServiceContainer {
  readonly id: string;
  readonly service: string;
  readonly state: string;
  /** The engine's words, such as `Up 3 seconds (health: starting)`. */
  readonly status: string;
}

const EVERY_MS = 500;

export async function serviceContainers(engine: Pick<Engine, 'call'>, { project }: ComposeArgs, signal: AbortSignal): Promise<readonly ServiceContainer[]> {
  const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'] });
  const { json } = await engine.call({ method: 'GET', path: '/containers/json', query: { all: true, filters }, answer: 'json', expect: [200] }, { signal });
  return (json as readonly { Id: string; State: string; Status: string; Labels: Readonly<Record<string, string>> }[]).map(({ Id, State, Status, Labels }) => ({ id: Id, state: State, status: Status, service: Labels['com.docker.compose.service'] ?? '' }));
}

/** Until none is starting, or one has ended with a failure; the step's deadline is the end in any case. */
export async function waitForServices(engine: Pick<Engine, 'call'>, args: ComposeArgs, signal: AbortSignal): Promise<StepResult> {
  for (;;) {
    const found = (await serviceContainers(engine, args, signal)).filter(({ service }) => args.services.length === 0 || args.services.includes(service));
    const failed = found.filter(({ state, status }) => state === 'dead' || (state === 'exited' && !/\(0\)/.test(status)) || /\(unhealthy\)/.test(status));
    if (failed.length > 0) return { exit_code: 1, output: failed.map(({ service, status }) => `${service}: ${status}\n`).join('') };
    if (!found.some(({ state, status }) => state === 'created' || state === 'restarting' || /health: starting/.test(status))) return { exit_code: 0, output: '' };
    await sleep(EVERY_MS, undefined, { signal });
  }
}
