import { randomInt } from 'node:crypto';
import type { LedgerRow } from '../../../domain/ledger/entry';
import { ledgerHash } from '../../../security/ledger/hash';
import { verifyLedger, type LedgerReport } from '../../../security/ledger/verify';
import { verifyLedgerExport } from '../../../security/ledger/export';
import { createCheckpointSigner, each, makeChain, rechain } from './ledger-chain';

const chain = makeChain(200);
const signer = createCheckpointSigner();
const checkpoints = [50, 120, 200].map((size) => signer.sign(chain, size));
const { keyset } = signer;

const look = (rows: readonly unknown[], notes: readonly string[] = checkpoints): Promise<LedgerReport> => verifyLedger(each(rows), { checkpoints: notes, keyset });
const named = ({ findings }: LedgerReport): readonly string[] => findings.map(({ kind, seq }) => `${kind} ${String(seq)}`);

/** What somebody with the database in hand, or with an export, would do to its rows. */
type Tampering = (rows: LedgerRow[]) => readonly unknown[];
const rowOf = (rows: readonly LedgerRow[], seq: number): LedgerRow => rows[seq - 1] as LedgerRow;
const replace = (rows: readonly LedgerRow[], seq: number, change: Partial<LedgerRow>): LedgerRow[] => rows.map((row) => (row.seq === seq ? { ...row, ...change } : row));
const rehashed = (row: LedgerRow): LedgerRow => ({ ...row, hash: ledgerHash(row) });
const renumber = (rows: readonly LedgerRow[]): LedgerRow[] => rows.map((row, index) => ({ ...row, seq: index + 1 }));
const forged = (seq: number, prev: string): LedgerRow => rehashed({ seq, tenant: 'acme', kind: 'approval.closed', body: '{"forged":true}', at: '2026-11-23T10:00:01.000000Z', prev_hash: prev, hash: '' });
const swapContent = (rows: readonly LedgerRow[], one: number, other: number): LedgerRow[] => {
  const [a, b] = [rowOf(rows, one), rowOf(rows, other)];
  return replace(replace(rows, one, { body: b.body }), other, { body: a.body });
};
const swapNumbers = (rows: readonly LedgerRow[], one: number, other: number): LedgerRow[] =>
  rows.map((row) => (row.seq === one ? { ...rowOf(rows, other), seq: one } : row.seq === other ? { ...rowOf(rows, one), seq: other } : row));
const moveRow = (rows: readonly LedgerRow[], from: number, to: number): LedgerRow[] => {
  const rest = rows.filter(({ seq }) => seq !== from);
  return renumber([...rest.slice(0, to - 1), rowOf(rows, from), ...rest.slice(to - 1)]);
};
const put = (rows: readonly LedgerRow[], seq: number, row: LedgerRow): LedgerRow[] => renumber([...rows.slice(0, seq - 1), row, ...rows.slice(seq - 1)]);

