/** Two installations on one Temporal server: both have a tenant `default`, each has a queue of its own. */
import { startStack, type Stack } from '../support/stack';

const REQUEST = { worker_id: 'agent-1', task_name: 'Restart', instruction: 'Restart web.', deployment_env: 'dev', commands: ['docker restart web'] };

describe('two installations that share a Temporal server', () => {
  let stacks: readonly Stack[] = [];
  beforeAll(async () => {
    stacks = [await startStack(), await startStack()];
  });
  afterAll(() => Promise.all(stacks.map((stack) => stack.close())));

  it('keep requests of one content apart, and each decides its own', async () => {
    const asked = await Promise.all(stacks.map((stack) => stack.call('POST', '/approvals/request', stack.agent_key, REQUEST)));
    expect(asked.map(({ status, body }) => [status, body['deduped'] ?? false])).toEqual([[200, false], [200, false]]);
    const ids = asked.map(({ body }) => String(body['request'].request_id));
    expect(new Set(ids).size).toBe(2);
    const [first, second] = stacks as [Stack, Stack];
    expect(await first.call('POST', `/approvals/${ids[0] ?? ''}/approve`, first.reviewer_key, {})).toMatchObject({ status: 200, body: { status: 'APPROVED' } });
    expect(await second.call('GET', `/approvals/${ids[1] ?? ''}`, second.operator_key)).toMatchObject({ status: 200, body: { status: 'PENDING' } });
  });
});
