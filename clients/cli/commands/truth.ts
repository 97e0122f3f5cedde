/** truth: what was approved, executed and claimed of one request, side by side. */
import type { Command } from 'commander';
import type { AccountShape } from '../../sdk/truth-shapes';
import { examples, type Cli } from '../cli';
import { table, type Show } from '../output';

export function addTruthCommand(program: Command, cli: Cli): void {
  program
    .command('truth')
    .description('what was approved, executed and claimed of one request, and where they differ')
    .argument('<request>')
    .addHelpText('after', examples('wingman truth ad47d5b9-5c90-48be-ba6f-9aac174286f0'))
    .action(async (id: string) => cli.print(await cli.client('operator').account(id), showAccount));
}

const showAccount: Show<AccountShape> = (account, style) => {
  const steps = [...new Set([...account.approved, ...account.executed].map(({ step }) => step))].sort((a, b) => a - b);
  const rows = steps.map((step) => {
    const ran = account.executed.filter((one) => one.step === step);
    return [String(step + 1), account.approved.find((one) => one.step === step)?.command ?? '-', ran.map(({ command, status }) => `${status} ${command}`).join('; ') || 'not executed'];
  });
  return [
    `${style.bold(account.status)}  ${account.worker_id} in ${account.environment}: ${account.task_name}`,
    table(style, ['STEP', 'APPROVED', 'EXECUTED'], rows),
    '',
    account.claimed.length === 0 ? 'nothing claimed' : table(style, ['CLAIMED', 'VERDICT', 'WHEN'], account.claimed.map(({ claim, status, timestamp }) => [claim.length > 90 ? `${claim.slice(0, 90)}…` : claim, status, timestamp])),
    '',
    ...(account.findings.length === 0 ? [agreement(account)] : account.findings.map(({ kind, reason }) => style.red(`${kind}  ${reason}`))),
  ].join('\n');
};

/** Nothing differs in what ran. That is no agreement where a claim beside it is false, or was not said, or not understood. */
function agreement({ claimed }: AccountShape): string {
  if (claimed.some(({ status }) => status === 'FALSE')) return 'what ran is what was approved; a claim beside it is FALSE';
  if (claimed.some(({ status }) => status !== 'TRUE')) return 'no difference found; not every claim could be judged';
  return 'the three agree';
}