const TAMPERED: readonly (readonly [string, Tampering, readonly string[]])[] = [
  ['an edited body', (rows) => replace(rows, 7, { body: '{"code":"NONE"}' }), ['EDITED 7']],
  ['an edited time', (rows) => replace(rows, 8, { at: '2026-11-23T09:00:00.000000Z' }), ['EDITED 8']],
  ['an edited kind', (rows) => replace(rows, 9, { kind: 'claim' }), ['EDITED 9']],
  ['a row of another tenant', (rows) => replace(rows, 1, { tenant: 'globex' }), ['EDITED 1']],
  ['an edited last row', (rows) => replace(rows, 200, { body: '{}' }), ['EDITED 200']],
  ['a hash in other letters', (rows) => replace(rows, 12, { hash: rowOf(rows, 12).hash.toUpperCase() }), ['EDITED 12']],
  ['a hash that is none', (rows) => replace(rows, 12, { hash: 'x' }), ['EDITED 12']],
  ['a row that was edited and hashed anew', (rows) => rows.map((row) => (row.seq === 30 ? rehashed({ ...row, body: '{}' }) : row)), ['EDITED 30']],
  ['a first row that was edited and hashed anew', (rows) => rows.map((row) => (row.seq === 1 ? rehashed({ ...row, body: '{}' }) : row)), ['EDITED 1']],
  ['a first row with a predecessor', (rows) => rows.map((row) => (row.seq === 1 ? rehashed({ ...row, prev_hash: 'a'.repeat(64) }) : row)), ['EDITED 1']],
  ['several edits', (rows) => replace(replace(rows, 90, { body: '{}' }), 20, { body: '{}' }), ['EDITED 20', 'EDITED 90']],
  ['one row deleted', (rows) => rows.filter(({ seq }) => seq !== 20), ['DELETED 20']],
  ['the first rows deleted', (rows) => rows.slice(3), ['DELETED 1']],
  ['two stretches deleted', (rows) => rows.filter(({ seq }) => !(seq > 20 && seq < 25) && seq !== 70), ['DELETED 21', 'DELETED 70']],
  ['a row deleted and the rest numbered anew', (rows) => renumber(rows.filter(({ seq }) => seq !== 20)), ['DELETED 20']],
  ['three rows deleted and the rest numbered anew', (rows) => renumber(rows.filter(({ seq }) => seq < 20 || seq > 22)), ['DELETED 20']],
  ['rows deleted in two places and the rest numbered anew', (rows) => renumber(rows.filter(({ seq }) => seq !== 20 && seq !== 60)), ['DELETED 20', 'DELETED 59']],
  ['a number used twice', (rows) => [...rows.slice(0, 33), { ...rowOf(rows, 33), body: '{}' }, ...rows.slice(33)], ['INSERTED 33']],
  ['a row that is there twice, unchanged', (rows) => [...rows.slice(0, 33), rowOf(rows, 33), ...rows.slice(33)], ['INSERTED 33']],
  ['a row below the first', (rows) => [{ ...rowOf(rows, 1), seq: 0 }, ...rows], ['INSERTED 0']],
  ['a row put in with a right hash and a right predecessor', (rows) => put(rows, 40, forged(40, rowOf(rows, 39).hash)), ['INSERTED 40']],
  ['a row put in with a right hash and a wrong predecessor', (rows) => put(rows, 40, forged(40, 'b'.repeat(64))), ['INSERTED 40']],
  ['a row put in with a made-up hash', (rows) => put(rows, 40, { ...forged(40, rowOf(rows, 39).hash), hash: 'c'.repeat(64) }), ['INSERTED 40']],
  ['three rows put in', (rows) => put(put(put(rows, 40, forged(40, '')), 41, forged(41, '')), 42, forged(42, '')), ['INSERTED 40']],
  ['a row put before the first', (rows) => put(rows, 1, forged(1, '0'.repeat(64))), ['INSERTED 1']],
  ['a row put at the end with a wrong predecessor', (rows) => [...rows, forged(201, 'b'.repeat(64))], ['INSERTED 201']],
  ['a row put at the end with a made-up hash', (rows) => [...rows, { ...forged(201, rowOf(rows, 200).hash), hash: 'd'.repeat(64) }], ['EDITED 201']],
  ['bodies of two rows swapped', (rows) => swapContent(rows, 10, 15), ['REORDERED 10']],
  ['bodies of two far rows swapped', (rows) => swapContent(rows, 3, 190), ['REORDERED 3']],
  ['bodies swapped, and the first hashed anew', (rows) => swapContent(rows, 10, 15).map((row) => (row.seq === 10 ? rehashed(row) : row)), ['REORDERED 10']],
  ['bodies swapped, and the second hashed anew', (rows) => swapContent(rows, 10, 15).map((row) => (row.seq === 15 ? rehashed(row) : row)), ['REORDERED 10']],
  ['two neighbours that changed numbers', (rows) => swapNumbers(rows, 5, 6), ['REORDERED 5']],
  ['two rows that changed numbers', (rows) => swapNumbers(rows, 5, 9), ['REORDERED 5']],
  ['two far rows that changed numbers', (rows) => swapNumbers(rows, 5, 150), ['REORDERED 5']],
  ['a row moved back', (rows) => moveRow(rows, 30, 25), ['REORDERED 25']],
  ['a row moved on', (rows) => moveRow(rows, 25, 30), ['REORDERED 25']],
  ['lines that changed places', (rows) => [...rows.slice(0, 4), rowOf(rows, 6), rowOf(rows, 5), ...rows.slice(6)], ['REORDERED 5']],
  ['its tail cut', (rows) => rows.slice(0, 150), ['TAIL_CUT 151']],
  ['nothing left', () => [], ['TAIL_CUT 1']],
  ['a row deleted before its cut tail', (rows) => rows.slice(0, 150).filter(({ seq }) => seq !== 20), ['DELETED 20', 'TAIL_CUT 151']],
  ['a row edited, and all hashed anew from there', (rows) => rechain(replace(rows, 130, { body: '{}' }), 130), ['REWRITTEN 121']],
  ['a row deleted, and all hashed anew', (rows) => rechain(rows.filter(({ seq }) => seq !== 10)).concat(forged(200, '')).map((row, index, all) => (index === 199 ? rehashed({ ...row, prev_hash: all[198]?.hash ?? '' }) : row)), ['REWRITTEN 1']],
  ['its tail cut and grown again', (rows) => rechain(replace(rows, 199, { body: '{"other":1}' }), 199), ['REWRITTEN 121']],
  ['something that is no row', (rows) => [...rows.slice(0, 60), null, ...rows.slice(60)], ['MALFORMED 61']],
  ['a row without a body', (rows) => rows.map((row) => (row.seq === 77 ? { ...row, body: undefined } : row)), ['MALFORMED 77']],
  ['a number that is none', (rows) => rows.map((row) => (row.seq === 77 ? { ...row, seq: '77' } : row)), ['MALFORMED 77']],
];

