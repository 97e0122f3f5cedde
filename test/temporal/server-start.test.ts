import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalBinary } from '../../temporal/server-binary';
import { openClientConnection } from '../../temporal/client-connection';
import { startTemporalServer, type RunningTemporal } from '../../temporal/server-start';

describe('the Temporal server that we start', () => {
  let dir: string;
  let server: RunningTemporal;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wingman-temporal-'));
    server = await startTemporalServer({ binary: await findTemporalBinary({ log: () => undefined }), dir, namespace: 'default', persistent: false });
  }, 600_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps a queue in one place: a task that had to be forwarded could wait two seconds', async () => {
    const direct = openClientConnection(server.address);
    const { activityTaskQueuePartitions, workflowTaskQueuePartitions } = await direct.connection.workflowService.listTaskQueuePartitions({ namespace: 'default', taskQueue: { name: 'any' } });
    await direct.close();
    expect([activityTaskQueuePartitions.length, workflowTaskQueuePartitions.length]).toEqual([1, 1]);
  });
});
