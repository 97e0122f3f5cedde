import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createApplyModelVote } from '../../activities/apply-model-vote';
import type { Vote } from '../../domain/policy/consensus';
import { forgetfulVersions } from '../../platform/seen-versions';
import { loadKeyset } from '../../security/keys/load';
import { createLedger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { trustPolicies } from '../../stores/policy-trust';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

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
  let silent: Server;
  beforeAll(async () => {
    // A model that takes its time: what it says comes from here.
    silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    stack = await startStack({ policySource: POLICY, model: { host: `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`, model: 'silent' } });
    pool = createPool(stack.database.urlOf('wingman_worker'), { max: 2, onError: () => undefined });
    trustPolicies(pool, { keyset: await loadKeyset(join(stack.keysDir, 'worker')), versions: forgetfulVersions(), now: Date.now });
  });
  afterAll(async () => {
    await pool?.end();
    silent?.closeAllConnections();
    silent?.close();
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

describe('a model that the policy names and nobody configured', () => {
  it('counts as HIGH, with its reason on the card', async () => {
    const stack = await startStack({ policySource: DEFAULT_POLICY.replace('voters: [rules, structure]', 'voters: [rules, structure, model]') });
    try {
      const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
        worker_id: 'agent-1', task_name: 'Restart', instruction: 'Do it.', deployment_env: 'dev', commands: ['docker restart web'],
      });
      const request = await until('the vote is in', async () => {
        const { body: now } = await stack.call('GET', `/approvals/${String(body['request'].request_id)}`, stack.agent_key);
        return now['risk_level'] === 'HIGH' && now;
      });
      expect(request['risk_reason']).toContain('no model is configured');
    } finally {
      await stack.close();
    }
  });
});
