/** What one automatic request costs, by part: timed at the two clients by which it leaves the process. */
import { loadavg } from 'node:os';
import { WorkflowClient } from '@temporalio/client';
import { Client } from 'pg';
import { canonicalJson } from '../domain/canonical-json';
import { createLedger } from '../stores/ledger';
import { createPool } from '../stores/pool';
import { openProduct } from './product';
import { sized, type Bench } from './row';
import { median } from './statistics';

export interface Parts {
  readonly at: string;
  readonly load: number;
  readonly requests: number;
  /** Medians in milliseconds. */
  readonly whole: number;
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
  readonly sqlPerRequest: number;
  readonly temporalCallsPerRequest: number;
}

interface Calls {
  /** Milliseconds of each statement with a name, and of each call. */
  readonly sql: { readonly name: string; readonly ms: number }[];
  readonly temporal: number[];
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Puts `around` in the place of a method of all objects of a class. @returns what puts it back */
function wrap(prototype: object, name: string, around: (call: () => unknown, args: unknown[]) => unknown): () => void {
  const target = prototype as Record<string, Method>;
  const original = target[name] as Method;
  target[name] = function (this: unknown, ...args: unknown[]): unknown {
    return around(() => original.apply(this, args), args);
  };
  return () => {
    target[name] = original;
  };
}

/** A pool asks its connection with a callback, which comes last; what holds a connection itself gets a promise. */
function watch(calls: Calls): () => void {
  const undo = [
    wrap(Client.prototype, 'query', (call, args) => {
      const from = performance.now();
      const [statement] = args as [{ readonly name?: string } | string];
      const done = (): void => void calls.sql.push({ name: typeof statement === 'string' ? 'unnamed' : (statement.name ?? 'unnamed'), ms: performance.now() - from });
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
    wrap(WorkflowClient.prototype, 'executeUpdateWithStart', (call) => {
      const from = performance.now();
      return (call() as Promise<unknown>).finally(() => calls.temporal.push(performance.now() - from));
    }),
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

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

export async function measureParts(bench: Bench): Promise<Parts> {
  const world = await bench.world();
  const product = await openProduct(world);
  const pool = createPool(product.database.urlOf('wingman_worker'), { max: 2 });
  world.keep({ close: () => pool.end() });
  const ledger = createLedger(pool);
  const requests = sized(bench, 30, 100, 300);
  for (let index = 0; index < 10; index += 1) await product.askAuto();

  const calls: Calls = { sql: [], temporal: [] };
  const each = { temporal: [] as number[], append: [] as number[], other: [] as number[], sql: [] as number[] };
  let engineCalls = 0;
  const unwatch = watch(calls);
  const whole = await medianOf(requests, async () => {
    await product.askAuto();
    const { sql, temporal } = { sql: calls.sql.splice(0), temporal: calls.temporal.splice(0) };
    const isAppend = ({ name }: { readonly name: string }): boolean => name.startsWith('ledger-append');
    each.temporal.push(sum(temporal));
    each.append.push(sum(sql.filter(isAppend).map(({ ms }) => ms)));
    each.other.push(sum(sql.filter((one) => !isAppend(one)).map(({ ms }) => ms)));
    each.sql.push(sql.length);
    engineCalls += temporal.length;
  }).finally(unwatch);

  // An answer that needs no work, and a row that has no read model: what is more than these is validation, and projection.
  const http = await medianOf(requests, () => product.call('GET', '/.well-known/jwks.json', null));
  const row = await medianOf(requests, () => ledger.append({ tenant: 'default', kind: 'refusal', body: canonicalJson({ code: 'NOT_FOUND' }), idem: null, projection: {} }));
  const [engine, append, other] = [median(each.temporal), median(each.append), median(each.other)];
  const atLeastNone = (ms: number): number => Math.max(0, ms);
  return {
    at: new Date().toISOString(), load: loadavg()[0] ?? 0, requests, whole,
    sqlPerRequest: median(each.sql), temporalCallsPerRequest: engineCalls / requests,
    parts: [
      { name: 'HTTP (an open call that does no work)', ms: http },
      { name: 'key, limits, policy: their SQL', ms: other },
      { name: 'Temporal (update-with-start less the ledger that is written within it)', ms: atLeastNone(engine - append) },
      { name: 'ledger (a row without read model, committed)', ms: Math.min(row, append) },
      { name: 'read model (the projections in the same round trip)', ms: atLeastNone(append - row) },
      { name: 'validation, plan, answer (the rest)', ms: atLeastNone(whole - http - other - engine) },
    ],
  };
}

export function partsTable({ load, requests, whole, parts, sqlPerRequest, temporalCallsPerRequest }: Parts): string {
  return [
    `What an automatic request costs, medians of ${String(requests)} one after the other (load ${load.toFixed(1)}): ${whole.toFixed(1)} ms, ${String(sqlPerRequest)} SQL round trips in all processes, ${temporalCallsPerRequest.toFixed(2)} calls of Temporal by the API.`,
    '', '| part | ms | share |', '|---|---|---|',
    ...parts.map(({ name, ms }) => `| ${name} | ${ms.toFixed(2)} | ${((100 * ms) / whole).toFixed(0)} % |`),
  ].join('\n');
}
