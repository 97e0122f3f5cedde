import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import { loadApiKeys } from '../../security/keys/load';
import { createLedger, type Ledger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { createDataConverter } from '../../temporal/data-converter';
import { openDrWorld, type DrTestWorld } from '../support/dr-world';
import { sharedServers } from '../support/shared-servers';
import { until } from '../support/until';

/** Who reaches Temporal with the codec's key, or the database with the worker's role, still moves no stage. */
describe('a stage cannot be skipped, repeated or reordered', () => {
  let it_: DrTestWorld;
  let temporal: Client;
  let connection: Connection;
  let pool: Pool;
  let ledger: Ledger;
  let name: string;
  let run: string;
  let first: string;
  beforeAll(async () => {
    it_ = await openDrWorld();
    connection = await Connection.connect({ address: sharedServers().temporalAddress });
    temporal = new Client({ connection, namespace: 'default', dataConverter: createDataConverter((await loadApiKeys(join(it_.stack.keysDir, 'api'))).codec, 'refuse') });
    pool = createPool(it_.stack.database.urlOf('wingman_worker'), { max: 2, onError: () => undefined });
    ledger = createLedger(pool);
    const subject = await it_.subject('order');
    name = subject.name;
    run = await it_.start([subject.stages.stop, subject.stages.remove, subject.stages.rebuild]);
    first = await it_.card(run);
  }, 60_000);
  afterAll(async () => {
    await connection?.close();
    await pool?.end();
    await it_?.close();
  });

  const untouched = async (): Promise<void> => {
    expect(await it_.stateOf(name)).toBe('running');
    expect((await it_.show(run))['stages']).toMatchObject([{ stage: 1, end: null }]);
    expect(await it_.stack.sql('select 1 from wingman.executions')).toHaveLength(0);
  };

  it.each([
    ['no attestation', { action: 'RESUME', reviewer: 'owner', note: null, n: 0, attestation: '' }],
    ['a forged one', { action: 'ABORT', reviewer: 'owner', note: null, n: 0, attestation: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA' }],
    ['another form', { action: 'SKIP', stage: 3 }],
    ['nothing', undefined],
  ])('a raw control with %s is refused', async (_, control) => {
    const handle = temporal.workflow.getHandle(`dr:${run}`);
    await expect(handle.executeUpdate('control', { args: [control] as [unknown] })).rejects.toThrow();
    await untouched();
  });

  it('signals, a second workflow of the run and forged requests of its stages change nothing', async () => {
    for (let n = 0; n < 5; n += 1) await temporal.workflow.getHandle(`dr:${run}`).signal('look', { stage: 3, end: 'DONE' });
    await expect(temporal.workflow.execute('drPlan', { taskQueue: it_.stack.taskQueue, workflowId: `dr:forged-${run}`, args: [{ tenant: it_.stack.tenant, run_id: run }] })).rejects.toThrow();
    // A request that says it is stage 3: the run has none of this approval, so nobody can approve it.
    const approval_id = randomUUID();
    const submit = {
      tenant: it_.stack.tenant, environment: 'dev', worker_id: 'agent-1', key_id: 'k', agent_owner: null, task_name: 'stage 3', instruction: 'Do it.', commands: [`docker rm -f ${name}`],
      execute: true, ordered: true, fingerprint: 'f'.repeat(64), callback_url: null,
      dr: { run_id: run, position: 3, stage: 3, stages: 3, direction: 'do', name: 'rebuild', drill: false, approval_id, quorum: 1, earlier: [] },
    };
    await temporal.workflow.start('approval', { taskQueue: it_.stack.taskQueue, workflowId: `approval:${it_.stack.tenant}:forged`, args: [submit] });
    await until('the forged request is there', async () => (await it_.stack.call('GET', `/approvals/${approval_id}`, it_.stack.reviewer_key)).status === 200);
    expect((await it_.approve(approval_id)).body).toMatchObject({ code: 'DR_STATE', status: 409 });
    await untouched();
  });

  const rows = (): readonly (readonly [string, string, Record<string, string | number | boolean | null>])[] => [
    ['the next stage', 'dr.stage_opened', { position: 2, stage: 2, direction: 'do', name: 'remove', approval_id: randomUUID() }],
    ['the last stage', 'dr.stage_opened', { position: 2, stage: 3, direction: 'do', name: 'rebuild', approval_id: randomUUID() }],
    ['the same stage', 'dr.stage_opened', { position: 1, stage: 1, direction: 'do', name: 'stop', approval_id: randomUUID() }],
    ['an undo', 'dr.stage_opened', { position: 2, stage: 1, direction: 'undo', name: 'stop', approval_id: randomUUID() }],
    ['an end that nobody approved', 'dr.stage_settled', { position: 1, stage: 1, direction: 'do', approval_id: first, end: 'DONE', began: true, reason: '', evidence_sha256: null }],
    ['the end of a drill', 'dr.stage_settled', { position: 1, stage: 1, direction: 'do', approval_id: first, end: 'DRILLED', began: false, reason: '', evidence_sha256: null }],
    ['the end of another stage', 'dr.stage_settled', { position: 2, stage: 2, direction: 'do', approval_id: first, end: 'REJECTED', began: false, reason: '', evidence_sha256: null }],
    ['the end of the run', 'dr.closed', { status: 'COMPLETED', reason: '' }],
  ];
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('the database refuses row %i that does not follow', async (at) => {
    const [what, kind, body] = rows()[at] ?? ['', '', {}];
    const entry = { tenant: it_.stack.tenant, kind, body: canonicalJson({ run_id: run, drill: false, ...body }), idem: null, projection: { world: null, earlier: [], evidence: null } };
    await expect(ledger.append(entry).then(() => what)).rejects.toMatchObject({ code: 'DR_STATE' });
    await untouched();
  });

  it('a control that was signed once does nothing when it is played again', async () => {
    await it_.control(run, 'pause');
    const [signed] = await it_.stack.sql<{ attestation: string }>('select attestation from wingman.dr_controls where run_id = $1', [run]);
    await it_.control(run, 'resume');
    await it_.card(run, first);
    for (const n of [0, 2]) {
      const replay = { action: 'PAUSE', reviewer: 'owner', note: null, n, attestation: signed?.attestation ?? '' };
      await expect(temporal.workflow.getHandle(`dr:${run}`).executeUpdate('control', { args: [replay] as [unknown] })).rejects.toThrow();
    }
    expect(await it_.show(run)).toMatchObject({ status: 'RUNNING', controls: [{ action: 'PAUSE' }, { action: 'RESUME' }] });
  });

  it('twenty approvals at once approve one stage, and the next has a card of its own', async () => {
    const card = String((await it_.show(run))['waiting_for']);
    const answers = await Promise.all(Array.from({ length: 20 }, () => it_.approve(card)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const next = await it_.card(run, card);
    expect(await it_.stateOf(name)).toBe('exited');
    expect(await it_.stack.sql(`select 1 from wingman.executions`)).toHaveLength(1);
    expect((await it_.reject(next)).status).toBe(200);
    expect(await it_.ended(run)).toMatchObject({ status: 'STOPPED' });
  }, 60_000);
});
