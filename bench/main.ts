/** `npm run bench`: see --help. The table goes to stdout, progress to stderr. Exit code 1 when something could not be measured. */
import { join } from 'node:path';
import { HELP, readArguments } from './arguments';
import { countEngineCalls } from './engine-calls';
import { measureGrowth } from './growth';
import { measureParts } from './parts';
import type { Side } from './side';
import { topFrames, type Frame } from './profile';
import { recordText, writeDocs, writeRecord, type BenchRecord } from './record';
import { machineFacts, reported, verdictOf, type Reported } from './report';
import type { Bench, Row } from './row';
import { gatewayRows } from './rows/gateway';
import { growthRows } from './rows/growth';
import { ledgerRows } from './rows/ledger';
import { requestRows } from './rows/requests';
import { smallRows } from './rows/small';
import { workerRows } from './rows/workers';
import { openWorld, type World } from './world';

const ROWS: readonly Row[] = [...requestRows, ...gatewayRows, ...ledgerRows, ...smallRows, ...growthRows, ...workerRows];
const EXTRAS = ['parts', 'growth'] as const;
const ROOT = join(__dirname, '..', '..');

const from = performance.now();
const say = (line: string): void => void process.stderr.write(`${((performance.now() - from) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Rows share their servers: to start them for each would be most of the time. */
let world: Promise<World> | null = null;
let servers: Row['servers'];

async function closeWorld(): Promise<void> {
  const closing = world;
  world = null;
  await closing?.then((opened) => opened.close()).catch((error: unknown) => say(`the servers did not stop: ${String(error)}`));
}

async function main(words: readonly string[]): Promise<number> {
  const options = readArguments(words);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = [...ROWS.map(({ id }) => id), ...EXTRAS];
  const unknown = (options.only ?? []).filter((id) => !names.includes(id));
  if (unknown.length > 0) throw new TypeError(`there is no row ${unknown.join(', ')}; there are ${names.join(', ')}`);
  // What a call costs by part, and how it grows, say little of small worlds: a quick run has them when they are named.
  const isWanted = (id: string): boolean => options.only?.includes(id) ?? (options.size !== 'quick' || ROWS.some((row) => row.id === id));
  const bench: Bench = { size: options.size, floorVsFloor: options.floorVsFloor, say, world: () => (world ??= openWorld(ROOT, say)) };

  const rows: Reported[] = [];
  const keep = (now: BenchRecord): void => {
    if (options.json !== null) writeRecord(options.json, now);
    if (options.docs) writeDocs(ROOT, now, names);
  };
  for (const row of ROWS.filter(({ id }) => isWanted(id))) {
    rows.push(await measure(bench, row));
    // After each row: a run that is broken off leaves what it has.
    keep({ machine: machineFacts(), rows, parts: null, growth: null });
  }
  let failed = rows.some(({ figure }) => figure === null);
  const extra = async <T>(name: (typeof EXTRAS)[number], make: (bench: Bench) => Promise<T>): Promise<T | null> => {
    if (!isWanted(name) || options.floorVsFloor) return null;
    say(name);
    return make(bench).catch(async (error: unknown) => {
      failed = true;
      say(`${name}: FAILED, ${textOf(error)}`);
      await closeWorld();
      return null;
    });
  };
  const record: BenchRecord = { machine: machineFacts(), rows, parts: await extra('parts', measureParts), growth: await extra('growth', measureGrowth) };
  await closeWorld();
  process.stdout.write(`${recordText(record)}\n`);
  keep(record);
  const unsound = rows.filter(({ figure }) => figure !== null && (figure.ratio < 0.9 || figure.ratio > 1.1));
  if (options.floorVsFloor && unsound.length > 0) say(`the instrument is unsound on ${unsound.map(({ id }) => id).join(', ')}: a floor against itself is to be within 0.9 and 1.1`);
  return failed || (options.floorVsFloor && unsound.length > 0) ? 1 : 0;
}

async function measure(bench: Bench, row: Row): Promise<Reported> {
  say(`${row.id}: ${row.subject}`);
  if (row.servers !== servers) await closeWorld();
  servers = row.servers;
  const started = performance.now();
  const spent = (): number => (performance.now() - started) / 1_000;
  try {
    const figure = await row.measure(bench);
    const seconds = spent();
    const verdict = verdictOf(row, figure);
    say(`${row.id}: ${figure.ratio.toFixed(2)} (${figure.spread.map((value) => value.toFixed(2)).join(' to ')}), ${verdict}, ${seconds.toFixed(1)} s`);
    const profile = verdict === 'MISS' && !bench.floorVsFloor && figure.again !== undefined ? await profileOf(row, figure.again, figure.operations) : null;
    return reported(row, { figure, failure: null, size: bench.size, seconds, profile });
  } catch (error) {
    say(`${row.id}: FAILED, ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    // What a row that failed leaves behind is not for the next one.
    await closeWorld();
    return reported(row, { figure: null, failure: textOf(error), size: bench.size, seconds: spent(), profile: null });
  }
}

/** A profile that does not come about takes nothing from the figure. */
const profileOf = (row: Row, side: Side, operations: number): Promise<readonly Frame[] | null> =>
  topFrames(side, operations).catch((error: unknown) => {
    say(`${row.id}: no profile, ${textOf(error)}`);
    return null;
  });

// A call that waits while the servers of a failed row stop ends in its client's retry, where nobody waits for it.
process.on('unhandledRejection', (error) => say(`a call ended late: ${textOf(error)}`));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeWorld().finally(() => process.exit(1)));
}

countEngineCalls();
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${textOf(error)}\n`);
    process.exit(2);
  },
);
