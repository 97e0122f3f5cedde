/** show, pending, watch: what reviewers look at. */
import type { Command } from 'commander';
import type { EventShape } from '../../sdk/shapes';
import { examples, wholeNumber, type Cli } from '../cli';
import { EXIT, onInterrupt } from '../exit';
import { plainJson, writeLine } from '../output';
import { findRequestId } from '../request-id';
import { requestTable, showRequest } from '../show-request';
import { visible } from '../visible';

const MOST_LISTED = 500;
const LONGEST_DETAIL = 160;

export function addInboxCommands(program: Command, cli: Cli): void {
  program
    .command('pending')
    .description('requests that wait for people, oldest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1, MOST_LISTED), 100)
    .addHelpText('after', examples('wingman pending', 'wingman pending --json | jq -r ".[].request_id"'))
    .action(async ({ limit }: { limit: number }) => cli.print((await cli.client('reviewer').pending(limit)).pending, requestTable));

  program
    .command('show')
    .description('one request: its card, its decision, its executions')
    .argument('<id>', 'the request; of a waiting one the first 6 characters will do')
    .addHelpText('after', examples('wingman show 3f2a9c', 'wingman show --json 3f2a9c'))
    .action(async (id: string) => {
      const client = cli.client('reviewer');
      cli.print(await client.get(await findRequestId(client, id)), showRequest);
    });

  program
    .command('watch')
    .description('follow what happens, a line each, until Ctrl-C')
    .option('--after <seq>', 'from this row of the ledger on; else from now', wholeNumber(0, 999_999_999))
    .option('--kind <kind>', 'this kind of event alone, such as approval.requested')
    .addHelpText('after', examples('wingman watch', 'wingman watch --after 0 --kind execution.outcome --json'))
    .action(async ({ after, kind }: { after?: number; kind?: string }) => {
      const client = cli.client('reviewer');
      const stop = new AbortController();
      onInterrupt(() => stop.abort());
      for await (const event of client.events(after ?? null, stop.signal)) {
        if (kind === undefined || event.kind === kind) await writeLine(cli.isJson() ? plainJson(event) : eventLine(event));
      }
      process.exitCode = EXIT.interrupted;
    });
}

function eventLine(event: EventShape): string {
  const { at, kind, seq, ...rest } = visible(event);
  return `${at}  ${String(seq).padStart(6)}  ${kind.padEnd(20)}  ${detail(rest)}`.trimEnd();
}

/** The members that say most, short: the whole row is in --json. */
function detail(rest: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(rest).flatMap(([name, value]) => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [`${name}=${JSON.stringify(value)}`] : []));
  const text = words.join(' ');
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text;
}
