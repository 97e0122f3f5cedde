import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import { splitCheckpoints } from '../../security/ledger/checkpoint';
import { createKeyFiles } from '../../security/keys/files';
import { verifyLedger, type LedgerReport } from '../../security/ledger/verify';
import { loadWorkerKeys, type WorkerKeys } from '../../security/keys/load';
import { createLedger } from '../../stores/ledger';
import { createCheckpointWriter, type CheckpointWriter } from '../../stores/ledger-checkpoint';
import { listCheckpoints, streamLedger } from '../../stores/ledger-export';
import { createPool } from '../../stores/pool';
import { createDatabase, type TestDatabase } from '../support/stack-database';

describe('signing checkpoints', () => {
  let database: TestDatabase;
  let owner: Pool;
  let api: Pool;
  let worker: Pool;
  let keys: WorkerKeys;
  let dir: string;
  let file: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wingman-checkpoint-'));
    await createKeyFiles(join(dir, 'keys'));
    keys = await loadWorkerKeys(join(dir, 'keys', 'worker'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  beforeEach(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    api = createPool(database.urlOf('wingman_api'), { max: 2 });
    worker = createPool(database.urlOf('wingman_worker'), { max: 1 });
    file = join(mkdtempSync(join(dir, 'outside-')), 'new', 'log');
  });
  afterEach(async () => {
    await Promise.all([owner.end(), api.end(), worker.end()]);
    await database.drop();
  });

  const newWriter = (): CheckpointWriter => createCheckpointWriter({ pool: worker, key: keys.checkpoint, keyset: keys.keyset, origin: 'wingman/ledger', file });
  const append = async (count: number): Promise<void> => {
    const ledger = createLedger(api);
    await Promise.all(Array.from({ length: count }, (_, n) => ledger.append({ tenant: 'acme', kind: 'refusal', body: canonicalJson({ n }), idem: null, projection: {} })));
  };
  const withoutTriggers = async (statement: string): Promise<void> => {
    await owner.query(`alter table wingman.ledger disable trigger all; ${statement}`);
  };
  const look = async (): Promise<LedgerReport> => {
    const checkpoints = [...(await listCheckpoints(api)), ...splitCheckpoints(readFileSync(file, 'utf8'))];
    return verifyLedger(streamLedger(api), { checkpoints, keyset: keys.keyset });
  };

  it('signs nothing while there is nothing, and nothing twice', async () => {
    const writer = newWriter();
    expect(await writer.write()).toBe(0);
    await append(5);
    expect([await writer.write(), await writer.write()]).toEqual([5, 5]);
    expect(await listCheckpoints(api)).toHaveLength(1);
  });

  it('writes the same note into the database and into a file that only we may read', async () => {
    const writer = newWriter();
    await append(3);
    await writer.write();
    await append(4);
    await Promise.all([writer.write(), writer.write()]);
    expect(splitCheckpoints(readFileSync(file, 'utf8'))).toEqual(await listCheckpoints(api));
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await look()).toMatchObject({ ok: true, checkpoints_verified: 2, anchored_rows: 7 });
  });

  it('goes on after a restart from where it was', async () => {
    await append(6);
    await newWriter().write();
    await append(1);
    const writer = newWriter();
    expect([await writer.write(), await writer.write()]).toEqual([7, 7]);
    expect(await look()).toMatchObject({ ok: true, checkpoints_verified: 2 });
  });

  it('reads only what is new', async () => {
    const writer = newWriter();
    await append(300);
    await writer.write();
    await owner.query(`create table public.asked (after bigint); create or replace function wingman.ledger_leaves(after bigint, most int) returns table (seq bigint, hash bytea)
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ begin insert into public.asked values (after); return query select l.seq, l.hash from wingman.ledger l where l.seq > after order by l.seq limit most; end $$;
      alter function wingman.ledger_leaves(bigint, int) owner to wingman`);
    await append(2);
    await writer.write();
    expect((await owner.query('select after::int as after from public.asked')).rows).toEqual([{ after: 299 }]);
  });

  it('closes off what a crash left unfinished in the file', async () => {
    await append(2);
    await newWriter().write();
    appendFileSync(file, 'wingman/ledger\n99\nAAAA');
    await append(1);
    await newWriter().write();
    expect(splitCheckpoints(readFileSync(file, 'utf8'))).toHaveLength(2);
    expect((await look()).ok).toBe(true);
  });

  it.each([
    ['was hashed anew', `update wingman.ledger set hash = sha256('x') where seq = 4`],
    ['lost a row', 'delete from wingman.ledger where seq = 4'],
    ['lost its tail', 'delete from wingman.ledger where seq > 4'],
    ['lost its tail and grew again', `delete from wingman.ledger where seq > 5; insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) select g, 'acme', 'refusal', '{}', sha256('x'), sha256(g::text::bytea), now() from generate_series(6, 12) g`],
    ['lost its tail, and its checkpoints too', 'delete from wingman.ledger where seq > 4; alter table wingman.checkpoints disable trigger all; truncate wingman.checkpoints'],
  ])('refuses to sign, after a restart, a chain that %s', async (_what, statement) => {
    await append(8);
    await newWriter().write();
    await withoutTriggers(statement);
    const writer = newWriter();
    await expect(writer.write()).rejects.toMatchObject({ code: 'LEDGER_BROKEN' });
    await expect(writer.write()).rejects.toMatchObject({ code: 'LEDGER_BROKEN' });
    expect(splitCheckpoints(readFileSync(file, 'utf8'))).toHaveLength(1);
  });

  it.each([
    ['an older copy took its place', 'delete from wingman.ledger where seq > 4'],
    ['its last row was replaced', `update wingman.ledger set hash = sha256('x') where seq = 8`],
    ['a row was skipped', `insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) values (10, 'acme', 'refusal', '{}', sha256('x'), sha256('x'), now())`],
  ])('refuses to sign, while it runs, a chain of which %s', async (_what, statement) => {
    const writer = newWriter();
    await append(8);
    await writer.write();
    await withoutTriggers(statement);
    await expect(writer.write()).rejects.toMatchObject({ code: 'LEDGER_BROKEN' });
  });

  it('is bound by its own notes alone: a forged one in the file stops nothing', async () => {
    await append(2);
    await newWriter().write();
    writeFileSync(file, readFileSync(file, 'utf8').replace('\n2\n', '\n900\n'));
    await append(1);
    expect(await newWriter().write()).toBe(3);
  });

  it('may write checkpoints, and neither change nor remove them', async () => {
    await append(2);
    await newWriter().write();
    for (const statement of [`update wingman.checkpoints set note = ''`, 'delete from wingman.checkpoints', 'truncate wingman.checkpoints']) {
      await expect(worker.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(owner.query(statement)).rejects.toMatchObject({ code: 'WM002' });
    }
  });
});
