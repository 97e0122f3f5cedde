/** What a call costs, counted and not timed: these figures do not depend on the machine, and speed is not lost unnoticed. */
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client as GrpcClient } from '@grpc/grpc-js';
import { Client } from 'pg';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

interface Statement {
  readonly role: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Measured 26 to 28 KiB over 160 approvals; what the pools and the engine's client take once falls into it as well. */
const HEAP_EACH = 64 * 1024;

type Method = (this: unknown, ...args: unknown[]) => unknown;

describe('what a call costs in round trips', () => {
  let stack: Stack;
  const statements: Statement[] = [];
  const engineCalls: string[] = [];
  const undo: (() => void)[] = [];
  const clients: Client[] = [];

  const spy = (prototype: object, name: string, seen: (self: unknown, args: readonly unknown[]) => void): void => {
    const target = prototype as Record<string, Method>;
    const original = target[name] as Method;
    target[name] = function (this: unknown, ...args: unknown[]): unknown {
      seen(this, args);
      return original.apply(this, args);
    };
    undo.push(() => (target[name] = original));
  };

  beforeAll(async () => {
    // The limits are for agents, not for what is counted here.
    stack = await startStack({ policySource: DEFAULT_POLICY.replace(/^(\s+\w+_per_\w+): \d+$/gm, '$1: 100000') });
    spy(Client.prototype, 'query', (self, [statement, values]) => {
      const { text, values: own } = typeof statement === 'string' ? { text: statement, values: undefined } : (statement as { text: string; values?: unknown[] });
      statements.push({ role: (self as { user: string }).user, text, values: own ?? (Array.isArray(values) ? values : []) });
    });
    spy(GrpcClient.prototype, 'makeUnaryRequest', (_self, [path]) => engineCalls.push(String(path)));
  });
  afterAll(async () => {
    for (const one of undo) one();
    await Promise.all(clients.map((client) => client.end()));
    await stack?.close();
  });

  const ask = (command: string) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: randomUUID(), instruction: 'Do it.', commands: [command] });

  /** The product has rounds of its own, which fall into some of several calls: the least of five is what the call itself costs. */
  const leastOf = async (act: () => Promise<unknown>): Promise<{ readonly sql: number; readonly engine: number }> => {
    const seen: { sql: number; engine: number }[] = [];
    for (let time = 0; time < 5; time += 1) {
      const before = { sql: statements.length, engine: engineCalls.length };
      await act();
      seen.push({ sql: statements.length - before.sql, engine: engineCalls.length - before.engine });
    }
    return { sql: Math.min(...seen.map(({ sql }) => sql)), engine: Math.min(...seen.map(({ engine }) => engine)) };
  };

