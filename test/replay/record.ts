/**
 * Records one history of every way that a workflow can go, for `replay.test.ts`. Run it by hand, after a change that is meant
 * to change histories: `npx jest --runTestsByPath test/replay/record.ts --testRegex record`.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal as proto } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { changePolicy } from '../support/change-policy';
import { startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

const HISTORIES = join(__dirname, 'histories');

describe('histories', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev', 'prd'] });
    copyFileSync(join(stack.keysDir, 'worker', 'codec-keys.json'), join(__dirname, 'codec-keys.json'));
    await until('the gateway sees the container', async () => {
      const rows = await stack.sql<{ seen: boolean }>(`select inventory::text like $1 as seen from wingman.inventories`, [`%${web}%`]);
      return rows.length === 2 && rows.every(({ seen }) => seen);
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const ask = async (task_name: string, extra: object): Promise<string> => {
    const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name, instruction: 'Deploy it.', ...extra });
    return body['request'].request_id as string;
  };
  const save = async (name: string, workflowId: string): Promise<void> => {
    const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    expect(history.events?.length).toBeGreaterThan(5);
    writeFileSync(join(HISTORIES, `${name}.json`), `${historyToJSON(proto.api.history.v1.History.create(history))}\n`);
  };
  const workflowOf = async (id: string): Promise<string> =>
    (await stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [id]))[0]?.workflow_id ?? '';
  const ended = (id: string) =>
    until('the workflow ended', async () => {
      const last = (await stack.eventsOf(await workflowOf(id))).at(-1);
      return last === 'WORKFLOW_EXECUTION_COMPLETED';
    });
  const record = async (name: string, id: string, wait = true): Promise<void> => {
    if (wait) await ended(id);
    await save(name, await workflowOf(id));
  };

  it('are recorded', async () => {
    const restart = [`docker restart -t 0 ${web}`];
    await record('auto-approved', await ask('auto', { instruction: 'List.', commands: ['docker ps'] }));
    await record('auto-approved-executed', await ask('auto executed', { instruction: 'List.', commands: ['docker ps'], execute: true }));
    await record('auto-rejected', await ask('refused', { commands: ['docker system prune -af'] }));
    const pending = await ask('pending', { commands: restart });
    await record('pending', pending, false);
    await stack.call('POST', `/approvals/${pending}/reject`, stack.reviewer_key, { note: 'no' });
    await record('rejected', pending);
    const executed = await ask('executed', { commands: restart, execute: true });
    await stack.call('POST', `/approvals/${executed}/approve`, stack.reviewer_key, {});
    await record('approved-executed', executed);
    const twoSteps = await ask('two steps', { commands: [...restart, 'docker ps'], execute: true, ordered: true });
    await stack.call('POST', `/approvals/${twoSteps}/approve`, stack.reviewer_key, {});
    await record('approved-two-steps', twoSteps);
    const plain = await ask('no plan', {});
    await stack.call('POST', `/approvals/${plain}/approve`, stack.reviewer_key, {});
    await record('approved', plain);
    const cancelled = await ask('cancelled', {});
    await stack.call('POST', `/approvals/${cancelled}/cancel`, stack.agent_key, {});
    await record('cancelled', cancelled);
    const voted = await ask('one of two', { deployment_env: 'prd', commands: restart });
    await stack.call('POST', `/approvals/${voted}/approve`, stack.reviewer_key, {});
    await record('one-of-two', voted, false);
    await stack.temporal.workflow.getHandle(await workflowOf(voted)).signal('decide', { decision: 'APPROVE' });
    await until('the forged signal is in the ledger', async () => (await stack.sql(`select 1 from wingman.ledger where kind = 'refusal' and body like '%temporal signal%'`)).length > 0);
    await until('its workflow task is done', async () => (await stack.eventsOf(await workflowOf(voted))).at(-1) === 'MARKER_RECORDED');
    await record('forged-signal', voted, false);
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 0.02 });
    await record('expired', await ask('expired', {}));
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 60 });
    const asked = await ask('asked later', { instruction: 'List.', commands: ['docker ps'] });
    await stack.call('POST', `/approvals/${asked}/execute`, stack.agent_key, {});
    await save('execution', `execution:${asked}`);
  }, 120_000);
});
