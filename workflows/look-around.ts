/** Looks at things where they are: the engine's through its gateway's read-only activity, everything else through the host's prober. */
import { ActivityFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Observation, Probe } from '../domain/claim/claim';
import type { DrLook } from '../domain/recovery/plan';
import { gatewayLookOf, proberOf } from './activity-proxies';

/** One observation for each look; a side that cannot gives blind ones, which prove nothing either way. */
export async function lookAround(tenant: string, environment: string, looks: readonly DrLook[], queue: string): Promise<readonly Observation[]> {
  const hosts = [...new Set(looks.flatMap(({ at, host }) => (at === 'prober' && host !== null ? [host] : [])))];
  const atEngine = looks.filter(({ at }) => at === 'gateway');
  const seen = await Promise.all([
    askSide(atEngine.map(({ probe }) => probe), environment, 'gateway', (probes) => gatewayLookOf(environment, queue).observe({ tenant, probes })),
    ...hosts.map((host) => askSide(looks.filter((look) => look.host === host).map(({ probe }) => probe), host, 'prober', (probes) => proberOf(host, queue).probe({ tenant, probes }))),
  ]);
  return seen.flat();
}

/** @param side whom it is asked; what is no list, from a machine that may be anybody's, is no answer */
export async function askSide(probes: readonly Probe[], where: string, side: 'prober' | 'gateway', act: (probes: readonly Probe[]) => Promise<readonly Observation[]>): Promise<readonly Observation[]> {
  if (probes.length === 0) return [];
  try {
    const answer: unknown = await act(probes);
    return Array.isArray(answer) ? (answer as readonly Observation[]) : blindAll(probes, where, `${side.toUpperCase()}_FAILED`, `the ${side} of ${where} gave something that is no list of observations`);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const isAway = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START';
    return isAway
      ? blindAll(probes, where, `NO_${side.toUpperCase()}`, `no ${side} of ${where} took the question in time: start one there, and ask again`)
      : blindAll(probes, where, `${side.toUpperCase()}_FAILED`, `the ${side} of ${where} gave no answer that could be read, in time`);
  }
}

export function blindAll(probes: readonly Probe[], host: string, code: string, message: string): readonly Observation[] {
  // Workflow time: the same on replay.
  const at = new Date().toISOString();
  return probes.map((probe) => ({ probe, host, at, blind: { code, message } }));
}
