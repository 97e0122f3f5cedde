/** Looks at things where they are: the engine's through its gateway's read-only activity, everything else through the host's prober. */
import { ActivityFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Observation } from '../domain/claim';
import type { DrLook } from '../domain/dr-plan';
import { gatewayLookOf, proberOf } from './activity-proxies';

/** One observation for each look; a side that cannot gives blind ones, which prove nothing either way. */
export async function lookAround(tenant: string, environment: string, looks: readonly DrLook[], queue: string): Promise<readonly Observation[]> {
  const hosts = [...new Set(looks.flatMap(({ at, host }) => (at === 'prober' && host !== null ? [host] : [])))];
  const atEngine = looks.filter(({ at }) => at === 'gateway');
  const seen = await Promise.all([
    ask(atEngine, environment, 'gateway', (probes) => gatewayLookOf(environment, queue).observe({ tenant, probes })),
    ...hosts.map((host) => ask(looks.filter((look) => look.host === host), host, 'prober', (probes) => proberOf(host, queue).probe({ tenant, probes }))),
  ]);
  return seen.flat();
}

async function ask(looks: readonly DrLook[], where: string, side: 'prober' | 'gateway', act: (probes: readonly DrLook['probe'][]) => Promise<readonly Observation[]>): Promise<readonly Observation[]> {
  if (looks.length === 0) return [];
  const probes = looks.map(({ probe }) => probe);
  try {
    return await act(probes);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const isAway = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START';
    // Workflow time: the same on replay.
    const at = new Date().toISOString();
    const blind = isAway
      ? { code: `NO_${side.toUpperCase()}`, message: `no ${side} of ${where} took the question in time` }
      : { code: `${side.toUpperCase()}_FAILED`, message: `the ${side} of ${where} gave no answer that could be read, in time` };
    return probes.map((probe) => ({ probe, host: where, at, blind }));
  }
}
