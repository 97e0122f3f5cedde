import { startStack, type Stack } from '../support/stack';

describe('one approval, from the ask to the proven execution', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ environments: ['dev'] });
  });
  afterAll(() => stack?.close());

  it('answers a read-only plan at once', async () => {
    const { status, body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: 'Look', instruction: 'List the containers.', commands: ['docker ps'],
    });
    expect(body).toMatchObject({ status: 'AUTO_APPROVED', needs_approval: false });
    expect(status).toBe(200);
  });
});
