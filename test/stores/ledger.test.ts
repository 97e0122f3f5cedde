import { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import type { LedgerRow } from '../../domain/ledger/entry';
import { ledgerHash } from '../../security/ledger/hash';
import { readFollowedRows } from '../../stores/followed-rows';
import { createLedger, type LedgerEntry } from '../../stores/ledger';
import { createPool, withTenant } from '../../stores/pool';
import { streamLedger } from '../../stores/ledger-export';
import type { TenantId } from '../../domain/ids';
import { createDatabase, type TestDatabase } from '../support/stack-database';
import { until } from '../support/until';

describe('the ledger in Postgres', () => {
  let database: TestDatabase;
  let api: Pool;
  let owner: Pool;
  beforeAll(async () => {
    database = await createDatabase();
    api = createPool(database.urlOf('wingman_api'), { max: 8 });
    owner = new Pool({ connectionString: database.ownerUrl, max: 2 });
  });
  afterAll(async () => {
    await api?.end();
    await owner?.end();
    await database?.drop();
  });
  const refusalRow = (n: number, idem: string | null = null, tenant = 'acme'): LedgerEntry => ({ tenant, kind: 'refusal', body: canonicalJson({ code: 'TEST', n }), idem, projection: {} });

  it('numbers 2,000 rows of 64 writers without gap or fork, in far fewer round trips', async () => {
    const ledgers = Array.from({ length: 4 }, () => createLedger(api));
    const writers = Array.from({ length: 64 }, (_, writer) => async () => {
      for (let n = 0; n < 32; n += 1) await ledgers[writer % 4]?.append(refusalRow(n));
    });
    await Promise.all(writers.map((write) => write()));
    let last = { seq: 0, hash: '0'.repeat(64) };
    for await (const row of streamLedger(api)) {
      expect([row.seq, row.prev_hash]).toEqual([last.seq + 1, last.hash]);
      last = row;
    }
    expect(last.seq).toBe(2048);
    const flushes = ledgers.reduce((sum, ledger) => sum + ledger.flushes(), 0);
    expect(flushes).toBeLessThan(2048 / 4);
  });

  it('makes one round trip a flush', async () => {
    const ledger = createLedger(api);
    await Promise.all(Array.from({ length: 100 }, (_, n) => ledger.append(refusalRow(n))));
    // The first goes alone; the other ninety-nine arrived meanwhile.
    expect(ledger.flushes()).toBe(2);
  });

  it('keeps the first of two rows with one key, whoever comes second', async () => {
    const ledger = createLedger(api);
    const [first] = await ledger.append(refusalRow(1, 'only-once'));
    const twins = await Promise.all(Array.from({ length: 20 }, (_, n) => createLedger(api).append(refusalRow(n + 2, 'only-once'))));
    for (const [row] of twins) expect(row).toMatchObject({ seq: first?.seq, body: first?.body, inserted: false });
  });

  it('does not let one refused entry take the others of its batch with it', async () => {
    const ledger = createLedger(api);
    void ledger.append(refusalRow(0));
    const bad: LedgerEntry = { tenant: 'acme', kind: 'key.revoked', body: canonicalJson({ key_id: 'nobody' }), idem: null, projection: {} };
    const [good, refused] = await Promise.allSettled([ledger.append(refusalRow(1)), ledger.append(bad)]);
    expect(good.status).toBe('fulfilled');
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
  });

  it('lets a process append its own kinds only, and write nothing past the function', async () => {
    const gateway = createPool(database.urlOf('wingman_gateway'), { max: 1 });
    const decision: LedgerEntry = { tenant: 'acme', kind: 'approval.decision', body: '{}', idem: null, projection: {} };
    await expect(createLedger(gateway).append(decision)).rejects.toMatchObject({ code: 'WM003' });
    for (const statement of [
      `insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) values (1, 'x', 'x', '', '', '', now())`,
      `update wingman.ledger set body = ''`, `delete from wingman.ledger`, `truncate wingman.ledger`,
      `update wingman.approvals set status = 'APPROVED'`, `insert into wingman.decisions values ('acme', gen_random_uuid(), 'x', 'APPROVE', null, '', now())`,
      `delete from wingman.locks`, `update wingman.executions set status = 'SUCCEEDED'`, `select * from wingman.api_keys`,
    ]) {
      await expect(gateway.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    await gateway.end();
  });

  it('refuses change even to the owner of the tables', async () => {
    for (const statement of [`update wingman.ledger set body = '' where seq = 1`, `delete from wingman.ledger where seq = 1`, `truncate wingman.ledger`]) {
      await expect(owner.query(statement)).rejects.toMatchObject({ code: 'WM002' });
    }
  });

  it('shows a tenant its own rows and nobody else’s', async () => {
    await createLedger(api).append(refusalRow(7, null, 'globex'));
    const seen = await withTenant(api, 'globex' as TenantId, (client) => client.query<{ tenant: string }>('select tenant from wingman.ledger'));
    expect(new Set(seen.rows.map(({ tenant }) => tenant))).toEqual(new Set(['globex']));
    const none = await withTenant(api, 'nobody' as TenantId, (client) => client.query('select 1 from wingman.ledger'));
    expect(none.rowCount).toBe(0);
  });

  it('says to everybody in a flush that the database is away, and repeating it writes one row', async () => {
    const lonely = createPool(database.urlOf('wingman_api'), { max: 1 });
    const ledger = createLedger(lonely);
    const lock = await owner.connect();
    await lock.query('select pg_advisory_lock(7239845019283745)');
    const waiting = [1, 2, 3].map((n) => ledger.append(refusalRow(n, `cut-${String(n)}`)).catch((error: unknown) => error));
    const blocked = await until('the append waits', async () => {
      const { rows } = await lock.query<{ pid: number }>(`select pid from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
      return rows[0]?.pid;
    });
    await lock.query('select pg_terminate_backend($1)', [blocked]);
    const [first] = await Promise.all(waiting.slice(0, 1));
    expect(first).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await lock.query('select pg_advisory_unlock_all()');
    lock.release();
    await Promise.all(waiting);
    const again = await Promise.all([1, 1, 1].map((n) => ledger.append(refusalRow(n, `cut-${String(n)}`))));
    expect(again.map(([row]) => row?.inserted).filter(Boolean)).toHaveLength(1);
    await lonely.end();
  });

  const notAllowed: LedgerEntry = { tenant: 'acme', kind: 'key.revoked', body: canonicalJson({ key_id: 'nobody' }), idem: null, projection: {} };

  it('asks twice, not once per entry, when some of a batch are refused', async () => {
    const ledger = createLedger(api);
    void ledger.append(refusalRow(0));
    const all = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => ledger.append(n % 3 === 0 ? notAllowed : refusalRow(n))));
    expect(ledger.flushes()).toBe(3);
    for (const [n, result] of all.entries()) {
      if (n % 3 === 0) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
      else expect(result).toMatchObject({ status: 'fulfilled', value: [{ body: canonicalJson({ code: 'TEST', n }), inserted: true }] });
    }
    const numbers = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value[0]?.seq ?? 0] : []));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it.each<readonly [string, LedgerEntry, string]>([
    ['a kind that does not exist', { ...refusalRow(1), kind: 'made.up' }, 'WM003'],
    ['a kind of another process', { ...refusalRow(1), kind: 'execution.intent' }, 'WM003'],
    ['a tenant with a newline', { ...refusalRow(1), tenant: 'acme\nother' }, '23514'],
    ['a tenant with a long name', { ...refusalRow(1), tenant: 'a'.repeat(41) }, '23514'],
    ['a body that is no JSON', { ...refusalRow(1), body: 'free text' }, '22P02'],
    ['the key of another tenant’s row', refusalRow(1, 'mine-alone', 'globex'), 'WM004'],
  ])('refuses %s, and that entry alone', async (_what, entry, code) => {
    const ledger = createLedger(api);
    await ledger.append(refusalRow(1, 'mine-alone'));
    await expect(ledger.append(entry)).rejects.toMatchObject({ code });
    void ledger.append(refusalRow(0));
    const [before, refused, after] = await Promise.allSettled([ledger.append(refusalRow(2)), ledger.append(entry), ledger.append(refusalRow(3))]);
    expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code } });
  });

  it.each([
    ['a NUL in the projection', { ...refusalRow(1), projection: { output: 'a\0b' } }],
    ['half a surrogate pair in the projection', { ...refusalRow(1), projection: { output: '\ud83d' } }],
    ['a NUL in the body', { ...refusalRow(1), body: canonicalJson({ text: 'a\0b' }) }],
  ])('refuses %s before it reaches a batch', async (_what, entry) => {
    const ledger = createLedger(api);
    await expect(ledger.append(entry)).rejects.toThrow(TypeError);
    expect(ledger.flushes()).toBe(0);
  });

  it.each([['a backslash before u0000', 'a\\u0000b'], ['a control character', 'a\u0001b'], ['text beyond ASCII', 'Größe 🦊 \u2028']])('stores %s as it is, and hashes it as we do', async (_what, text) => {
    const body = canonicalJson({ text });
    const [row] = await createLedger(api).append({ ...refusalRow(1), body, projection: { text } });
    const after = (row?.seq ?? 0) - 1;
    const { rows } = await owner.query<LedgerRow>('select seq::float8 as seq, tenant, kind, body, at, prev_hash, hash from wingman.ledger_page($1, 1)', [after]);
    expect(rows.map((stored) => [stored.body, ledgerHash(stored)])).toEqual([[body, rows[0]?.hash]]);
  });

  it('refuses an entry that is too large, and bounds its batches', async () => {
    const ledger = createLedger(api);
    await expect(ledger.append({ ...refusalRow(1), body: canonicalJson({ text: 'x'.repeat(4_000_001) }) })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    await Promise.all(Array.from({ length: 1_201 }, (_, n) => ledger.append(refusalRow(n))));
    // One that starts, and then 500, 500 and 200.
    expect(ledger.flushes()).toBe(4);
    const large = createLedger(api);
    await Promise.all(Array.from({ length: 5 }, () => large.append({ ...refusalRow(1), body: canonicalJson({ text: 'x'.repeat(1_500_000) }) })));
    expect(large.flushes()).toBe(3);
  });

  it('gives twins within one batch the same row', async () => {
    const ledger = createLedger(api);
    void ledger.append(refusalRow(0));
    const twins = await Promise.all(Array.from({ length: 10 }, (_, n) => ledger.append(refusalRow(n, 'twins-of-one-batch'))));
    // The first entry, the batch that the twins spoil, and once more each by itself.
    expect(ledger.flushes()).toBe(3);
    expect(new Set(twins.map(([row]) => `${String(row?.seq)} ${String(row?.body)}`)).size).toBe(1);
    expect(twins.map(([row]) => row?.inserted)).toEqual([true, ...Array.from({ length: 9 }, () => false)]);
  });

  it('never lets time stand still or go back', async () => {
    await createLedger(api).append(refusalRow(1));
    await owner.query(`alter table wingman.ledger disable trigger all`);
    await owner.query(`update wingman.ledger set at = now() + interval '1 hour' where seq = (select max(seq) from wingman.ledger)`);
    await owner.query(`alter table wingman.ledger enable always trigger ledger_rows_stay; alter table wingman.ledger enable always trigger ledger_stays`);
    await Promise.all(Array.from({ length: 30 }, (_, n) => createLedger(api).append(refusalRow(n))));
    const { rows } = await owner.query<{ bad: number }>(`select count(*)::int as bad from (select at <= lag(at) over (order by seq) as bad from wingman.ledger) x where bad`);
    expect(rows).toEqual([{ bad: 0 }]);
  });

  it('shows a follower every row, in order, while sixteen write', async () => {
    const start = Number((await owner.query<{ n: string }>('select max(seq) as n from wingman.ledger')).rows[0]?.n);
    const ledgers = Array.from({ length: 16 }, () => createLedger(api));
    let done = false;
    const writing = Promise.all(ledgers.map(async (ledger) => {
      for (let n = 0; n < 20; n += 1) await ledger.append(refusalRow(n, null, 'followed'));
    })).then(() => (done = true));
    const seen: number[] = [];
    for (let last = false; !last; ) {
      last = done;
      const rows = await readFollowedRows(api, 'followed' as TenantId, seen.at(-1) ?? start, 50);
      seen.push(...rows.map(({ seq }) => seq));
      if (rows.length === 50) last = false;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 320 }, (_, n) => start + 1 + n));
  });

  it('cannot be forked by a transaction that looks at an older state', async () => {
    const client = await api.connect();
    try {
      await client.query('begin isolation level repeatable read');
      await client.query('select wingman.ledger_size()');
      await createLedger(api).append(refusalRow(1));
      const stale = client.query(`select * from wingman.append('[{"tenant":"acme","kind":"refusal","body":"{}","idem":null,"projection":{}}]')`);
      await expect(stale).rejects.toMatchObject({ code: '23505' });
      await client.query('rollback');
    } finally {
      client.release();
    }
    const { rows } = await owner.query<{ rows: number; last: number }>('select count(*)::int as rows, max(seq)::int as last from wingman.ledger');
    expect(rows[0]?.rows).toBe(rows[0]?.last);
  });
});
