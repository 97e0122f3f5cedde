/** approve, reject, cancel. What is sent is the hash of the plan that was shown: another one is refused by the server. */
import type { Command } from 'commander';
import type { WingmanClient } from '../../sdk/client';
import type { RequestShape } from '../../sdk/shapes';
import { askPerson, canAsk, confirm } from '../ask';
import { examples, type Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { sayShown } from '../output';
import { findRequestId } from '../request-id';
import { showRequest } from '../show-request';

interface DecideOptions {
  readonly note?: string;
  readonly yes?: true;
  readonly planHash?: string;
}

/** So few that they are typed, so many that nobody types them by habit. */
const TYPED_CHARACTERS = 4;
const ID_HELP = 'the request, or the first 6 characters of its id';

export function addDecideCommands(program: Command, cli: Cli): void {
  program
    .command('approve')
    .description('look at the card, then approve exactly that plan')
    .argument('<id>', ID_HELP)
    .option('--note <text>', 'why; it is kept with the decision')
    .option('--yes', 'do not ask (for scripts)')
    .option('--plan-hash <hash>', 'only if the plan is still this one (for scripts: of an earlier `wingman show`)')
    .addHelpText('after', examples('wingman approve 3f2a9c', 'wingman approve 3f2a9c --note "agreed in the stand-up"', 'wingman approve 3f2a9c --yes --plan-hash bc792f77…') + '\n\nHIGH risk asks for the first 4 characters of the plan hash.')
    .action(async (id: string, options: DecideOptions) => {
      const client = cli.client('reviewer');
      const request = await lookAt(client, id, options);
      if (options.yes !== true && request.status === 'PENDING') await requireConsent(request);
      const decided = await client.approve(request.request_id, decisionOf(request, options));
      cli.print(decided, ({ status, request_id, decided_by, quorum }) =>
        status === 'APPROVED' ? `APPROVED ${request_id} by ${decided_by ?? '-'}` : `${status} ${request_id}: your approval counts; ${String(quorum)} are needed`,
      );
    });

  program
    .command('reject')
    .description('reject a request; one rejection ends it')
    .argument('<id>', ID_HELP)
    .option('--note <text>', 'why; the agent sees it')
    .option('--yes', 'do not ask (for scripts)')
    .addHelpText('after', examples('wingman reject 3f2a9c --note "not during the sale"'))
    .action(async (id: string, options: DecideOptions) => {
      const client = cli.client('reviewer');
      const request = await lookAt(client, id, options);
      if (options.yes !== true && request.status === 'PENDING' && !(await confirm('Reject it?'))) throw undecided();
      cli.print(await client.reject(request.request_id, decisionOf(request, options)), ({ status, request_id }) => `${status} ${request_id}`);
    });

  program
    .command('cancel')
    .description('withdraw a waiting request, or revoke an approval with all its unused tokens')
    .argument('<id>', ID_HELP)
    .option('--note <text>', 'why')
    .addHelpText('after', examples('wingman cancel 3f2a9c'))
    .action(async (id: string, { note }: { note?: string }) => {
      const client = cli.client('operator');
      cli.print(await client.cancel(await findRequestId(client, id), note), ({ status, request_id }) => `${status} ${request_id}${status === 'CANCELLED' ? '' : ', revoked'}`);
    });
}

/** The card goes to stderr also when nothing is asked: the log of a script then holds what was decided. */
async function lookAt(client: WingmanClient, id: string, { planHash }: DecideOptions): Promise<RequestShape> {
  const request = await client.get(await findRequestId(client, id));
  if (request.status === 'PENDING') sayShown(request, showRequest);
  if (planHash !== undefined && planHash !== request.plan_hash) {
    throw new CliFailure(`nothing was decided: the plan hash is ${request.plan_hash ?? 'none'}, not ${planHash}; look again with \`wingman show ${request.request_id}\``);
  }
  return request;
}

function decisionOf({ plan_hash }: RequestShape, { note }: DecideOptions): { note?: string; plan_hash?: string } {
  return { ...(note === undefined ? {} : { note }), ...(plan_hash === null ? {} : { plan_hash }) };
}

/** HIGH asks for more than a key press: some of the hash of what was shown. */
async function requireConsent({ risk_level, plan_hash }: RequestShape): Promise<void> {
  if (risk_level !== 'HIGH') {
    if (await confirm('Approve exactly this?')) return;
    throw undecided();
  }
  // Without a plan there is no hash; the risk is in the words then.
  const [what, expected] = plan_hash === null ? ['the word approve', 'approve'] : [`the first ${String(TYPED_CHARACTERS)} characters of the plan hash`, plan_hash.slice(0, TYPED_CHARACTERS)];
  const typed = await askPerson(`HIGH risk. Type ${what} to approve: `);
  if (typed?.toLowerCase() === expected) return;
  throw undecided();
}

const undecided = (): CliFailure =>
  new CliFailure(canAsk() ? 'nothing was decided' : 'nothing was decided: there is no terminal to ask on; look with `wingman show`, then say --yes', EXIT.failure);
