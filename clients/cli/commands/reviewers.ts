/** reviewers: the people who may read or decide. */
import type { Command } from 'commander';
import { examples, type Cli } from '../cli';
import { say, table } from '../output';

export function addReviewersCommand(program: Command, cli: Cli): void {
  const reviewers = program.command('reviewers').description('people who may read or decide');
  reviewers
    .command('list')
    .description('who they are')
    .action(async () =>
      cli.print((await cli.client('operator').reviewers()).reviewers, (rows, style) =>
        table(style, ['REVIEWER', 'MAY DECIDE', 'DISABLED', 'TELEGRAM'], rows.map((row) => [row.reviewer, row.may_decide, row.disabled, row.telegram_user])),
      ),
    );
  reviewers
    .command('add')
    .description('add one, or let one in again')
    .argument('<name>')
    .option('--read-only', 'may look, not decide')
    .addHelpText('after', examples('wingman reviewers add alice', 'wingman reviewers add auditor --read-only'))
    .action(async (name: string, { readOnly }: { readOnly?: true }) => {
      cli.print(await cli.client('operator').addReviewer(name, readOnly !== true), ({ reviewer }) => `added ${reviewer}`);
      say(`now: wingman keys issue reviewer --subject ${name}    or, for Telegram: wingman reviewers link ${name}`);
    });
  reviewers
    .command('disable')
    .description('take one’s rights at once')
    .argument('<name>')
    .action(async (name: string) => cli.print(await cli.client('operator').disableReviewer(name), ({ reviewer }) => `disabled ${reviewer}`));
  reviewers
    .command('link')
    .description('a one-time code that links a Telegram account to a reviewer')
    .argument('<name>')
    .action(async (name: string) =>
      cli.print(await cli.client('operator').linkCode(name), ({ code, expires_in_seconds }) => `send this to the bot within ${String(Math.floor(expires_in_seconds / 60))} minutes: /link ${code}`),
    );
}
