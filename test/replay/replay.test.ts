import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecretKey } from 'node:crypto';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { createDataConverter } from '../../temporal/data-converter';
import { sharedServers } from '../support/shared-servers';

/** Histories of every way that a workflow can go: code that would go another way breaks requests that are open at a release. */
const HISTORIES = join(__dirname, 'histories');
const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

function codecKeys() {
  const { keys } = JSON.parse(readFileSync(join(__dirname, 'codec-keys.json'), 'utf8')) as { keys: readonly { kid: string; k: string }[] };
  const byKid = new Map(keys.map(({ kid, k }) => [kid, createSecretKey(Buffer.from(k, 'base64url'))]));
  return { currentKid: keys[0]?.kid ?? '', byKid };
}

/** A recovery run refuses to be anybody else's workflow, so it is replayed by its own name. */
const idOf = (history: ReturnType<typeof historyFromJSON>): string => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId || 'replayed';

describe('recorded histories', () => {
  it('cover every state', () => {
    expect(names.map((name) => name.replace('.json', '')).sort()).toEqual([
      'approved', 'approved-executed', 'approved-two-steps', 'auto-approved', 'auto-approved-executed', 'auto-rejected', 'cancelled',
      'dr-aborted', 'dr-completed', 'dr-drill', 'dr-not-proven', 'dr-paused-rolled-back', 'dr-stage', 'dr-stage-withdrawn', 'execution', 'expired',
      'forged-signal', 'incident', 'one-of-two', 'pending', 'rejected', 'remedy-rejected', 'remedy-satisfied', 'sweep', 'verify-at-engine', 'verify-enhanced', 'verify-false', 'verify-no-prober', 'verify-nothing', 'webhook',
    ]);
  });

  it.each(names)('%s replays', async (name) => {
    const history = historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')));
    await expect(
      Worker.runReplayHistory({ workflowBundle: { codePath: sharedServers().bundle }, dataConverter: createDataConverter(codecKeys(), 'blank') }, history, idOf(history)),
    ).resolves.toBeUndefined();
  });

  it('does not replay a history that was changed', async () => {
    const events = JSON.parse(readFileSync(join(HISTORIES, 'approved-executed.json'), 'utf8')) as { events: { eventType: string }[] };
    const cut = { events: events.events.filter(({ eventType }) => !/ACTIVITY_TASK_/.test(eventType)) };
    await expect(
      Worker.runReplayHistory({ workflowBundle: { codePath: sharedServers().bundle }, dataConverter: createDataConverter(codecKeys(), 'blank') }, historyFromJSON(cut), 'changed'),
    ).rejects.toThrow();
  });
});
