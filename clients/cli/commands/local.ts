/** up, doctor, reset, keys of the installation, ledger: what works on this machine's files, with or without a server. */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { splitCheckpoints } from '../../../security/checkpoint';
import { parseKeyset } from '../../../security/keyset';
import { loadKeyset } from '../../../security/load-keys';
import { verifyLedger } from '../../../security/ledger-verify';
import { runDoctor } from '../../../supervisor/doctor';
import { resetDataDir } from '../../../supervisor/reset';
import { dataDirectory } from '../../../supervisor/settings';
import { askPerson } from '../ask';
import { CliFailure, EXIT } from '../exit';
import { print, red, say, table } from '../output';
import { connect, type GlobalOptions } from '../session';

export function addLocalCommands(program: Command): void {
  const globals = (): GlobalOptions & { json: boolean } => ({ json: false, ...program.opts<GlobalOptions>() });

  program.command('up').description('bring everything up in the foreground, as `npm start` does').action(async () => {
    const child = spawn(process.execPath, [join(__dirname, '..', '..', '..', 'supervisor', 'main.js')], { stdio: 'inherit' });
    // Ctrl-C goes to the whole group of a terminal: the supervisor stops its parts, and this waits for it.
    process.on('SIGINT', () => undefined);
    process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? EXIT.interrupted)));
  });
  program.command('doctor').description('look at this machine, and say what to do').action(async () => {
    const report = await runDoctor();
    print(globals(), report, ({ checks }) => table(['CHECK', 'STATE', 'FOUND', 'FIX'], checks.map(({ name, state, found, fix }) => [name, state, found, fix ?? ''])));
    process.exitCode = report.ok ? EXIT.ok : EXIT.failure;
  });
  program.command('reset').description('forget everything of the data directory, after asking').option('--yes', 'do not ask').action(async ({ yes }: { yes?: true }) => {
    const directory = dataDirectory(process.env);
    const outcome = await resetDataDir(directory, async (question) => {
      if (yes === true) return true;
      return (await askPerson(`${question}\nType the directory's name (${directory}) to go on: `)) === directory;
    });
    print(globals(), outcome, ({ kind }) => kind);
    process.exitCode = outcome.kind === 'kept' ? EXIT.failure : EXIT.ok;
  });

  const ledger = program.command('ledger').description('the record of everything');
  ledger.command('export').description('the whole chain as NDJSON, on stdout').action(async () => {
    for await (const row of connect(globals(), 'operator').ledgerExport()) process.stdout.write(`${JSON.stringify(row)}\n`);
  });
  ledger.command('checkpoints').description('signed checkpoints, on stdout').action(async () => {
    process.stdout.write((await connect(globals(), 'operator').checkpoints()).checkpoints.join('\n'));
  });
  ledger
    .command('verify')
    .description('is the chain what it was? Online, or from files alone')
    .option('--export <file>', 'of `wingman ledger export`')
    .option('--checkpoints <file>', 'of `wingman ledger checkpoints`, or the data directory’s checkpoints/log')
    .option('--keys <file>', 'keyset.json of the data directory’s keys')
    .action(async (options: { export?: string; checkpoints?: string; keys?: string }) => {
      const client = options.export === undefined || options.checkpoints === undefined ? connect(globals(), 'operator') : null;
      const keyset =
        options.keys === undefined ? await loadKeyset(join(dataDirectory(process.env), 'keys')) : parseKeyset(JSON.parse(readFileSync(options.keys, 'utf8')), options.keys);
      const checkpoints =
        options.checkpoints === undefined
          ? [...((await client?.checkpoints())?.checkpoints ?? []), ...notesBesideTheDatabase()]
          : splitCheckpoints(readFileSync(options.checkpoints, 'utf8'));
      const rows = options.export === undefined ? client?.ledgerExport() : rowsOfFile(options.export);
      if (rows === undefined) throw new CliFailure('there are no rows to verify', EXIT.usage);
      const report = await verifyLedger(rows, { checkpoints, keyset });
      print(globals(), report, ({ ok, rows: count, head, checkpoints_verified, findings }) =>
        ok
          ? `OK: ${String(count)} rows, head ${head}, ${String(checkpoints_verified)} checkpoints`
          : [red(`NOT OK: ${String(count)} rows`), ...findings.map(({ kind, seq, message }) => `${kind} at ${String(seq ?? '-')}: ${message}`)].join('\n'),
      );
      if (checkpoints.length === 0) say('there was no checkpoint to compare with: a tail that was cut off would not be seen');
      process.exitCode = report.ok ? EXIT.ok : EXIT.failure;
    });
}

/** The copies that a superuser of the database cannot reach: whoever cuts rows and their notes there is found out by these. */
function notesBesideTheDatabase(): readonly string[] {
  const file = join(dataDirectory(process.env), 'checkpoints', 'log');
  return existsSync(file) ? splitCheckpoints(readFileSync(file, 'utf8')) : [];
}

async function* rowsOfFile(file: string): AsyncGenerator<unknown, void, undefined> {
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') yield JSON.parse(line) as unknown;
}
