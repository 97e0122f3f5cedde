import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('the truth, end to end', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  it('logs a claim, and the watcher gives it a verdict with evidence', async () => {
    const logged = await stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: 'Everything works well' });
    expect(logged.body).toMatchObject({ status: 'logged', entry: { worker_id: 'agent-1', claim: 'Everything works well', status: 'PENDING_VERIFICATION' } });
    await stack.sweep();
    const claim = (await stack.call('GET', `/claims/${String(logged.body['entry'].claim_id)}`, stack.agent_key)).body;
    expect(claim).toMatchObject({ status: 'UNVERIFIABLE', verdicts: [{ verdict: 'UNVERIFIABLE', verifier: 'simple' }] });
  });

  it('answers a question at once', async () => {
    const asked = await stack.call('POST', '/verify', stack.reviewer_key, { claim: '' });
    expect([asked.status, asked.body]).toEqual([200, expect.objectContaining({ verdict: 'UNVERIFIABLE', verifier: 'simple', incident_id: null })]);
  });
});
void until;
