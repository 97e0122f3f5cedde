/** An answer comes when the row is committed, also while the workflow does not know it yet (docs/decisions/0013). */
import { changePolicy } from '../support/change-policy';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('an answer before the engine’s own', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
    await changePolicy(stack, { 'limits.decisions_per_minute_per_reviewer': 100_000 });
  });
  afterAll(() => stack?.close());

  const ask = (task: string) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: task, instruction: 'Do it.', commands: ['docker volume create early'] });

  it('is the row of this very request, and a decision in the same breath is not refused', async () => {
    for (let time = 0; time < 10; time += 1) {
      const { status, body } = await ask(`early ${String(time)}`);
      expect([status, body['status']]).toEqual([200, 'PENDING']);
      const id: string = body['request'].request_id;
      const decided = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
      expect([decided.status, decided.body]).toEqual([200, expect.objectContaining({ request_id: id, status: 'APPROVED', decided_by: 'owner' })]);
      const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]);
      await until('the workflow has ended too', async () => (await stack.temporal.workflow.getHandle(row?.workflow_id ?? '').describe()).status.name === 'COMPLETED');
    }
  });

  it('takes nobody else’s decision for its own: of many taps in one second one is answered with 200', async () => {
    for (let time = 0; time < 5; time += 1) {
      const { body } = await ask(`taps ${String(time)}`);
      const id: string = body['request'].request_id;
      const taps = await Promise.all(Array.from({ length: 8 }, () => stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})));
      expect(taps.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(taps.filter(({ status }) => status !== 200).map(({ status, body: { code } }) => [status, code])).toEqual(Array.from({ length: 7 }, () => [409, 'ALREADY_DECIDED']));
    }
  });

  it('is one request for many that ask for the same at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('same')));
    expect(new Set(answers.map(({ body }) => body['request'].request_id)).size).toBe(1);
    expect(answers.filter(({ body }) => body['deduped'] !== true)).toHaveLength(1);
  });
});
