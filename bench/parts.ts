/** What one call costs, by part: timed at the two clients by which it leaves the process. */
import { loadavg } from 'node:os';
import { Client } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { createLedger } from '../stores/ledger';
import { createPool } from '../stores/pool';
import { measureEngineAlone, type EngineAlone } from './engine-alone';
import { engineCallsEnded } from './engine-calls';
import { openProduct } from './product';
import { sized, type Bench } from './row';
import { inLanes } from './rows/requests';
import { median } from './statistics';
import { wrap, wrapEngineCalls, type Method } from './wrap';

export interface CallParts {
  readonly call: string;
  readonly times: number;
  /** Medians in milliseconds, to the answer. */
  readonly whole: number;
  /** How much longer the engine's call lasts than that: nobody waits for it (docs/decisions/0013). */
  readonly afterwards: number;
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
  readonly sqlPerCall: number;
  readonly temporalPerCall: number;
}

export interface Parts {
  readonly at: string;
  readonly load: number;
  readonly calls: readonly CallParts[];
  readonly engine: EngineAlone;
}

/** Milliseconds of the process's clock. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Calls {
  readonly sql: (Stretch & { readonly name: string })[];
  readonly temporal: Stretch[];
}

/** A pool asks its connection with a callback, which comes last; what holds a connection itself gets a promise. */
function watch(calls: Calls): () => void {
  const timed = (call: () => unknown): Promise<unknown> => {
    const from = performance.now();
    return (call() as Promise<unknown>).finally(() => calls.temporal.push({ from, to: performance.now() }));
  };
  const undo = [
    wrap(Client.prototype, 'query', (call, args) => {
      const from = performance.now();
      const [statement] = args as [{ readonly name?: string } | string];
      const done = (): void => void calls.sql.push({ name: typeof statement === 'string' ? 'unnamed' : (statement.name ?? 'unnamed'), from, to: performance.now() });
      const last = args.at(-1);
      if (typeof last === 'function') {
        args[args.length - 1] = (...answer: unknown[]): void => {
          done();
          (last as Method)(...answer);
        };
        return call();
      }
      const result = call();
      return result instanceof Promise ? result.finally(done) : result;
    }),
    wrapEngineCalls(timed),
  ];
  return () => {
    for (const one of undo) one();
  };
}

async function medianOf(times: number, act: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const from = performance.now();
    await act();
    taken.push(performance.now() - from);
  }
  return median(taken);
}

/** What of it lies before the answer. */
const before = (answered: number, stretches: readonly Stretch[]): number => stretches.reduce((all, { from, to }) => all + Math.max(0, Math.min(to, answered) - from), 0);

/** What is the same for every call: an answer that needs no work, and a row that has no read model. */
interface Base {
  readonly http: number;
  readonly row: number;
}

async function callParts(call: string, times: number, base: Base, act: () => Promise<void>): Promise<CallParts> {
  const calls: Calls = { sql: [], temporal: [] };
  const each = { whole: [] as number[], afterwards: [] as number[], temporal: [] as number[], append: [] as number[], other: [] as number[], sql: [] as number[] };
  let engineCalls = 0;
  const unwatch = watch(calls);
  const once = async (): Promise<void> => {
    const from = performance.now();
    await act();
    const answered = performance.now();
    await engineCallsEnded();
    // Whoever awaits the call is told of its end after those who count the calls.
    await new Promise(setImmediate);
    const { sql, temporal } = { sql: calls.sql.splice(0), temporal: calls.temporal.splice(0) };
    const isAppend = ({ name }: { readonly name: string }): boolean => name.startsWith('ledger-append');
    each.whole.push(answered - from);
    each.afterwards.push(Math.max(0, ...temporal.map(({ to }) => to - answered)));
    each.temporal.push(before(answered, temporal));
    each.append.push(before(answered, sql.filter(isAppend)));
    each.other.push(before(answered, sql.filter((one) => !isAppend(one))));
    each.sql.push(sql.length);
    engineCalls += temporal.length;
  };
  try {
    for (let index = 0; index < times; index += 1) await once();
  } finally {
    unwatch();
  }
  const [whole, engine, append, other] = [median(each.whole), median(each.temporal), median(each.append), median(each.other)];
  const atLeastNone = (ms: number): number => Math.max(0, ms);
  return {
    call, times, whole, afterwards: median(each.afterwards), sqlPerCall: median(each.sql), temporalPerCall: engineCalls / times,
    parts: [
      { name: 'HTTP (an open call that does no work)', ms: base.http },
      { name: 'key, limits, policy, what is there: their SQL, some of it within the call of Temporal', ms: other },
      { name: 'Temporal (the call up to the answer, less the ledger that is written within it)', ms: atLeastNone(engine - append) },
      { name: 'ledger (a row without read model, committed)', ms: Math.min(base.row, append) },
      { name: 'read model (the projections in the same round trip)', ms: atLeastNone(append - base.row) },
      { name: 'validation, plan, answer (the rest)', ms: atLeastNone(whole - base.http - other - engine) },
    ],
  };
}

export async function measureParts(bench: Bench): Promise<Parts> {
  const world = await bench.world();
  const product = await openProduct(world);
  const pool = createPool(product.database.urlOf('wingman_worker'), { max: 2 });
  world.keep({ close: () => pool.end() });
  const ledger = createLedger(pool);
  const times = sized(bench, 30, 100, 300);
  await inLanes(sized(bench, 50, 200, 200), 4, () => product.askAuto());
  const open: string[] = [];
  await inLanes(times + 10, 4, async () => void open.push(await product.askPending()));
  for (let index = 0; index < 10; index += 1) await product.approve(open.pop() ?? '');

  const http = await medianOf(times, () => product.call('GET', '/.well-known/jwks.json', null));
  const row = await medianOf(times, () => ledger.append({ tenant: 'default', kind: 'refusal', body: canonicalJson({ code: 'NOT_FOUND' }), idem: null, projection: {} }));
  const calls = [
    await callParts('An automatic request', times, { http, row }, () => product.askAuto()),
    await callParts('A decision', times, { http, row }, () => product.approve(open.pop() ?? '')),
  ];
  return { at: new Date().toISOString(), load: loadavg()[0] ?? 0, calls, engine: await measureEngineAlone(bench) };
}

export function partsText({ load, calls, engine }: Parts): string {
  const tables = calls.map(({ call, times, whole, afterwards, parts, sqlPerCall, temporalPerCall }) => [
    `${call}, medians of ${String(times)} one after the other (load ${load.toFixed(1)}): ${whole.toFixed(1)} ms, ${String(sqlPerCall)} SQL round trips in all processes, ${temporalPerCall.toFixed(2)} calls of Temporal by the API. Temporal is done with it ${afterwards.toFixed(1)} ms after the answer.`,
    '', '| part | ms | share |', '|---|---|---|',
    ...parts.map(({ name, ms }) => `| ${name} | ${ms.toFixed(2)} | ${((100 * ms) / whole).toFixed(0)} % |`),
  ].join('\n'));
  const of = ({ ratio, spread }: EngineAlone['request']): string => `${ratio.toFixed(2)} (${spread.map((value) => value.toFixed(2)).join(' to ')})`;
  return [
    ...tables,
    `The engine alone, with what an approval has to have of it and nothing of ours (a local activity before the answer, encrypted payloads, search attributes), over the bare floors of B1 and B3: ${of(engine.request)} for a request, ${of(engine.decision)} for a decision. What a figure of B1 and B3 has above that is ours.`,
  ].join('\n\n');
}
