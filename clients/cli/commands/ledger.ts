/** ledger: the record of everything, taken out and verified. */
import type { Command } from 'commander';
import { verifyLedger, type LedgerReport } from '../../../security/ledger/verify';
import { examples, type Cli } from '../cli';
import { EXIT } from '../exit';
import { openLedgerProof, type LedgerFiles } from '../ledger-sources';
import { say, writeLine, type Show } from '../output';
import { verifyExportFile } from '../verify-export';

export function addLedgerCommand(program: Command, cli: Cli): void {
  const ledger = program.command('ledger').description('the record of everything');
  ledger
    .command('export')
    .description('the whole chain as NDJSON, a row a line, on stdout')
    .addHelpText('after', examples('wingman ledger export > ledger.ndjson'))
    .action(async () => {
      for await (const row of cli.client('operator').ledgerExport()) await writeLine(JSON.stringify(row));
    });
  ledger
    .command('checkpoints')
    .description('the signed checkpoints, on stdout')
    .addHelpText('after', examples('wingman ledger checkpoints > checkpoints.txt'))
    .action(async () => {
      // Exactly as they were signed, in --json too.
      const { checkpoints } = await cli.client('operator').checkpoints();
      process.stdout.write(cli.isJson() ? `${JSON.stringify(checkpoints, null, 2)}\n` : checkpoints.join('\n'));
    });
  ledger
    .command('verify')
    .description('is the chain what it was? Online, or from files alone')
    .option('--export <file>', 'of `wingman ledger export`; else the server is asked')
    .option('--checkpoints <file>', 'of `wingman ledger checkpoints`, or checkpoints/log of the data directory; else both are read')
    .option('--keys <file>', 'keys/keyset.json of the data directory; else it is read there, else the server is asked')
    .addHelpText(
      'after',
      examples('wingman ledger verify', 'wingman ledger verify --export ledger.ndjson --checkpoints checkpoints.txt --keys keyset.json') +
        '\n\nKeep checkpoints and keyset.json somewhere else: they are what the database cannot change.\nWhat each finding means is in docs/ledger.md. Exit codes: 0 OK, 1 not',
    )
    .action(async (files: LedgerFiles) => {
      const connect = (): ReturnType<Cli['client']> => cli.client('operator');
      // Before the rows: of a chain that grows, a newer note would look like a cut tail.
      const proof = await openLedgerProof(files, connect);
      const { checkpoints } = proof;
      const report = files.export === undefined ? await verifyLedger(connect().ledgerExport(), proof) : await verifyExportFile(files.export, proof);
      cli.print(report, showReport);
      if (checkpoints.length === 0) say('there was no checkpoint to compare with: a tail that was cut off would not be seen');
      if (report.checkpoints_ignored > 0) say(`${String(report.checkpoints_ignored)} checkpoints were signed with a key that was revoked since, and prove nothing`);
      process.exitCode = report.ok ? EXIT.ok : EXIT.failure;
    });
}

const showReport: Show<LedgerReport> = ({ ok, rows, head, checkpoints_verified, findings }, style) =>
  ok
    ? `OK: ${String(rows)} rows, head ${head}, ${String(checkpoints_verified)} checkpoints`
    : [style.red(`NOT OK: ${String(rows)} rows`), ...findings.map(({ kind, seq, message }) => `${kind} at ${String(seq ?? '-')}: ${message}`)].join('\n');
