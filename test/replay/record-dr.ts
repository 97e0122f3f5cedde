/**
 * Records one history of every way that a recovery run can go, beside those of `record.ts`:
 * `npx jest --testMatch '<rootDir>/test/replay/record-dr.ts'`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal as proto } from '@temporalio/proto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { openDrWorld, type DrTestWorld } from '../support/dr-world';
import { until } from '../support/until';

const HISTORIES = join(__dirname, 'histories');
const KEYS = join(__dirname, 'codec-keys.json');

interface KeyList {
  readonly keys: readonly { readonly kid: string }[];
}

describe('histories of recovery runs', () => {
  let it_: DrTestWorld;
  beforeAll(async () => {
    it_ = await openDrWorld();
    // Histories of other days stay readable: keys are only added.
    const [known, mine] = [KEYS, join(it_.stack.keysDir, 'worker', 'codec-keys.json')].map((file) => JSON.parse(readFileSync(file, 'utf8')) as KeyList) as [KeyList, KeyList];
    writeFileSync(KEYS, `${JSON.stringify({ ...known, keys: [...known.keys, ...mine.keys] }, null, 2)}\n`);
  }, 60_000);
  afterAll(async () => it_?.close());

  const save = async (name: string, workflowId: string): Promise<void> => {
    await until(`${workflowId} has ended`, async () => (await it_.stack.eventsOf(workflowId)).at(-1) === 'WORKFLOW_EXECUTION_COMPLETED');
    const history = await it_.stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    expect(history.events?.length).toBeGreaterThan(5);
    writeFileSync(join(HISTORIES, `${name}.json`), `${historyToJSON(proto.api.history.v1.History.create(history))}\n`);
  };
  const childOf = async (request: string): Promise<string> =>
    (await it_.stack.sql<{ workflow_id: string }>('select workflow_id from wingman.approvals where request_id = $1', [request]))[0]?.workflow_id ?? '';

  it('are recorded', async () => {
    const { name, stages } = await it_.subject('web');
    const whole = await it_.start([stages.stop, { ...stages.remove, hold_seconds: 1 }]);
    const first = await it_.card(whole);
    await it_.approve(first);
    const second = await it_.card(whole, first);
    await it_.seen(name, 'exited');
    await it_.approve(second);
    await it_.ended(whole);
    await save('dr-completed', `dr:${whole}`);
    await save('dr-stage', await childOf(first));

    const other = await it_.subject('other');
    const held = await it_.start([other.stages.stop, { ...other.stages.remove, on_reject: { rollback_to: 0 } }]);
    const card = await it_.card(held);
    await it_.control(held, 'pause');
    await it_.control(held, 'resume');
    const again = await it_.card(held, card);
    await save('dr-stage-withdrawn', await childOf(card));
    await it_.approve(again);
    const refused = await it_.card(held, again);
    await it_.reject(refused);
    await it_.approve(await it_.card(held, refused));
    await it_.ended(held);
    await save('dr-paused-rolled-back', `dr:${held}`);

    await it_.seen(other.name, 'running');
    const aborted = await it_.start([other.stages.stop]);
    await it_.card(aborted);
    await it_.control(aborted, 'abort');
    await it_.ended(aborted);
    await save('dr-aborted', `dr:${aborted}`);

    const never = await it_.start([{ ...other.stages.stop, probe: [{ container: other.name, is: 'paused' }], within_seconds: 2 }], { name: 'never' });
    await it_.approve(await it_.card(never));
    await it_.ended(never);
    await save('dr-not-proven', `dr:${never}`);

    const drill = await it_.start([{ ...stages.rebuild, undo: null }], { drill: true });
    await it_.approve(await it_.card(drill));
    await it_.ended(drill);
    await save('dr-drill', `dr:${drill}`);
  }, 120_000);
});
