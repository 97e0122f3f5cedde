/** Records the ways of a remedy, beside those of `record.ts`: `npx jest --testMatch '<rootDir>/test/replay/record-remedy.ts'`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal as proto } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

const KEYS = join(__dirname, 'codec-keys.json');

interface KeyList {
  readonly keys: readonly object[];
}

describe('histories of remedies', () => {
  let stack: Stack;
  let world: DockerWorld;
  const named = (short: string): string => world.name(short);
  beforeAll(async () => {
    world = await openDockerWorld();
    for (const short of ['helped', 'refused']) await world.createContainer({ name: named(short), cmd: ['sleep', '100000'] });
    const remedies = ['helped', 'refused'].map((short) => ({ name: `start ${short}`, kind: 'BYPASS', subject: `container ${named(short)} in dev`, environment: 'dev', commands: [`docker start ${named(short)}`] }));
    stack = await startStack({ environments: ['dev'], policySource: governedPolicy({ containers: [`wm-${world.run}-*`] }, { remedies }) });
    const [known, mine] = [KEYS, join(stack.keysDir, 'worker', 'codec-keys.json')].map((file) => JSON.parse(readFileSync(file, 'utf8')) as KeyList) as [KeyList, KeyList];
    writeFileSync(KEYS, `${JSON.stringify({ ...known, keys: [...known.keys, ...mine.keys] }, null, 2)}\n`);
    await until('the engine is watched', async () => (await stack.sql(`select 1 from wingman.watch_states where state->'snapshot' <> '{}'`)).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  it.each([
    ['remedy-satisfied', 'helped', 'approve'],
    ['remedy-rejected', 'refused', 'reject'],
  ] as const)('%s', async (name, short, how) => {
    await world.call({ method: 'POST', path: `/containers/${named(short)}/stop`, query: { t: 0 }, answer: 'none', expect: [204] });
    const id = await until('an incident', async () => (await stack.sql<{ incident_id: string }>('select incident_id from wingman.incidents where subject = $1', [`container ${named(short)} in dev`]))[0]?.incident_id);
    const remedy = async (): Promise<{ readonly request_id: string; readonly outcome: string | null } | undefined> =>
      (await stack.call('GET', `/watcher/alerts/${id}`, stack.operator_key)).body['remedies'][0] as never;
    const request = await until('the remedy is proposed', async () => (await remedy())?.request_id);
    await stack.call('POST', `/approvals/${request}/${how}`, stack.reviewer_key, {});
    await until('it has ended', async () => ((await remedy())?.outcome ?? null) !== null);
    await until('its workflow too', async () => (await stack.eventsOf(`remedy:${id}:1`)).at(-1) === 'WORKFLOW_EXECUTION_COMPLETED');
    const history = await stack.temporal.workflow.getHandle(`remedy:${id}:1`).fetchHistory();
    expect(history.events?.length).toBeGreaterThan(5);
    writeFileSync(join(__dirname, 'histories', `${name}.json`), `${historyToJSON(proto.api.history.v1.History.create(history))}\n`);
  }, 60_000);
});
