/** webhooks: who is told of what, and whether it arrived. */
import { Option, type Command } from 'commander';
import type { WebhookShape } from '../../sdk/webhook-shapes';
import { commaList, examples, wholeNumber, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { say, table, type Show } from '../output';

const STATES = ['PENDING', 'DELIVERED', 'FAILED', 'DROPPED'];
const MOST_SEQ = 999_999_999;

export function addWebhooksCommand(program: Command, cli: Cli): void {
  const webhooks = program.command('webhooks').description('endpoints that are told of what happens, signed (Standard Webhooks)');
  webhooks
    .command('list', { isDefault: true })
    .description('endpoints, without their secrets')
    .action(async () => cli.print((await cli.client('operator').webhooks()).webhooks, showList));
  webhooks
    .command('add')
    .description('add an endpoint; its secret is shown this once')
    .argument('<url>', 'https; requests may name exactly this as their callback_url')
    .option('--events <kinds>', 'kinds of the feed, or beginnings such as incident.*, with commas; `none`: only callbacks', commaList)
    .option('--private', 'allow private addresses for this one, and plain http to them')
    .addHelpText('after', examples('wingman webhooks add https://hooks.example.com/wingman', 'wingman webhooks add https://hooks.example.com/oncall --events "incident.*,quarantine.set"', 'wingman webhooks add http://10.0.0.7:9000/wingman --private --events none'))
    .action(async (url: string, options: { events?: readonly string[]; private?: true }) => {
      const events = options.events?.length === 1 && options.events[0] === 'none' ? [] : options.events;
      const added = await cli.client('operator').addWebhook({ url, ...(events === undefined ? {} : { events }), ...(options.private === true ? { private: true } : {}) });
      cli.print(added, ({ webhook, secret }) => `${webhook.endpoint_id}\n${secret}`);
      say('give the secret to the receiver now: it is stored sealed, and shown nowhere again');
    });
  webhooks
    .command('rotate')
    .description('make a new secret; the old one signs beside it for the grace time')
    .argument('<id>')
    .option('--grace <seconds>', 'how long; a day when absent, 0: not at all', wholeNumber(0, 604_800))
    .action(async (id: string, { grace }: { grace?: number }) => {
      const rotated = await cli.client('operator').rotateWebhook(id, grace);
      cli.print(rotated, ({ secret }) => secret);
      say(`the old secret signs as well until ${rotated.old_secret_until ?? '-'}`);
    });
  webhooks
    .command('remove')
    .description('remove an endpoint; what was not delivered is dropped')
    .argument('<id>')
    .action(async (id: string) => cli.print(await cli.client('operator').removeWebhook(id), ({ endpoint_id }) => `removed ${endpoint_id}`));
  webhooks
    .command('enable')
    .description('let a disabled endpoint hear again, of what comes from now on')
    .argument('<id>')
    .action(async (id: string) => {
      const enabled = await cli.client('operator').enableWebhook(id);
      cli.print(enabled, ({ webhook }) => `enabled ${webhook.endpoint_id}`);
      say(`what it missed: wingman webhooks replay ${id} --from ${String(enabled.missed_from)} --to ${String(enabled.webhook.cursor)}`);
    });
  addDeliveryCommands(webhooks, cli);
}

function addDeliveryCommands(webhooks: Command, cli: Cli): void {
  webhooks
    .command('deliveries')
    .description('what was sent to an endpoint, newest first')
    .argument('<id>')
    .addOption(new Option('--state <state>', 'these alone').choices(STATES))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 50)
    .action(async (id: string, { state, limit }: { state?: string; limit: number }) =>
      cli.print((await cli.client('operator').webhookDeliveries(id, { state, limit })).deliveries, (rows, style) =>
        rows.length === 0
          ? 'nothing was sent'
          : table(style, ['DELIVERY', 'SEQ', 'EVENT', 'STATE', 'TRIES', 'STATUS', 'PROBLEM', 'LAST TRY', 'NEXT TRY'], rows.map((row) => [row.delivery_id, row.seq, row.kind, row.state, row.attempts, row.last_status, row.last_error, row.attempted_at, row.next_attempt_at])),
      ),
    );
  webhooks
    .command('replay')
    .description('send one delivery, or a span of the ledger, once more under the same ids')
    .argument('<id>')
    .option('--delivery <id>', 'this one')
    .option('--from <seq>', 'from this number of the ledger', wholeNumber(1, MOST_SEQ))
    .option('--to <seq>', 'to this one', wholeNumber(1, MOST_SEQ))
    .addHelpText('after', examples('wingman webhooks replay 6b1f… --delivery msg_4f1c…', 'wingman webhooks replay 6b1f… --from 1200 --to 1260'))
    .action(async (id: string, { delivery, from, to }: { delivery?: string; from?: number; to?: number }) => {
      if ((delivery === undefined) === (from === undefined || to === undefined)) throw new CliFailure('give either --delivery, or --from and --to', EXIT.usage);
      const what = delivery === undefined ? { from_seq: from ?? 0, to_seq: to ?? 0 } : { delivery_id: delivery };
      cli.print(await cli.client('operator').replayWebhook(id, what), ({ waiting }) => `${String(waiting)} to send`);
    });
}

const showList: Show<readonly WebhookShape[]> = (rows, style) =>
  rows.length === 0
    ? 'nobody is told of anything; `wingman webhooks add <url>`'
    : table(style, ['ENDPOINT', 'STATE', 'WHY', 'PRIVATE', 'URL', 'EVENTS'], rows.map((row) => [row.endpoint_id, row.state, row.reason, row.private, row.url, row.events.length === 0 ? 'callbacks' : row.events]));