  const workflowOf = async (id: string): Promise<string> => {
    const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]);
    return row?.workflow_id ?? '';
  };
  const newPending = async (): Promise<string> => (await ask('docker volume create one')).body['request'].request_id as string;

  it('is bounded in SQL, and one call of the engine for a write and none for a read', async () => {
    const ids: string[] = [];
    const auto = await leastOf(() => ask('docker ps'));
    const pending = await leastOf(async () => ids.push(await newPending()));
    const left = [...ids];
    const decide = await leastOf(() => stack.call('POST', `/approvals/${left.pop() ?? ''}/approve`, stack.reviewer_key, {}));
    const get = await leastOf(() => stack.call('GET', `/approvals/${ids[0] ?? ''}`, stack.agent_key));
    const list = await leastOf(() => stack.call('GET', '/approvals/pending', stack.reviewer_key));
    const feed = await leastOf(() => stack.call('GET', '/ledger?after=0', stack.operator_key));
    console.log(`SQL round trips of the API and the worker: ${JSON.stringify({ auto: auto.sql, pending: pending.sql, decide: decide.sql, get: get.sql, list: list.sql, feed: feed.sql })}`);
    expect([auto, pending, decide, get, list, feed].map(({ engine }) => engine)).toEqual([1, 1, 1, 0, 0, 0]);
    // What was counted when this was written, and one or two for a connection that is told its tenant.
    expect(auto.sql).toBeLessThanOrEqual(9);
    expect(pending.sql).toBeLessThanOrEqual(8);
    expect(decide.sql).toBeLessThanOrEqual(13);
    expect(get.sql).toBeLessThanOrEqual(5);
    expect(list.sql).toBeLessThanOrEqual(4);
    expect(feed.sql).toBeLessThanOrEqual(2);
  });

  it('keeps a history under 4.6 kB for an automatic approval, and under 8 kB for a decided one', async () => {
    const decided = await newPending();
    await stack.call('POST', `/approvals/${decided}/approve`, stack.reviewer_key, {});
    const bytes: number[] = [];
    for (const id of [(await ask('docker ps')).body['request'].request_id as string, decided]) {
      const handle = stack.temporal.workflow.getHandle(await workflowOf(id));
      bytes.push(await until('the workflow ended', async () => {
        const { status, historySize } = await handle.describe();
        return status.name === 'COMPLETED' && historySize;
      }));
    }
    console.log(`history: ${String(bytes[0])} B automatic, ${String(bytes[1])} B decided`);
    expect(bytes[0]).toBeLessThan(4_600);
    expect(bytes[1]).toBeLessThan(8_000);
  });

  it('keeps little on the heap of the API and the worker for an approval that waits', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const add = async (count: number): Promise<void> => {
      await Promise.all(Array.from({ length: 8 }, async () => {
        for (let index = 0; index < count / 8; index += 1) await newPending();
      }));
    };
    await add(40);
    statements.length = 0;
    const before = heap();
    await add(160);
    statements.length = 0;
    const each = (heap() - before) / 160;
    console.log(`heap of the main thread: ${(each / 1024).toFixed(1)} KiB for each approval that waits`);
    expect(each).toBeLessThan(HEAP_EACH);
  });

  it('never reads the read model or the ledger from end to end, at 100,000 rows', async () => {
    const id = await newPending();
    const from = statements.length;
    await ask('docker ps');
    const decided = await newPending();
    await stack.call('POST', `/approvals/${decided}/approve`, stack.reviewer_key, {});
    await stack.call('GET', `/approvals/${id}`, stack.agent_key);
    await stack.call('GET', '/approvals/pending', stack.reviewer_key);
    await stack.call('GET', '/approvals/pending?limit=10', stack.agent_key);
    await stack.call('GET', '/ledger?after=0', stack.operator_key);
    const asked = statements.slice(from).filter(({ text, role }) => /\bwingman\.(?!find_key|webhook)/.test(text) && ['wingman_api', 'wingman_worker'].includes(role));
    await fillTables(stack.database.ownerUrl, id);
    const scanned: string[] = [];
    for (const role of ['wingman_api', 'wingman_worker'] as const) {
      const client = new Client({ connectionString: stack.database.urlOf(role) });
      await client.connect();
      clients.push(client);
      await client.query(`select set_config('wingman.tenant', $1, false)`, [stack.tenant]);
      for (const { text, values } of asked.filter((one) => one.role === role)) scanned.push(...(await scansOf(client, text, values)));
    }
    // What does scan is seen: otherwise the list below would be empty for no good reason.
    const [api] = clients;
    expect(api && (await scansOf(api, `select count(*) from wingman.approvals where tenant = $1 and task_name like '%x%'`, [stack.tenant]))).toHaveLength(1);
    expect(asked.length).toBeGreaterThan(15);
    expect(scanned).toEqual([]);
  });
});

/** Of a transaction that changes nothing in the end; what Postgres counts for it holds what its functions do as well. */
async function scansOf(client: Client, text: string, values: readonly unknown[]): Promise<readonly string[]> {
  await client.query('begin');
  try {
    await client.query(text, [...values]);
    const { rows } = await client.query<{ relname: string; seq_scan: number }>(
      `select relname, seq_scan::int from pg_stat_xact_user_tables where schemaname = 'wingman' and relname in ('ledger', 'approvals') and seq_scan > 0`,
    );
    return rows.map(({ relname, seq_scan }) => `${relname} ${String(seq_scan)} times: ${text}`);
  } finally {
    await client.query('rollback');
  }
}

/** Past the ledger's own function: what is looked at is how rows are found, not what they prove. */
async function fillTables(ownerUrl: string, like: string): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('set session_replication_role = replica');
    await owner.query(`insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at)
      select 1000000 + n, tenant, kind, '{}', prev_hash, sha256(n::text::bytea), at from (select * from wingman.ledger order by seq limit 1) one, generate_series(1, 100000) n`);
    const other: Readonly<Record<string, string>> = {
      request_id: 'gen_random_uuid()', workflow_id: `'w' || n`, run_id: `'r' || n`, fingerprint: `'f' || n`, card: `'{}'`, status: `case n % 100 when 0 then 'PENDING' else 'APPROVED' end`,
    };
    const { rows } = await owner.query<{ name: string }>(`select column_name as name from information_schema.columns where table_schema = 'wingman' and table_name = 'approvals' order by ordinal_position`);
    await owner.query(
      `insert into wingman.approvals select ${rows.map(({ name }) => other[name] ?? `one.${name}`).join(', ')} from (select * from wingman.approvals where request_id = $1) one, generate_series(1, 100000) n`, [like],
    );
    await owner.query('analyze wingman.ledger');
    await owner.query('analyze wingman.approvals');
  } finally {
    await owner.end();
  }
}
