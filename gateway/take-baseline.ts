/** The facts of a step's targets just before or just after it, as observations: claims about it are judged against both. */
import type { Observation } from '../domain/claim/claim';
import type { Action, ResolvedTargets } from '../domain/command/action';
import { baselineProbes, type BaselineProbe } from '../domain/claim/baseline-probes';
import { isWingmanError } from '../domain/errors';
import { describeThing } from './engine-facts';
import type { Engine } from './engine';

export interface BaselineParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly environment: string;
  readonly gateway: string;
  readonly now: () => number;
}

const LOOK_MS = 3_000;

/**
 * Never fails: a look that did not come in time is blind. A container is looked at by the id that it had before, so that another one
 * of its name is not taken for it.
 */
export async function takeBaseline({ engine, environment, gateway, now }: BaselineParts, action: Action, targets: ResolvedTargets): Promise<readonly Observation[]> {
  const signal = AbortSignal.timeout(LOOK_MS);
  return Promise.all(
    baselineProbes(action, targets).map(async ({ target, id }): Promise<Observation> => {
      const about = { probe: { kind: target.kind, name: target.name }, host: `gateway-${environment}@${gateway}`.slice(0, 120), at: new Date(now()).toISOString() };
      try {
        return { ...about, seen: await look(engine, { target, id }, signal) };
      } catch (error) {
        if (!isWingmanError(error)) throw error;
        return { ...about, blind: { code: error.code, message: error.message.slice(0, 300) } };
      }
    }),
  );
}

async function look(engine: Pick<Engine, 'call'>, { target, id }: BaselineProbe, signal: AbortSignal): Promise<Awaited<ReturnType<typeof describeThing>>['facts']> {
  // An image is asked for by what it was called: its tag is what a step moves.
  const reference = target.kind === 'image' ? target.name : (id ?? target.name);
  const { facts } = await describeThing(engine, target.kind, reference, signal);
  return facts;
}
