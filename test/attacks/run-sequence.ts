/** What is done with one token, step by step: used, used again, at once, after a crash, a restart, a revocation. */
import { startChild } from '../support/child-process';
import { until } from '../support/until';
import type { Presented, Seen, TokenEntryInput } from './token-entry';
import type { AttackWorld } from './world';

const KILL = 'kill9-gateway-during';

/** @returns the answers of every use, in order */
export async function runSequence(world: AttackWorld, { sequence = ['use'], parallel = 1, gateways = 1 }: TokenEntryInput, presented: Presented): Promise<readonly Seen[]> {
  await Promise.all(Array.from({ length: gateways - 1 }, () => world.newGateway()));
  try {
    const answers: Seen[] = [];
    for (const [at, step] of sequence.entries()) {
      if (step === 'use') {
        const killed = sequence[at + 1] === KILL;
        if (killed) answers.push(await useAndKill(world, presented));
        else answers.push(...(await Promise.all(Array.from({ length: parallel }, () => useWhenUp(presented)))));
      } else if (step !== KILL || sequence[at - 1] !== 'use') {
        answers.push(...(await disturb(world, step, presented)));
      }
    }
    return answers;
  } finally {
    if (gateways > 1) {
      // All of them, since the world keeps one list; the next entry finds one as before.
      await world.stopGateways();
      await world.newGateway();
    }
    await world.stack.sql('delete from wingman.key_revocations');
  }
}

/** A database that was just restarted answers 503 with Retry-After, and a client comes again. */
function useWhenUp({ use }: Presented): Promise<Seen> {
  return until('the use is answered', async () => {
    const seen = await use();
    return seen.status !== 503 && seen;
  });
}

/** The process dies after the act and before its row, which is the worst moment. The call that waits for it learns no more. */
async function useAndKill(world: AttackWorld, { use }: Presented): Promise<Seen> {
  await world.stopGateways();
  const child = await startChild('gateway', { ...world.gatewayEnvironment(), WINGMAN_FAILPOINT: 'gateway.after_act' });
  const waiting = use();
  const how = await child.ended;
  if (how !== 'SIGKILL') throw new Error(`the gateway was to die at its failpoint, and ended ${how}`);
  await world.newGateway();
  return waiting;
}

async function disturb(world: AttackWorld, step: string, { approval, use }: Presented): Promise<readonly Seen[]> {
  const { stack, signers, fixture } = world;
  const tenant = String(fixture.token.validRequest['tenant']);
  switch (step) {
    case 'use-bad-body':
      return [await use('{"command":')];
    case 'revoke-approval':
      await stack.call('POST', `/approvals/${approval}/cancel`, world.keyOf(`${Object.keys(fixture.tenants[tenant]?.approvers ?? {})[0] ?? ''}@${tenant}`), {});
      return [];
    case 'revoke-key':
      await stack.call('POST', '/signing-keys/revoke', world.operatorOf(tenant), { kid: signers['k1']?.kid ?? '' });
      return [];
    case 'restart-postgres':
      // What its clients see of a restart: every connection is gone at once.
      await stack.sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
      return [];
    case 'restart-worker':
      await stack.stopWorker();
      await stack.startWorker();
      return [];
    default:
      throw new Error(`no step of a sequence is known as ${JSON.stringify(step)}`);
  }
}