describe('a chain that was tampered with', () => {
  it('verifies while nobody has touched it', async () => {
    expect(await look(chain)).toEqual({
      ok: true, rows: 200, head: chain.at(-1)?.hash, checkpoints_verified: 3, checkpoints_ignored: 0, anchored_rows: 200, first_bad_seq: null, findings: [],
    });
  });

  it.each(TAMPERED)('says what happened: %s', async (_what, tamper, expected) => {
    const report = await look(tamper([...chain]));
    expect([report.ok, named(report).slice(0, expected.length), report.first_bad_seq]).toEqual([false, expected, Number(expected[0]?.split(' ')[1])]);
  });

  it.each(TAMPERED)('says the same without any checkpoint, where the chain alone can: %s', async (_what, tamper, expected) => {
    const report = await look(tamper([...chain]), []);
    const needsCheckpoint = expected.every((finding) => /^(?:TAIL_CUT|REWRITTEN)/.test(finding));
    expect(report.ok).toBe(needsCheckpoint);
    expect(report.anchored_rows).toBe(0);
  });

  it('never verifies after any one change to any one row', async () => {
    const columns = ['seq', 'tenant', 'kind', 'body', 'at', 'prev_hash', 'hash'] as const;
    const change = { seq: 500, tenant: 'x', kind: 'x', body: '{"x":1}', at: '2020-01-01T00:00:00.000000Z', prev_hash: 'e'.repeat(64), hash: 'f'.repeat(64) };
    for (const column of columns) {
      for (let turn = 0; turn < 20; turn += 1) {
        const seq = randomInt(1, 201);
        const report = await look(replace(chain, seq, { [column]: change[column] }), []);
        expect([column, seq, report.ok]).toEqual([column, seq, false]);
        if (column !== 'seq' && column !== 'prev_hash') expect(named(report)[0]).toBe(`EDITED ${String(seq)}`);
      }
    }
  });

  it('is not slowed down or filled up by a chain in which everything is wrong', async () => {
    const wrong = makeChain(5_000).map((row) => ({ ...row, body: '{}' }));
    const report = await look(wrong, []);
    expect([report.ok, report.rows, report.findings.length]).toEqual([false, 5_000, 20]);
  });

  it('repeats nothing of a hostile row on the terminal', async () => {
    const report = await look(replace(chain, 7, { kind: '\u001b[2Jgone' }), []);
    expect(report.findings.map(({ message }) => message)).toEqual(['the content of row 7 (of a kind that does not exist) is not what was hashed when it was written']);
  });
});

