/** The activity: reads what it was sent as hostile, looks at what is registered, and is back in time with little to carry. */
import type { LookupAddress } from 'node:dns';
import type { TenantView } from '../../contracts/prober-file';
import { toObservation, type Look } from '../../domain/claim/blind';
import type { Observation, Probe } from '../../domain/claim/claim';
import { assertNever } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import { HTTP_LIMITS, lookAtHttp } from './look-http';
import { lookAtPort } from './look-port';
import { lookAtRows } from './look-rows';
import type { Lookers } from './lookers';
import { MAX_PROBES, parseProbe, toRefusedProbe } from './parse-probe';
import { planProbe, type Plan } from './plan-probe';
import type { ProberActivities } from './prober-activities';

export interface ProbeParts {
  readonly host: string;
  readonly tenants: Readonly<Record<string, TenantView>>;
  readonly lookers: Lookers;
  readonly lookup: (hostname: string) => Promise<readonly LookupAddress[]>;
  readonly now: () => number;
  readonly log: Logger;
  readonly system: string;
  readonly limits?: ProbeLimits;
}

export interface ProbeLimits {
  readonly callMs: number;
  readonly lookerMs: number;
}

/** A file of 256 MiB takes 1 s to hash on an idle core. */
export const PROBE_LIMITS: ProbeLimits = { callMs: 9_500, lookerMs: 6_000 };
const CONCURRENCY = 8;
const MAX_OUTPUT_BYTES = 65_536;
const NOTHING: TenantView = { roots: [], http: [], ports: { loopback: [], addresses: {} }, processes: [], services: [], packages: [], repositories: {}, databases: {} };

export function createProbe(parts: ProbeParts): ProberActivities['probe'] {
  const { host, tenants, now, log, system, limits = PROBE_LIMITS } = parts;

  async function observe(value: unknown, tenant: string, view: TenantView, deadline: number): Promise<Observation> {
    const probe = parseProbe(value);
    const tell = (what: Probe, seen: Look): Observation => toObservation(what, host, new Date(now()).toISOString(), seen);
    if (probe === null) return tell(toRefusedProbe(value), { blind: 'PROBE_NOT_UNDERSTOOD' });
    const plan = planProbe(probe, view, system);
    const taken = await take(plan, tenant, deadline - performance.now()).catch((err: unknown): Look => {
      log.warn({ err, tenant, probe: probe.kind }, 'a probe failed');
      return { blind: plan.kind === 'rows' ? 'ROWS_UNREADABLE' : 'PROBE_FAILED' };
    });
    return tell(probe, taken);
  }

  async function take(plan: Plan, tenant: string, leftMs: number): Promise<Look> {
    if (plan.kind === 'blind') return { blind: plan.code };
    if (leftMs <= 0) return { blind: 'PROBE_TIMED_OUT' };
    switch (plan.kind) {
      case 'looker':
        return parts.lookers.look(tenant, plan.task, Math.min(leftMs, limits.lookerMs));
      case 'http':
        return lookAtHttp(plan.target, parts.lookup, { ...HTTP_LIMITS, timeoutMs: Math.min(leftMs, HTTP_LIMITS.timeoutMs) });
      case 'port':
        return within(leftMs, lookAtPort(plan.task));
      case 'rows':
        return within(leftMs, lookAtRows(plan.task));
      default:
        return assertNever(plan);
    }
  }

  return async (request: unknown) => {
    const { tenant, probes } = readRequest(request);
    const view = Object.hasOwn(tenants, tenant) ? (tenants[tenant] ?? NOTHING) : NOTHING;
    const at = new Date(now()).toISOString();
    const asked = probes.slice(0, MAX_PROBES);
    if (probes.length > MAX_PROBES) return asked.map((value) => toObservation(toRefusedProbe(value), host, at, { blind: 'PROBES_TOO_MANY' }));
    const deadline = performance.now() + limits.callMs;
    return bounded(await inTurn(asked, (value) => observe(value, tenant, view, deadline)));
  };
}

/** Whoever reaches the queue may have written it; what has no list of probes has nothing to be looked at. */
function readRequest(request: unknown): { readonly tenant: string; readonly probes: readonly unknown[] } {
  if (typeof request !== 'object' || request === null || !('tenant' in request) || !('probes' in request)) return { tenant: '', probes: [] };
  const { tenant, probes } = request;
  return typeof tenant === 'string' && Array.isArray(probes) ? { tenant, probes } : { tenant: '', probes: [] };
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, run));
  return results;
}

async function within(ms: number, work: Promise<Look>): Promise<Look> {
  let late: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Look>((done) => (late = setTimeout(() => done({ blind: 'PROBE_TIMED_OUT' }), ms)));
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    clearTimeout(late);
    // It may still fail after it was given up; nobody waits for it any more.
    work.catch(() => undefined);
  }
}

/** The largest are left out first: long probes are an agent's words. */
function bounded(observations: readonly Observation[]): readonly Observation[] {
  const sizes = observations.map((one) => Buffer.byteLength(JSON.stringify(one)));
  const largestFirst = sizes.map((size, index) => ({ size, index })).sort((a, b) => b.size - a.size);
  let total = sizes.reduce((sum, size) => sum + size + 1, 2);
  const kept = [...observations];
  for (const { size, index } of largestFirst) {
    const observation = observations[index];
    if (total <= MAX_OUTPUT_BYTES || observation === undefined) break;
    const short = toObservation(toRefusedProbe(observation.probe), observation.host, observation.at, { blind: 'OUTPUT_TOO_LARGE' });
    kept[index] = short;
    total += Buffer.byteLength(JSON.stringify(short)) - size;
  }
  return kept;
}
