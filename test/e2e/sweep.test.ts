import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import { createLedger, type Ledger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { startChild } from '../support/child-process';
import { sharedServers } from '../support/shared-servers';
import { writeProberFile } from '../support/stack-prober';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

const OLD = 10_000;

describe('the watcher', () => {
  let stack: Stack;
  let ledger: Ledger;
  let closePool: () => Promise<void>;
  beforeEach(async () => {
    stack = await startStack();
    const pool = createPool(stack.database.urlOf('wingman_api'));
    ledger = createLedger(pool);
    closePool = () => pool.end();
  });
  afterEach(async () => {
    await closePool();
    await stack.close();
  });

  const claim = (text: string): Promise<unknown> => {
    const claim_id = randomUUID();
    return ledger.append({ tenant: stack.tenant, kind: 'claim', body: canonicalJson({ claim_id, worker_id: 'agent-1', claim: text, origin: 'LOGGED', environment: null, host: null, typed: null, execution_id: null, approval_id: null }), idem: null, projection: {} });
  };
  const claims = (count: number, text: string) => Promise.all(Array.from({ length: count }, (_, at) => claim(`${text} ${String(at)}`)));
  const pending = async (): Promise<number> => (await stack.sql(`select 1 from wingman.claims where status = 'PENDING_VERIFICATION'`)).length;
  const verdicts = () => stack.sql<{ claim_id: string; rows: number }>('select claim_id, count(*)::int as rows from wingman.verdicts group by claim_id');

  /** What the worker asked of the database for all of `act`: statements, and rows that came back. */
  const costOf = async (act: () => Promise<unknown>): Promise<{ readonly statements: number; readonly rows: number }> => {
    let [statements, rows] = [0, 0];
    const { value: original } = Object.getOwnPropertyDescriptor(Client.prototype, 'query') as { readonly value: (this: Client, ...args: unknown[]) => unknown };
    Client.prototype.query = function counted(this: Client, ...args: unknown[]): unknown {
      const result = original.apply(this, args);
      const text = typeof args[0] === 'string' ? args[0] : String((args[0] as { text?: string } | undefined)?.text);
      // Who is told by webhooks is asked whenever the ledger grows, whatever the watcher does.
      if (text.includes('wingman.') && !text.includes('wingman.webhook_') && result instanceof Promise) {
        statements += 1;
        void result.then(({ rows: got }: { rows: readonly unknown[] }) => (rows += got.length), () => undefined);
      }
      return result;
    } as typeof Client.prototype.query;
    try {
      await act();
    } finally {
      Client.prototype.query = original as typeof Client.prototype.query;
    }
    return { statements, rows };
  };

  it(`costs the same for 20 new claims after ${String(OLD)} as after none`, async () => {
    await claims(20, 'early');
    const early = await costOf(() => stack.sweep());
    await claims(OLD, 'old');
    // As if they had been swept one by one; the sweep itself is not what is measured here.
    await stack.sql(`update wingman.claims set status = 'UNVERIFIABLE', judged_at = now() where status = 'PENDING_VERIFICATION'`);
    await stack.sql('update wingman.watcher_cursors set seq = (select max(seq) from wingman.claims)');
    await stack.sql('analyze wingman.claims');
    await claims(20, 'late');
    const cursor = (await stack.sql<{ seq: string }>('select seq from wingman.watcher_cursors'))[0]?.seq;
    const plan = await stack.sql<{ 'QUERY PLAN': string }>(`explain (analyze, buffers, timing off, summary off) select claim_id, seq, status, origin from wingman.claims where tenant = '${stack.tenant}' and seq > ${String(cursor)} order by seq limit 50`);
    const told = plan.map((row) => row['QUERY PLAN']).join('\n');
    let swept = { read: 0, verified: 0 };
    const late = await costOf(async () => {
      swept = await stack.sweep();
    });
    console.log(`a sweep of 20 new claims: ${JSON.stringify(early)} with none before, ${JSON.stringify(late)} after ${String(OLD)}\n${told}`);
    expect(swept).toEqual({ read: 20, verified: 20 });
    expect(await pending()).toBe(0);
    expect(told).toMatch(/Index Scan using claims_feed .*\n?.*actual rows=20/);
    // The worker's own report and the API may fall into the span.
    expect(Math.abs(late.statements - early.statements)).toBeLessThan(20);
    expect(Math.abs(late.rows - early.rows)).toBeLessThan(40);
  }, 180_000);

  it('passes each claim once, whatever its time says, and reads nothing twice', async () => {
    await claims(30, 'first');
    // Clocks that stepped: some of them were made years ago, some will be made next year.
    await stack.sql(`update wingman.claims set claimed_at = claimed_at + (case when seq % 2 = 0 then 1 else -3 end) * interval '1 year'`);
    expect(await stack.sweep()).toEqual({ read: 30, verified: 30 });
    expect(await stack.sweep()).toEqual({ read: 0, verified: 0 });
    await claims(70, 'second');
    expect(await stack.sweep()).toEqual({ read: 70, verified: 70 });
    const rows = await verdicts();
    expect([rows.length, rows.filter((row) => row.rows !== 1).length]).toEqual([100, 0]);
  });

  const common = () => ({ WINGMAN_TEMPORAL_ADDRESS: sharedServers().temporalAddress, WINGMAN_TEMPORAL_NAMESPACE: 'default', WINGMAN_TASK_QUEUE: stack.taskQueue, WINGMAN_LOG_LEVEL: 'info' });
  const env = () => ({
    ...common(), WINGMAN_DATABASE_URL: stack.database.urlOf('wingman_worker'), WINGMAN_KEYS_DIR: `${stack.keysDir}/worker`, WINGMAN_WORKFLOW_BUNDLE: sharedServers().bundle, WINGMAN_SWEEP_SECONDS: '1',
  });

  it('gives every claim one verdict through kill -9 of the worker in the middle', async () => {
    await stack.stopWorker();
    await claims(60, 'killed');
    for (const point of ['worker.before_verdict', 'worker.after_verdict']) {
      const crashing = await startChild('workers', { ...env(), WINGMAN_FAILPOINT: point });
      expect(await crashing.ended).toBe('SIGKILL');
    }
    const first = await startChild('workers', env());
    await until('some have their verdict', async () => (await pending()) < 45, 60_000);
    await first.kill();
    const second = await startChild('workers', env());
    try {
      await until('all have their verdict', async () => (await pending()) === 0, 90_000);
    } finally {
      await second.kill('SIGTERM');
    }
    const rows = await verdicts();
    expect([rows.length, rows.filter((row) => row.rows !== 1).length]).toEqual([60, 0]);
    expect(await stack.sql(`select 1 from wingman.ledger where kind = 'claim.verdict'`)).toHaveLength(60);
  }, 180_000);

  it('gives every claim one verdict through kill -9 of worker and prober at once, and none is judged by a look that was not made', async () => {
    await stack.stopWorker();
    const root = join(stack.dataDir, 'root');
    mkdirSync(root);
    for (let at = 0; at < 40; at += 2) writeFileSync(join(root, `f${String(at)}.txt`), 'x');
    const WINGMAN_PROBER_CONFIG = writeProberFile(stack, { [stack.tenant]: { roots: [root] } });
    const prober = () => startChild('workers/prober', { ...common(), WINGMAN_KEYS_DIR: `${stack.keysDir}/prober`, WINGMAN_PROBER_HOST: 'local', WINGMAN_PROBER_CONFIG });
    await Promise.all(Array.from({ length: 40 }, (_, at) => claim(`the file ${root}/f${String(at)}.txt exists`)));
    const before = await Promise.all([startChild('workers', env()), prober()]);
    await until('some have their verdict', async () => (await pending()) < 36, 60_000);
    await Promise.all(before.map((child) => child.kill()));
    const after = await Promise.all([startChild('workers', env()), prober()]);
    try {
      await until('all have their verdict', async () => (await pending()) === 0, 120_000);
    } finally {
      await Promise.all(after.map((child) => child.kill('SIGTERM')));
    }
    const rows = await verdicts();
    expect([rows.length, rows.filter((row) => row.rows !== 1).length]).toEqual([40, 0]);
    const judged = await stack.sql<{ claim: string; status: string; codes: string }>(
      `select c.claim, c.status, v.evidence::text as codes from wingman.claims c join wingman.verdicts v using (claim_id)`,
    );
    const counts = { TRUE: 0, FALSE: 0, UNVERIFIABLE: 0 };
    for (const { claim: text, status, codes } of judged) {
      const there = Number(/f(\d+)\.txt/.exec(text)?.[1]) % 2 === 0;
      counts[status as keyof typeof counts] += 1;
      if (status === 'UNVERIFIABLE') expect(codes).toMatch(/NO_PROBER|PROBER_FAILED/);
      else expect([text, status]).toEqual([text, there ? 'TRUE' : 'FALSE']);
    }
    console.log(`40 claims, worker and prober killed in the middle: ${JSON.stringify(counts)}`);
    expect(counts.TRUE).toBeGreaterThan(0);
    expect(counts.FALSE).toBeGreaterThan(0);
  }, 240_000);
});
