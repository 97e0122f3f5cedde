import { changePolicy } from '../support/change-policy';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('decisions that meet', () => {
  let stack: Stack;
  let second: string;
  beforeAll(async () => {
    stack = await startStack();
    await stack.call('POST', '/reviewers', stack.operator_key, { reviewer: 'other' });
    const { body } = await stack.call('POST', '/keys', stack.operator_key, { kind: 'reviewer', subject: 'other' });
    second = body['key'];
    // Limits are for people; this is a stampede.
    await changePolicy(stack, { 'limits.requests_per_minute_per_agent': 100000, 'limits.decisions_per_minute_per_reviewer': 100000, 'limits.pending_per_agent': 100000 });
  });
  afterAll(() => stack?.close());

  const ask = (task_name: string, extra: object = {}) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name, instruction: 'Deploy it.', ...extra });

  it('makes one request of fifty identical ones that arrive at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('fifty')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body['request'].request_id)).size).toBe(1);
    expect(answers.filter(({ body }) => body['deduped'] !== true)).toHaveLength(1);
    const rows = await stack.sql(`select 1 from wingman.approvals where task_name = 'fifty'`);
    expect(rows).toHaveLength(1);
  });

  it('lets one of approve and reject win, 200 times, and tells everybody the same', async () => {
    const outcomes = { APPROVED: 0, REJECTED: 0 };
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const { body } = await ask(`race ${String(batch)}.${String(index)}`);
          const id: string = body['request'].request_id;
          const [yes, no] = await Promise.all([
            stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {}),
            stack.call('POST', `/approvals/${id}/reject`, second, { note: 'no' }),
          ]);
          const winners = [yes, no].filter(({ status }) => status === 200);
          expect(winners).toHaveLength(1);
          const final = (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body;
          expect(final['status']).toBe(yes.status === 200 ? 'APPROVED' : 'REJECTED');
          const loser = yes.status === 200 ? no : yes;
          expect([loser.status, loser.body['code'], loser.body['request'].status]).toEqual([409, 'ALREADY_DECIDED', final['status']]);
          const closed = await stack.sql<{ body: string }>(`select body from wingman.ledger where idem = $1`, [`closed:${id}`]);
          expect(closed.map(({ body: row }) => (JSON.parse(row) as { status: string }).status)).toEqual([final['status']]);
          outcomes[final['status'] as keyof typeof outcomes] += 1;
        }),
      );
    }
    expect(outcomes.APPROVED + outcomes.REJECTED).toBe(200);
    console.log(`200 races: ${String(outcomes.APPROVED)} approved, ${String(outcomes.REJECTED)} rejected, all readers agree`);
  });

  it('answers the same Idempotency-Key with the same answer, also at once', async () => {
    const headers = { 'idempotency-key': 'once-only-1' };
    const body = { worker_id: 'agent-1', task_name: 'idem', instruction: 'Deploy it.' };
    const first = await stack.call('POST', '/approvals/request', stack.agent_key, body, headers);
    const again = await stack.call('POST', '/approvals/request', stack.agent_key, body, headers);
    expect(again.body['request'].request_id).toBe(first.body['request'].request_id);
    expect(again.body['deduped']).toBeUndefined();
    const other = await stack.call('POST', '/approvals/request', stack.agent_key, { ...body, task_name: 'other' }, headers);
    expect([other.status, other.body['code']]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('expires what nobody decides, and lets no late approval in', async () => {
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 0.02 });
    const { body } = await ask('too late');
    const id: string = body['request'].request_id;
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 60 });
    const expired = await until('the request expired', async () => {
      const { body: request } = await stack.call('GET', `/approvals/${id}?wait=5`, stack.agent_key);
      return request['status'] === 'EXPIRED' && request;
    });
    expect(expired['decided_by']).toBeNull();
    const late = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect([late.status, late.body['code']]).toEqual([409, 'ALREADY_DECIDED']);
  });

  it('lets the agent withdraw, once', async () => {
    const { body } = await ask('withdrawn');
    const id: string = body['request'].request_id;
    const gone = await stack.call('POST', `/approvals/${id}/cancel`, stack.agent_key, {});
    expect(gone.body).toMatchObject({ status: 'CANCELLED', decided_by: 'agent-1' });
    const late = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect(late.status).toBe(409);
  });
});
