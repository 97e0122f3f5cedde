/**
 * The read-only side of a gateway: looks at containers, images, networks and volumes for whoever judges a claim. It can change
 * nothing, and it says less than a list would: one thing by its own name, never by an id, and never a label or a log.
 */
import { hostname } from 'node:os';
import type { Observation, Probe } from '../domain/claim/claim';
import { isWingmanError, refusal } from '../domain/errors';
import { toTenantId } from '../domain/ids';
import { describeThing } from './engine-facts';
import type { Engine } from './engine';

export interface ObserveOrder {
  readonly tenant: string;
  readonly probes: readonly Probe[];
}

export interface ObserveParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly environment: string;
  readonly now: () => number;
}

const KINDS = ['container', 'image', 'network', 'volume'] as const;
type Kind = (typeof KINDS)[number];

/** Of all probes of an order together: a verdict waits for it. */
const OBSERVE_MS = 5_000;
const MOST_PROBES = 50;

/**
 * One observation for each probe, in order. Never fails for what an engine does: a probe that could not look is blind, with the
 * reason. Orders come over a queue and are checked again here.
 *
 * @throws WingmanError INVALID_FIELD: an order of another form, or of more than 50 probes
 */
export function createObserve({ engine, environment, now }: ObserveParts, limitMs: number = OBSERVE_MS) {
  const host = `gateway-${environment}@${hostname()}`.slice(0, 120);
  return async (order: ObserveOrder): Promise<readonly Observation[]> => {
    const probes = requireProbes(order);
    const signal = AbortSignal.timeout(limitMs);
    return Promise.all(
      probes.map(async (probe): Promise<Observation> => {
        const looked = isOfEngine(probe) ? await look(engine, probe, signal) : { blind: { code: 'INVALID_FIELD', message: `a gateway does not look at a ${String(probe.kind).slice(0, 40)}` } };
        return { probe, host, at: new Date(now()).toISOString(), ...looked };
      }),
    );
  };
}

type Looked = Pick<Extract<Observation, { seen: unknown }>, 'seen'> | Pick<Extract<Observation, { blind: unknown }>, 'blind'>;

async function look(engine: Pick<Engine, 'call'>, { kind, name }: { readonly kind: Kind; readonly name: string }, signal: AbortSignal): Promise<Looked> {
  try {
    const { name: found, facts } = await describeThing(engine, kind, name, signal);
    // The engine takes ids and their beginnings for names; who asks by one may be asking for a thing that is not theirs to know.
    if (found !== null && kind !== 'image' && found !== name) return blind('INVALID_FIELD', `say the ${kind}'s name, not its id`);
    if (kind === 'image' && /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name)) return blind('INVALID_FIELD', "say the image's name and tag, not its id");
    return { seen: facts };
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return blind(error.code, error.code === 'TIMED_OUT' ? 'the engine did not answer in time' : error.message.slice(0, 300));
  }
}

const blind = (code: string, message: string): Looked => ({ blind: { code, message } });

function requireProbes(order: unknown): readonly Probe[] {
  if (typeof order !== 'object' || order === null || !('probes' in order) || !Array.isArray(order.probes)) throw refusal('INVALID_FIELD', 'an order to look needs `tenant` and `probes`');
  toTenantId('tenant' in order ? order.tenant : null);
  const probes = order.probes as readonly unknown[];
  if (probes.length > MOST_PROBES) throw refusal('INVALID_FIELD', `at most ${String(MOST_PROBES)} probes at once`);
  for (const probe of probes) {
    if (typeof probe !== 'object' || probe === null || !('kind' in probe) || typeof probe.kind !== 'string') throw refusal('INVALID_FIELD', 'a probe needs a kind');
    if (isKind(probe.kind) && (!('name' in probe) || typeof probe.name !== 'string')) throw refusal('INVALID_FIELD', `a probe of a ${probe.kind} needs its name`);
  }
  return probes as readonly Probe[];
}

const isKind = (kind: string): kind is Kind => KINDS.some((known) => known === kind);
const isOfEngine = (probe: Probe): probe is Extract<Probe, { kind: Kind }> => isKind(probe.kind);
