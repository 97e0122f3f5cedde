import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createApplyModelVote } from '../../activities/apply-model-vote';
import type { Vote } from '../../domain/consensus';
import { createLedger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';

const POLICY = DEFAULT_POLICY.replace('voters: [rules, structure]', 'voters: [rules, structure, model]').replace(
  /^rules:\n/m,
  `rules:
  - name: three for a grave restart
    when: { risk_at_least: HIGH, verb: [restart] }
    then: { quorum: 3 }
`,
);

describe('the late vote of a model', () => {
  let stack: Stack;
  let pool: Pool;
  beforeAll(async () => {
    stack = await startStack({ policySource: POLICY });
    pool = createPool(stack.database.urlOf('wingman_worker'), { max: 2, onError: () => undefined });
  });
  afterAll(async () => {
    await pool?.end();
    await stack?.close();
  });

  it.each<[string, Vote['risk_level'], number]>([
    ['docker restart web', 'HIGH', 3],
    ['docker restart web', 'LOW', 1],
    ['docker pause web', 'HIGH', 1],
  ])('on %s with %s wants as many reviewers as the rules of the policy', async (command, risk_level, quorum) => {
    const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands: [command],
    });
    expect(body['request']).toMatchObject({ risk_level: 'MEDIUM', quorum: 1 });
    const approval_id = body['request'].request_id as string;
    const [row] = await stack.sql<{ tenant: string }>('select tenant from wingman.approvals where request_id = $1', [approval_id]);
    const apply = createApplyModelVote({ pool, ledger: createLedger(pool), now: Date.now });
    expect(await apply({ approval_id, tenant: row?.tenant ?? '', vote: { voter: 'model', risk_level, reason: 'it looks so' } })).toEqual({ quorum });
    expect((await stack.call('GET', `/approvals/${approval_id}`, stack.agent_key)).body['quorum']).toBe(quorum);
  });
});
