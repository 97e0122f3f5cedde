import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { canonicalJson } from '../../../domain/text/canonical-json';
import { ledgerPreimage } from '../../../domain/ledger/entry';
import { createKeyFiles } from '../../../security/keys/files';
import type { Keyset } from '../../../security/keys/keyset';
import { verifyLedger, type LedgerReport, type LedgerRow } from '../../../security/ledger/verify';
import { loadWorkerKeys, type WorkerKeys } from '../../../security/keys/load';
import { signCheckpoint } from '../../../security/ledger/checkpoint';
import { createMerkleTree } from '../../../security/ledger/merkle';
import { createLedger } from '../../../stores/ledger';
import { createCheckpointWriter } from '../../../stores/ledger-checkpoint';
import { listCheckpoints, streamLedger } from '../../../stores/ledger-export';
import { createPool } from '../../../stores/pool';
import { createDatabase, type TestDatabase } from '../../support/stack-database';

/** What somebody with the database's superuser could do to the chain, and what is said of it. */
describe('a ledger that was tampered with', () => {
  let database: TestDatabase;
  let owner: Pool;
  let api: Pool;
  let keys: WorkerKeys;
  let keyset: Keyset;
  let checkpoints: readonly string[];
  let file: string;

  beforeAll(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    api = createPool(database.urlOf('wingman_api'), { max: 2 });
    const dir = mkdtempSync(join(tmpdir(), 'wingman-ledger-'));
    await createKeyFiles(join(dir, 'keys'));
    keys = await loadWorkerKeys(join(dir, 'keys', 'worker'));
    keyset = keys.keyset;
    const worker = createPool(database.urlOf('wingman_worker'), { max: 1 });
    file = join(dir, 'checkpoints.log');
    const signing = createCheckpointWriter({ pool: worker, key: keys.checkpoint, keyset, origin: 'wingman/ledger', file });
    const ledger = createLedger(api);
    for (let n = 1; n <= 40; n += 1) {
      await ledger.append({ tenant: 'acme', kind: 'refusal', body: canonicalJson({ code: 'TEST', n }), idem: null, projection: {} });
      if (n === 13 || n === 30) await signing.write();
    }
    await signing.write();
    await worker.end();
    checkpoints = await listCheckpoints(api);
  });
  afterAll(async () => {
    await owner?.end();
    await api?.end();
    await database?.drop();
  });

  /** Does it as superuser with the triggers off, looks, and puts everything back. */
  async function after(...statements: readonly string[]): Promise<LedgerReport> {
    const client = await owner.connect();
    try {
      await client.query('create table if not exists public.saved as select * from wingman.ledger');
      await client.query('alter table wingman.ledger disable trigger all');
      for (const statement of statements) await client.query(statement);
      return await verifyLedger(streamLedger(api), { checkpoints, keyset });
    } finally {
      await client.query('truncate wingman.ledger; insert into wingman.ledger select * from public.saved; alter table wingman.ledger drop constraint if exists ledger_pkey, add constraint ledger_pkey primary key (seq); alter table wingman.ledger enable always trigger ledger_rows_stay; alter table wingman.ledger enable always trigger ledger_stays');
      client.release();
    }
  }

  it('verifies when nobody touched it, with every checkpoint, also the copies outside the database', async () => {
    expect(checkpoints).toHaveLength(3);
    const outside = readFileSync(file, 'utf8');
    for (const note of checkpoints) expect(outside).toContain(note);
    const report = await verifyLedger(streamLedger(api), { checkpoints, keyset });
    expect(report).toMatchObject({ ok: true, rows: 40, checkpoints_verified: 3, findings: [] });
  });

  const rehash = (from: number): string => `
    do $$ declare r record; prev bytea := (select hash from wingman.ledger where seq = ${String(from)} - 1);
    begin for r in select * from wingman.ledger where seq >= ${String(from)} order by seq loop
      update wingman.ledger set prev_hash = prev, hash = sha256(convert_to(concat_ws(E'\\n', 'wingman-ledger-v1', r.seq::text, r.tenant, r.kind,
        wingman.ledger_time(r.at), encode(prev, 'hex'), encode(sha256(convert_to(r.body, 'UTF8')), 'hex')), 'UTF8')) where seq = r.seq returning hash into prev;
    end loop; end $$`;
  const hashOf = (seq: number): string => `
    update wingman.ledger r set hash = sha256(convert_to(concat_ws(E'\\n', 'wingman-ledger-v1', r.seq::text, r.tenant, r.kind,
      wingman.ledger_time(r.at), encode(r.prev_hash, 'hex'), encode(sha256(convert_to(r.body, 'UTF8')), 'hex')), 'UTF8')) where seq = ${String(seq)}`;
  const insertBetween = `insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) select 41, tenant, kind, '{"forged":true}', hash, sha256('x'), at + interval '1 second' from wingman.ledger where seq = 40`;

  const TABLE: readonly (readonly [string, readonly string[], string, number])[] = [
    ['edited', [`update wingman.ledger set body = '{"code":"TEST","n":999}' where seq = 7`], 'EDITED', 7],
    ['edited in its time', [`update wingman.ledger set at = at - interval '1 hour' where seq = 8`], 'EDITED', 8],
    ['edited in its tenant', [`update wingman.ledger set tenant = 'globex' where seq = 9`], 'EDITED', 9],
    ['deleted', ['delete from wingman.ledger where seq = 20'], 'DELETED', 20],
    ['put at the end with a made-up hash', [insertBetween], 'EDITED', 41],
    ['inserted with a right hash', ['update wingman.ledger set seq = seq + 100 where seq > 10', `insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) select 11, tenant, kind, '{"forged":true}', prev_hash, hash, at from wingman.ledger where seq = 111`, 'update wingman.ledger set seq = seq - 99 where seq > 100', hashOf(11)], 'INSERTED', 11],
    ['reordered', ['update wingman.ledger set seq = 99 where seq = 5', 'update wingman.ledger set seq = 5 where seq = 6', 'update wingman.ledger set seq = 6 where seq = 99'], 'REORDERED', 5],
    ['given the body of another, and that one its own, with one of the two hashed anew', [`update wingman.ledger r set body = o.body from wingman.ledger o where (r.seq, o.seq) in ((5, 12), (12, 5))`, hashOf(5)], 'REORDERED', 5],
    ['edited and hashed anew by itself', [`update wingman.ledger set body = '{"code":"TEST","n":999}' where seq = 25`, hashOf(25)], 'EDITED', 25],
    ['deleted, and the rest numbered anew', ['delete from wingman.ledger where seq = 20', 'update wingman.ledger set seq = seq + 100 where seq > 20', 'update wingman.ledger set seq = seq - 101 where seq > 100'], 'DELETED', 20],
    ['put in twice', ['alter table wingman.ledger drop constraint ledger_pkey', 'insert into wingman.ledger select * from wingman.ledger where seq = 22'], 'INSERTED', 22],
    ['cut at its tail', ['delete from wingman.ledger where seq > 35'], 'TAIL_CUT', 36],
    ['edited and hashed anew to its end', [`update wingman.ledger set body = '{"code":"TEST","n":999}' where seq = 25`, rehash(25)], 'REWRITTEN', 14],
    ['cut and grown again', ['delete from wingman.ledger where seq = 40', `update wingman.ledger set body = '{"code":"TEST","n":0}' where seq = 39`, rehash(39), 'insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at) select 40, tenant, kind, body, hash, hash, at + interval \'1 second\' from wingman.ledger where seq = 39', rehash(40)], 'REWRITTEN', 31],
  ];

  it.each(TABLE)('is found out when a row was %s', async (_how, statements, kind, seq) => {
    const report = await after(...statements);
    expect(report.ok).toBe(false);
    expect(report.findings[0]).toMatchObject({ kind, seq });
  });

  it('names a checkpoint that nobody of us signed', async () => {
    const forged = (checkpoints[1] ?? '').replace(/ ([A-Za-z0-9+/])([A-Za-z0-9+/=]+)\n$/, (_all, first: string, rest: string) => ` ${first === 'A' ? 'B' : 'A'}${rest}\n`);
    const report = await verifyLedger(streamLedger(api), { checkpoints: [forged], keyset });
    expect(report.findings).toMatchObject([{ kind: 'CHECKPOINT_FORGED', seq: 30 }]);
  });

  it('makes the same hash in TypeScript as the database does', async () => {
    for await (const row of streamLedger(api)) {
      const body = createHash('sha256').update(row.body).digest('hex');
      expect(createHash('sha256').update(ledgerPreimage(row, body)).digest('hex')).toBe(row.hash);
    }
  });

  it('needs nothing but the rows, notes and public keys: an export is enough', async () => {
    const rows: LedgerRow[] = [];
    for await (const row of streamLedger(api)) rows.push(JSON.parse(JSON.stringify(row)) as LedgerRow);
    async function* replay(): AsyncGenerator<LedgerRow> {
      yield* rows;
    }
    expect((await verifyLedger(replay(), { checkpoints, keyset })).ok).toBe(true);
  });

  it('signs a root that an independent tree agrees with (RFC 6962)', () => {
    const leaves = Array.from({ length: 7 }, (_, n) => Buffer.from([n]));
    const hash = (prefix: number, ...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat([Uint8Array.of(prefix), ...parts])).digest();
    const recursive = (nodes: readonly Buffer[]): Buffer => {
      if (nodes.length === 1) return hash(0, nodes[0] as Buffer);
      let split = 1;
      while (split * 2 < nodes.length) split *= 2;
      return hash(1, recursive(nodes.slice(0, split)), recursive(nodes.slice(split)));
    };
    for (let size = 1; size <= leaves.length; size += 1) {
      const tree = createMerkleTree();
      for (const leaf of leaves.slice(0, size)) tree.append(leaf);
      expect(tree.root().toString('hex')).toBe(recursive(leaves.slice(0, size)).toString('hex'));
    }
    const note = signCheckpoint({ origin: 'wingman/ledger', size: 1, root: Buffer.alloc(32).toString('base64') }, { privateKey: keys.checkpoint.privateKey, publicKey: createPublicKey(keys.checkpoint.privateKey) });
    expect(note.split('\n').slice(0, 3)).toEqual(['wingman/ledger', '1', Buffer.alloc(32).toString('base64')]);
  });
});
