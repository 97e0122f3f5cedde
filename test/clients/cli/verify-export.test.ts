import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyExportFile, verifyPieces, type PieceOptions } from '../../../clients/cli/verify-export';
import { verifyLedgerExport } from '../../../security/ledger/export';
import type { LedgerReport, LedgerRow } from '../../../security/ledger/verify';
import { createCheckpointSigner, makeChain, rechain } from '../../security/ledger/ledger-chain';
import { runWingman } from './run-wingman';

const THREAD = join(__dirname, '..', '..', '..', 'dist', 'clients', 'cli', 'export-thread.js');
const signer = createCheckpointSigner();
const { keyset } = signer;
/** Text of one, two, three and four bytes a character, and what other readers take for the end of a line. */
const chain = rechain(makeChain(24).map((row, index) => (index % 5 === 3 ? { ...row, body: '{"note":"Größe \u2028 € 🦊"}' } : row)));
const checkpoints = [5, 16, 20].map((size) => signer.sign(chain, size));
const linesOf = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row));
const textOf = (rows: readonly unknown[]): string => `${linesOf(rows).join('\n')}\n`;
const withLine = (at: number, change: (line: string, next: string) => string): string =>
  `${linesOf(chain).map((line, index, all) => (index === at ? change(line, all[index + 1] ?? '') : line)).join('\n')}\n`;
const rowAt = (at: number): LedgerRow => chain[at] as LedgerRow;
const replaced = (at: number, change: Partial<LedgerRow>): LedgerRow[] => chain.map((row, index) => (index === at ? { ...row, ...change } : row));
const swapped = (one: number, other: number): LedgerRow[] => chain.map((row, index) => rowAt(index === one ? other : index === other ? one : index) ?? row);