describe('checkpoints beside a chain', () => {
  it('count once, however often they are given', async () => {
    expect(await look(chain, [...checkpoints, ...checkpoints])).toMatchObject({ ok: true, checkpoints_verified: 3 });
  });

  it('say how far they reach', async () => {
    expect(await look(chain, checkpoints.slice(0, 1))).toMatchObject({ ok: true, anchored_rows: 50 });
  });

  it('by an unknown key are named as forged', async () => {
    const report = await look(chain, [...checkpoints, createCheckpointSigner().sign(chain, 60)]);
    expect([report.ok, named(report), report.first_bad_seq]).toEqual([false, ['CHECKPOINT_FORGED 60'], null]);
  });

  it.each([['nothing', ''], ['words', 'trust me'], ['an unsigned one', `wingman/ledger\n5\n${Buffer.alloc(32).toString('base64')}\n\n`]])('that are none are named as forged: %s', async (_what, note) => {
    expect((await look(chain, [note])).findings).toMatchObject([{ kind: 'CHECKPOINT_FORGED' }]);
  });

  it('by a revoked key prove nothing, and accuse nobody', async () => {
    const revoked = createCheckpointSigner('revoked');
    const note = revoked.sign(makeChain(30));
    const both = new Map([...keyset, ...revoked.keyset]);
    expect(await verifyLedger(each(chain), { checkpoints: [...checkpoints, note], keyset: both })).toMatchObject({ ok: true, checkpoints_ignored: 1 });
  });

  it('of two histories, both signed with our key, are a fork', async () => {
    const other = rechain(replace(chain, 100, { body: '{}' }));
    const report = await look(chain, [...checkpoints, signer.sign(other, 120)]);
    expect([report.ok, named(report)]).toEqual([false, ['FORKED 120']]);
  });
});

describe('an exported chain', () => {
  const text = Buffer.from(chain.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const pieces = (bytes: Buffer, size: number): Buffer[] => Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  const lookAt = (bytes: Buffer, size = 1_000): Promise<LedgerReport> => verifyLedgerExport(each(pieces(bytes, size)), { checkpoints, keyset });

  it.each([1, 7, 1_000, 1_000_000])('verifies in pieces of %d bytes', async (size) => {
    expect(await lookAt(text, size)).toMatchObject({ ok: true, rows: 200, checkpoints_verified: 3 });
  });

  it('verifies without its last newline, and with text beyond ASCII', async () => {
    expect((await lookAt(text.subarray(0, -1))).ok).toBe(true);
    const foreign = rechain(replace(chain, 3, { body: '{"note":"Größe 🦊"}' }));
    const bytes = Buffer.from(foreign.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(await verifyLedgerExport(each(pieces(bytes, 3)), { checkpoints: [], keyset })).toMatchObject({ ok: true, rows: 200 });
  });

  it('is found out when it was cut in a line, or holds something else', async () => {
    expect(named(await lookAt(text.subarray(0, -10)))).toEqual(['MALFORMED 200', 'TAIL_CUT 200']);
    expect(named(await lookAt(Buffer.concat([Buffer.from('<html>\n'), text])))[0]).toBe('MALFORMED 1');
    expect(named(await lookAt(Buffer.from([0xff, 0xfe, 0x0a])))[0]).toBe('MALFORMED 1');
  });
});
