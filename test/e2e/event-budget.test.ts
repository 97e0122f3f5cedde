import { startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

describe('what a request costs in history', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the gateway sees the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>(`select inventory::text like $1 as seen from wingman.inventories`, [`%${web}%`]);
      return row?.seen;
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });
  const ask = (task_name: string, commands: readonly string[], extra: object = {}) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name, instruction: 'Do it.', commands, ...extra });
  const workflowOf = async (id: string): Promise<string> => {
    const [row] = await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]);
    return row?.workflow_id ?? '';
  };

  it('is 8 events for an automatic approval', async () => {
    const { body } = await ask('auto', ['docker ps']);
    const workflow = await workflowOf(body['request'].request_id);
    const events = await until('the workflow ended', async () => {
      const seen = await stack.eventsOf(workflow);
      return seen.at(-1) === 'WORKFLOW_EXECUTION_COMPLETED' && seen;
    });
    expect(events).toHaveLength(8);
  });

  it('is 8 events for a pending request, and none for its duplicate', async () => {
    const { body } = await ask('pending', [`docker restart ${web}`]);
    const workflow = await workflowOf(body['request'].request_id);
    const first = await until('its first task is done', async () => {
      const seen = await stack.eventsOf(workflow);
      return seen.includes('WORKFLOW_TASK_COMPLETED') && seen;
    });
    expect(first).toHaveLength(8);
    const twin = await ask('pending', [`docker restart ${web}`]);
    expect(twin.body).toMatchObject({ deduped: true, request: { request_id: body['request'].request_id } });
    expect(await stack.eventsOf(workflow)).toHaveLength(8);
  });

  it('is at most 23 events from the ask to the executed step', async () => {
    const { body } = await ask('whole', [`docker restart -t 0 ${web}`], { execute: true });
    const id: string = body['request'].request_id;
    await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    const workflow = await workflowOf(id);
    const events = await until('the workflow ended', async () => {
      const seen = await stack.eventsOf(workflow);
      return seen.at(-1) === 'WORKFLOW_EXECUTION_COMPLETED' && seen;
    });
    expect(events.filter((type) => type === 'WORKFLOW_TASK_COMPLETED')).toHaveLength(3);
    expect(events.length).toBeLessThanOrEqual(23);
    console.log(`approved and executed: ${String(events.length)} events`);
  });
});
