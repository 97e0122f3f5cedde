/** The ledger against a table that proves nothing. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { verifyExportFile } from '../../clients/cli/verify-export';
import { canonicalJson } from '../../domain/text/canonical-json';
import { createKeyFiles } from '../../security/keys/files';
import { loadWorkerKeys } from '../../security/keys/load';
import { createLedger } from '../../stores/ledger';
import { streamLedger } from '../../stores/ledger-export';
import { createPool } from '../../stores/pool';
import { latency, throughput } from '../measure';
import type { Side } from '../side';
import { planOf, sized, type Bench, type Row } from '../row';
import { onePerWorld } from './requests';

const TENANT = 'default';

interface LedgerSides {
  readonly subject: Side;
  readonly floor: Side;
  readonly pids: readonly number[];
}

const body = (): string => canonicalJson({ approval_id: randomUUID(), code: 'NOT_FOUND', what: 'POST /approvals/request', who: 'agent-1', detail: randomBytes(60).toString('hex') });

/** To make a body takes 5 us, which belong to neither side: a ninth of the ledger's time, a twentieth of the floor's. */
function withBodies(act: (text: string) => Promise<void>): Side {
  let bodies: string[] = [];
  return {
    prepare(operations) {
      bodies = Array.from({ length: operations }, body);
      return Promise.resolve();
    },
    once: () => act(bodies.pop() ?? body()),
  };
}

const sidesOf = onePerWorld(async (bench: Bench): Promise<LedgerSides> => {
  const world = await bench.world();
  const database = await world.createDatabase();
  const owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
  await owner.query('create table public.plain (seq bigint generated always as identity primary key, tenant text not null, kind text not null, body text not null, prev_hash text not null, hash text not null, at timestamptz not null default now())');
  await owner.query('grant select, insert on public.plain to wingman_worker');
  await owner.end();
  const pool = createPool(database.urlOf('wingman_worker'), { max: 20 });
  world.keep({ close: () => pool.end() });
  const ledger = createLedger(pool);
  const hash = randomBytes(32).toString('hex');
  const floor = withBodies(async (text) => {
    await pool.query({ name: 'plain', text: 'insert into public.plain (tenant, kind, body, prev_hash, hash) values ($1, $2, $3, $4, $5) returning seq, at', values: [TENANT, 'refusal', text, hash, hash] });
  });
  const subject = bench.floorVsFloor
    ? floor
    : withBodies(async (text) => {
        await ledger.append({ tenant: TENANT, kind: 'refusal', body: text, idem: null, projection: {} });
      });
  return { subject, floor, pids: world.pids };
});

export const ledgerRows: readonly Row[] = [
  {
    id: 'B5', subject: 'ledger append, c=64, throughput', floor: 'single-row prepared INSERT, same columns', better: 'more', target: 3, stretch: 3.5,
    async measure(bench) {
      const { subject, floor, pids } = await sidesOf(bench);
      return throughput(subject, floor, { ...planOf(bench, 4_096, 24_000, pids), concurrency: 64 });
    },
  },
  {
    id: 'B5b', subject: 'ledger append, c=1, p50', floor: 'the same', better: 'less', target: 1.15, stretch: 1.05,
    async measure(bench) {
      const { subject, floor } = await sidesOf(bench);
      return latency(subject, floor, planOf(bench, 40, 1_000));
    },
  },
  {
    id: 'B6', subject: 'offline verification, rows/s', floor: 'reading and JSON-parsing the same rows', better: 'more', target: 0.6, stretch: 0.8,
    async measure(bench) {
      const world = await bench.world();
      const database = await world.createDatabase();
      const pool = createPool(database.urlOf('wingman_worker'), { max: 4 });
      const ledger = createLedger(pool);
      const rows = sized(bench, 40_000, 100_000, 200_000);
      for (let at = 0; at < rows; at += 500) {
        await Promise.all(Array.from({ length: 500 }, () => ledger.append({ tenant: TENANT, kind: 'refusal', body: body(), idem: null, projection: {} })));
      }
      const reader = createPool(database.ownerUrl, { max: 1 });
      const file = join(world.dir, 'export.jsonl');
      const lines: string[] = [];
      for await (const row of streamLedger(reader)) lines.push(JSON.stringify(row));
      writeFileSync(file, `${lines.join('\n')}\n`);
      await reader.end();
      await pool.end();
      const keysDir = join(world.dir, 'verify-keys');
      await createKeyFiles(keysDir);
      const { keyset } = await loadWorkerKeys(join(keysDir, 'worker'));
      const parsed = (): unknown[] => readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
      const floor: Side = { once: () => Promise.resolve(void parsed()) };
      const subject: Side = bench.floorVsFloor
        ? floor
        : {
            async once() {
              const report = await verifyExportFile(file, { checkpoints: [], keyset });
              if (!report.ok || report.rows !== lines.length) throw new Error(`the chain was to verify: ${JSON.stringify(report).slice(0, 300)}`);
            },
          };
      return throughput(subject, floor, { ...planOf(bench, 2, 20), concurrency: 1 });
    },
  },
];
