import { Pool } from 'pg';
import { canonicalJson } from '../../domain/canonical-json';
import { isWingmanError } from '../../domain/errors';
import { createLedger, type LedgerEntry } from '../../stores/ledger';
import { createPool, withTenant } from '../../stores/pool';
import { streamLedger } from '../../stores/ledger-export';
import type { TenantId } from '../../domain/ids';
import { createDatabase, type TestDatabase } from '../support/stack-database';

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

  it('says that the database is away, and works again when it is back', async () => {
    const lonely = createPool(database.urlOf('wingman_api'), { max: 1, onError: () => undefined });
    const ledger = createLedger(lonely);
    await ledger.append(refusalRow(1));
    await owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wingman_api' and datname = current_database()`);
    const failed = await ledger.append(refusalRow(2)).catch((error: unknown) => error);
    if (isWingmanError(failed)) expect(failed.code).toBe('DATABASE_UNAVAILABLE');
    await expect(ledger.append(refusalRow(3))).resolves.toHaveLength(1);
    await lonely.end();
  });
});