describe('an exported ledger in pieces', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wingman-pieces-'));
  const file = join(dir, 'export.ndjson');
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const inPieces = (options: Partial<PieceOptions>, notes: readonly string[] = checkpoints): Promise<LedgerReport> =>
    verifyExportFile(file, { checkpoints: notes, keyset }, { pieceBytes: 1_000, threads: 0, script: THREAD, ...options });
  /** Null when that way does not say. */
  async function inPiecesAlone(options: Partial<PieceOptions>, notes: readonly string[] = checkpoints): Promise<LedgerReport | null> {
    const handle = await open(file);
    try {
      return await verifyPieces(handle, (await handle.stat()).size, { checkpoints: notes, keyset }, { pieceBytes: 1_000, threads: 0, script: THREAD, ...options });
    } finally {
      await handle.close();
    }
  }
  const fromTheBeginning = (notes: readonly string[] = checkpoints): Promise<LedgerReport> => verifyLedgerExport(createReadStream(file), { checkpoints: notes, keyset });

  const FILES: readonly (readonly [string, string | Buffer, boolean])[] = [
    ['is sound', textOf(chain), true],
    ['has no last newline', textOf(chain).slice(0, -1), true],
    ['has ends of lines as on Windows', textOf(chain).replaceAll('\n', '\r\n'), true],
    ['has blank lines', withLine(6, (line) => `\n\n${line}\n`), true],
    ['has blank lines as on Windows', withLine(6, (line) => `${line}\r\n\r`), true],
    ['has members in another order, and spaces', `${chain.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).reverse()), null, ' ').replaceAll('\n', ' ')).join('\n')}\n`, true],
    ['is empty', '', false],
    ['is one newline', '\n', false],
    ['is no text', Buffer.from([0xff, 0xfe, 0x0a, 0xc3]), false],
    ['has an edited row', textOf(replaced(7, { body: '{}' })), false],
    ['has an edited last row', textOf(replaced(23, { body: '{}' })), false],
    ['has a row of another number', textOf(replaced(8, { seq: 90 })), false],
    ['has a row that another precedes', textOf(replaced(0, { prev_hash: 'a'.repeat(64) })), false],
    ['has a hash in capitals', textOf(replaced(9, { hash: rowAt(9).hash.toUpperCase() })), false],
    ['has two rows in each other\'s place', textOf(swapped(10, 15)), false],
    ['lacks its first row', textOf(chain.slice(1)), false],
    ['lacks a row', textOf(chain.filter((_, index) => index !== 12)), false],
    ['lacks its tail', textOf(chain.slice(0, 18)), false],
    ['ends within a line', textOf(chain).slice(0, -30), false],
    ['has a line twice', withLine(11, (line) => `${line}\n${line}`), false],
    ['has a line that is no JSON', withLine(13, () => 'not a row'), false],
    ['has a line that is no row', withLine(13, () => '{"seq":14}'), false],
    ['has two rows on a line', withLine(13, (line, next) => `${line} ${next}`), false],
    ['has two rows on a line with a comma', withLine(13, (line, next) => `${line},${next}`), false],
    ['has a row over two lines', withLine(13, (line) => line.replace(',', ',\n')), false],
    ['has a mark at its beginning', `\ufeff${textOf(chain)}`, false],
    ['has bytes that are no character', Buffer.concat([Buffer.from(textOf(chain.slice(0, 9))), Buffer.from([0xe2, 0x82, 0x0a]), Buffer.from(textOf(chain.slice(9)))]), false],
    ['was hashed anew', textOf(rechain(replaced(17, { body: '{}' }))), false],
    ['was hashed anew after the newest checkpoint', textOf(rechain(replaced(21, { body: '{}' }))), true],
  ];

  it.each(FILES)('has one report wherever it is cut, when it %s', async (_how, content, ok) => {
    writeFileSync(file, content);
    const expected = await fromTheBeginning();
    expect(expected.ok).toBe(ok);
    // A line has about 260 bytes: shorter pieces fall within one, longer ones end at each of its places.
    for (const pieceBytes of [1, 2, 3, 59, 255, 256, 257, 258, 259, 260, 261, 262, 263, 777, 1_500, 100_000]) expect(await inPieces({ pieceBytes })).toEqual(expected);
  });

  it('needs no second reading when it is sound, and has one when it is not', async () => {
    writeFileSync(file, textOf(chain));
    for (const pieceBytes of [1, 255, 1_500, 100_000]) for (const threads of [0, 2]) expect(await inPiecesAlone({ pieceBytes, threads })).toEqual(await fromTheBeginning());
    writeFileSync(file, textOf(replaced(7, { body: '{}' })));
    expect(await inPiecesAlone({ threads: 2 })).toBeNull();
  });

  it('has one report for every size of a piece, and with every number of checkpoints', async () => {
    const sound = textOf(chain);
    for (const [content, notes] of [[sound, checkpoints], [sound, []], [sound, [signer.sign(chain)]], [sound, [createCheckpointSigner().sign(chain)]], [textOf(replaced(7, { body: '{}' })), []]] as const) {
      writeFileSync(file, content);
      const expected = await fromTheBeginning(notes);
      for (let pieceBytes = 200; pieceBytes < 600; pieceBytes += 7) expect(await inPieces({ pieceBytes }, notes)).toEqual(expected);
    }
  });

  it.each([1, 2, 3])('has one report with %d more threads', async (threads) => {
    for (const [, content] of FILES) {
      writeFileSync(file, content);
      expect(await inPieces({ pieceBytes: 300, threads })).toEqual(await fromTheBeginning());
    }
  });

  it('is looked at by the other threads too, and joined in order', async () => {
    const long = makeChain(20_000);
    writeFileSync(file, textOf(long));
    const notes = [1, 9_999, 20_000].map((size) => signer.sign(long, size));
    expect(await inPiecesAlone({ pieceBytes: 50_000, threads: 2 }, notes)).toEqual({
      ok: true, rows: 20_000, head: long.at(-1)?.hash, checkpoints_verified: 3, checkpoints_ignored: 0, anchored_rows: 20_000, first_bad_seq: null, findings: [],
    });
  });

  it('is verified all the same when the threads cannot start, or end', async () => {
    writeFileSync(file, textOf(makeChain(2_000)));
    const dying = join(dir, 'dying.js');
    writeFileSync(dying, `require('node:worker_threads').parentPort.on('message', () => process.exit(0))`);
    for (const script of [join(dir, 'nowhere.js'), dying]) expect(await inPieces({ pieceBytes: 500, threads: 2, script }, [])).toEqual(await fromTheBeginning([]));
  });

  it('is read from a pipe, which nobody reads twice, and a command ends with its threads', async () => {
    // 20 MB: as much as a second thread is started for.
    const long = makeChain(80_000);
    writeFileSync(file, textOf(long));
    const notes = join(dir, 'checkpoints');
    const keys = join(dir, 'keyset.json');
    writeFileSync(notes, signer.sign(long, 15_000));
    const entry = [...keyset.values()].map(({ kid, purpose, status, publicKey }) => ({ kid, purpose, status, jwk: publicKey.export({ format: 'jwk' }) }));
    writeFileSync(keys, JSON.stringify({ keys: entry }));
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const verify = (from: string): ReturnType<typeof runWingman> => runWingman(['ledger', 'verify', '--export', from, '--checkpoints', notes, '--keys', keys]);
    const [direct, piped] = await Promise.all([verify(file), verify(pipe), Promise.resolve(execFileSync('sh', ['-c', 'cat "$1" > "$2" &', 'sh', file, pipe], { stdio: 'ignore' }))]);
    expect(direct).toMatchObject({ code: 0, out: expect.stringContaining('OK: 80000 rows') as string });
    expect(piped).toEqual(direct);
    expect(await verify(dir)).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') as string });
  });
});
