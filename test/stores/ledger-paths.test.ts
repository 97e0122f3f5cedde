/** Rows with a projection and without one, with a key and without one, alone and in batches: one chain, and the same answers. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import type { LedgerRow } from '../../domain/ledger/entry';
import { ledgerHash } from '../../security/ledger/hash';
import { createLedger, type LedgerEntry } from '../../stores/ledger';
import { streamLedger } from '../../stores/ledger-export';
import { createPool } from '../../stores/pool';
import { createDatabase, type TestDatabase } from '../support/stack-database';

describe('the ways of a row into the ledger', () => {
  let database: TestDatabase;
  let pools: Pool[];
  let owner: Pool;
  beforeAll(async () => {
    database = await createDatabase();
    pools = [1, 2].map(() => createPool(database.urlOf('wingman_api'), { max: 4 }));
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
  });
  afterAll(async () => {
    for (const pool of [...(pools ?? []), owner]) await pool?.end();
    await database?.drop();
  });

  const ledger = (at = 0) => createLedger(pools[at] as Pool);
  const refusal = (body: string, idem: string | null = null): LedgerEntry => ({ tenant: 'acme', kind: 'refusal', body, idem, projection: {} });
  const claim = (text: string, idem: string | null): LedgerEntry => ({
    tenant: 'acme', kind: 'claim', idem, projection: {}, body: canonicalJson({ claim_id: randomUUID(), worker_id: 'agent-1', claim: text }),
  });
  const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('\\u0000'), fc.constant('x'.repeat(9_000))).filter((text) => text.isWellFormed() && !text.includes('\0'));
  const entries = fc.array(fc.record({ projected: fc.boolean(), key: fc.option(fc.integer({ min: 0, max: 5 })), text: texts }), { minLength: 1, maxLength: 30 });

  const readChain = async (): Promise<readonly LedgerRow[]> => {
    const rows: LedgerRow[] = [];
    for await (const row of streamLedger(pools[0] as Pool)) rows.push(row);
    return rows;
  };
  const requireOneChain = (rows: readonly LedgerRow[]): void => {
    let last = { seq: 0, hash: '0'.repeat(64), at: '' };
    for (const row of rows) {
      expect([row.seq, row.prev_hash, row.hash]).toEqual([last.seq + 1, last.hash, ledgerHash(row)]);
      expect(row.at > last.at).toBe(true);
      last = row;
    }
  };

  it('answers with the row that is stored, the first of each key, whatever stands together in a batch', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const round = randomUUID();
        const one = ledger();
        const sent = given.map(({ projected, key, text }) => {
          // A key belongs to one kind.
          const idem = key === null ? null : `${round}-${String(projected)}-${String(key)}`;
          return projected ? claim(text, idem) : refusal(canonicalJson({ text }), idem);
        });
        const answers = await Promise.all(sent.map(async (entry) => (await one.append(entry))[0]));
        const bySeq = new Map((await readChain()).map((row) => [row.seq, row]));
        const firsts = new Map<string, number>();
        for (const [index, answer] of answers.entries()) {
          const { inserted, ...row } = answer ?? { inserted: null, seq: 0 };
          const { tenant, kind, idem, body } = sent[index] as LedgerEntry;
          expect(bySeq.get(row.seq)).toMatchObject({ ...row, tenant, kind });
          expect(inserted).toBe(idem === null || !firsts.has(idem));
          if (inserted === true) expect(bySeq.get(row.seq)?.body).toBe(body);
          if (idem !== null) expect(row.seq).toBe(firsts.get(idem) ?? row.seq);
          if (idem !== null && inserted === true) firsts.set(idem, row.seq);
        }
      }),
      { numRuns: 25 },
    );
    requireOneChain(await readChain());
  });

  it('keeps one chain, and one row a key, when two write the same at once', async () => {
    const before = (await readChain()).length;
    const both = await Promise.all([0, 1].map(async (at) => {
      const one = ledger(at);
      return Promise.all(Array.from({ length: 300 }, async (_, n) => (await one.append(n % 3 === 0 ? claim('raced', `race-${String(n)}`) : refusal('{}', n % 3 === 1 ? `race-${String(n)}` : null)))[0]));
    }));
    for (const [n, answer] of (both[0] ?? []).entries()) {
      if (n % 3 !== 2) expect([answer?.seq, answer?.inserted]).toEqual([both[1]?.[n]?.seq, both[1]?.[n]?.inserted === false]);
    }
    const rows = await readChain();
    expect(rows.length - before).toBe(200 + 200);
    requireOneChain(rows);
  });

  it.each([['no JSON', 'not json'], ['an approval that is none', '{"approval_id":"7"}']])('refuses a row without a projection whose body holds %s, and its neighbours stay', async (_what, body) => {
    const one = ledger();
    void one.append(refusal('{}'));
    const [before, bad, after] = await Promise.allSettled([one.append(refusal('{}')), one.append(refusal(body)), one.append(claim('good', null))]);
    expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: '22P02' } });
    requireOneChain(await readChain());
  });

  it('projects every kind but those that change nothing', async () => {
    const { rows } = await owner.query<{ kind: string }>('select distinct kind from wingman.ledger_kinds where not projected');
    expect(rows).toEqual([{ kind: 'refusal' }]);
    const { rows: claims } = await owner.query<{ missing: number }>(
      `select count(*)::int as missing from wingman.ledger l left join wingman.claims c on c.claim_id = (l.body::jsonb ->> 'claim_id')::uuid where l.kind = 'claim' and c.claim_id is null`,
    );
    expect(claims).toEqual([{ missing: 0 }]);
  });
});
