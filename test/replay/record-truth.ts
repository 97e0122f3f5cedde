/**
 * Records one history of every way that the truth's workflows can go, beside those of `record.ts`:
 * `npx jest --testMatch '<rootDir>/test/replay/record-truth.ts'`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal as proto } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

const HISTORIES = join(__dirname, 'histories');
const KEYS = join(__dirname, 'codec-keys.json');

interface KeyList {
  readonly keys: readonly { readonly kid: string }[];
}

describe('histories of the truth', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    // Histories of other days stay readable: keys are only added.
    const [known, mine] = [KEYS, join(stack.keysDir, 'worker', 'codec-keys.json')].map((file) => JSON.parse(readFileSync(file, 'utf8')) as KeyList) as [KeyList, KeyList];
    writeFileSync(KEYS, `${JSON.stringify({ ...known, keys: [...known.keys, ...mine.keys] }, null, 2)}\n`);
    await until('the gateway sees the container', async () => (await stack.sql('select 1 from wingman.inventories where inventory::text like $1', [`%${web}%`])).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const save = async (name: string, workflowId: string): Promise<void> => {
    const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    expect(history.events?.length).toBeGreaterThan(5);
    writeFileSync(join(HISTORIES, `${name}.json`), `${historyToJSON(proto.api.history.v1.History.create(history))}\n`);
  };
  const verify = async (name: string, body: object): Promise<void> => {
    const { body: verdict } = await stack.call('POST', '/verify', stack.agent_key, body);
    const [row] = await stack.sql<{ run: string }>('select run from wingman.verdicts where verdict_id = $1', [verdict['verdict_id']]);
    await save(name, `verify:${String(verdict['claim_id'])}:${row?.run ?? ''}`);
  };

  it('are recorded', async () => {
    await verify('verify-at-engine', { claim: `The container ${web} is running` });
    await verify('verify-nothing', { claim: 'Everything works well' });
    await verify('verify-no-prober', { claim: '/srv/report.json exists', host: 'nowhere' });
    await verify('verify-enhanced', { claim: `The container ${web} is running`, use_enhanced: true });
    const { body } = await stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: `The container ${web} is paused` });
    await stack.call('POST', '/log_claim', stack.agent_key, { worker_id: 'agent-1', claim: 'Everything works well' });
    await stack.sweep();
    await save('sweep', `sweep:${stack.taskQueue}`);
    await save('verify-false', `claim-verdict:${String(body['entry'].claim_id)}`);
    const [incident] = await stack.sql<{ incident_id: string }>('select incident_id from wingman.incidents');
    const id = incident?.incident_id ?? '';
    await stack.call('POST', `/watcher/acknowledge/${id}`, stack.reviewer_key, {});
    await stack.call('POST', `/watcher/resolve/${id}`, stack.reviewer_key, { resolution: 'done' });
    await until('the incident has ended', async () => (await stack.eventsOf(`incident:${id}`)).at(-1) === 'WORKFLOW_EXECUTION_COMPLETED');
    await save('incident', `incident:${id}`);
  }, 120_000);
});
