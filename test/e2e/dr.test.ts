import { openDrWorld, type DrTestWorld } from '../support/dr-world';
import { until } from '../support/until';

describe('recovery runs on real containers', () => {
  let it_: DrTestWorld;
  beforeAll(async () => {
    it_ = await openDrWorld();
  }, 60_000);
  afterAll(async () => it_?.close());

  const kindsOf = async (run: string): Promise<readonly string[]> =>
    (await it_.stack.sql<{ kind: string }>(`select kind from wingman.ledger where body::jsonb ->> 'run_id' = $1 order by seq`, [run])).map(({ kind }) => kind);

  it('stops, removes and rebuilds, each stage by a card of its own that says what the ones before really did', async () => {
    const { name, stages } = await it_.subject('web');
    const before = (await it_.world.get(`/containers/${name}/json`)) as { Id: string };
    const run = await it_.start([stages.stop, stages.remove, stages.rebuild]);

    const first = await it_.card(run);
    const { body: card } = await it_.stack.call('GET', `/approvals/${first}`, it_.stack.reviewer_key);
    expect(card).toMatchObject({ worker_id: 'agent-1', commands: [`docker stop -t 0 ${name}`], execute: true, card: { recovery: { stage: 1, stages: 3, drill: false, earlier: [] } } });
    expect((await it_.stack.call('GET', '/approvals/pending', it_.stack.reviewer_key)).body['count']).toBe(1);
    expect((await it_.approve(first)).status).toBe(200);

    const second = await it_.card(run, first);
    expect(await it_.stateOf(name)).toBe('exited');
    const { body: next } = await it_.stack.call('GET', `/approvals/${second}`, it_.stack.reviewer_key);
    expect(next['card'].recovery.earlier).toEqual([expect.stringMatching(/^stage 1 stop: DONE, approved by owner; docker stop .* SUCCEEDED \(exit 0\); container .* is stopped: TRUE/)]);
    await it_.seen(name, 'exited');
    expect((await it_.approve(second)).status).toBe(200);

    const third = await it_.card(run, second);
    expect(await it_.stateOf(name)).toBeNull();
    await it_.seen(name, null);
    expect((await it_.approve(third)).status).toBe(200);

    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'COMPLETED', state: '1 stop: done and proven; 2 remove: done and proven; 3 rebuild: done and proven', waiting_for: null });
    const after = (await it_.world.get(`/containers/${name}/json`)) as { Id: string; State: { Running: boolean } };
    expect(after.State.Running).toBe(true);
    expect(after.Id).not.toBe(before.Id);

    expect(await kindsOf(run)).toEqual(['dr.started', 'dr.stage_opened', 'dr.stage_settled', 'dr.stage_opened', 'dr.stage_settled', 'dr.stage_opened', 'dr.stage_settled', 'dr.closed']);
    const { body: report } = await it_.stack.call('GET', `/dr/runs/${run}/report`, it_.stack.agent_key);
    expect(report).toMatchObject({ status: 'COMPLETED', recovery_point: { stage: 3, name: 'rebuild' }, recovery_time_ms: expect.any(Number) });
    expect(report['acts']).toHaveLength(3);
    for (const act of report['acts']) {
      expect(act).toMatchObject({ end: 'DONE', decisions: [{ reviewer: 'owner', decision: 'APPROVE' }], executions: [{ status: 'SUCCEEDED', exit_code: 0, receipt_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] });
      expect(act.evidence_sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    const { body: markdown } = await it_.stack.call('GET', `/dr/runs/${run}/report?format=markdown`, it_.stack.reviewer_key);
    expect(markdown['text']).toMatch(/^# rebuild web\n/);
  }, 90_000);

  it('ends where it is when a stage in the middle is rejected, and says so', async () => {
    const { name, stages } = await it_.subject('rejected');
    const run = await it_.start([stages.stop, stages.remove, stages.rebuild]);
    const { id: first } = await it_.approveNext(run);
    await it_.reject(await it_.card(run, first));
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'STOPPED', state: '1 stop: done and proven; 2 remove: rejected, nothing was done; 3 rebuild: not begun' });
    expect(done['reason']).toContain('rejected by owner: not now');
    expect(await it_.stateOf(name)).toBe('exited');
  }, 60_000);

  it('goes back, each undo by a card of its own, when a stage fails', async () => {
    const { name, stages } = await it_.subject('failing');
    // A running container is not removed without --force: stage 2 fails on the engine itself.
    const remove = { ...stages.remove, commands: [`docker rm ${it_.world.name('nobody')}`], undo: { commands: ['docker ps'], probe: [{ container: name, is: 'stopped' }] }, on_failure: { rollback_to: 0 } };
    await it_.world.createContainer({ name: it_.world.name('nobody'), cmd: ['sleep', '100000'] });
    await it_.seen(it_.world.name('nobody'), 'running');
    const run = await it_.start([stages.stop, remove, stages.rebuild]);
    let last: string | null = null;
    for (const _ of ['stop', 'remove', 'undo of remove', 'undo of stop']) {
      const approved = await it_.approveNext(run, last);
      expect(approved.answer.body['code']).toBeUndefined();
      last = approved.id;
    }
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'ROLLED_BACK', state: '1 stop: undone; 2 remove: undone; 3 rebuild: not begun' });
    expect(done['stages'].map(({ stage, direction, end }: Record<string, unknown>) => [stage, direction, end])).toEqual([[1, 'do', 'DONE'], [2, 'do', 'FAILED'], [2, 'undo', 'DONE'], [1, 'undo', 'DONE']]);
    expect(await it_.stateOf(name)).toBe('running');
  }, 60_000);

  it('says NOT_PROVEN of a stage whose probe never turns true, and of one whose container comes back', async () => {
    const { name, stages } = await it_.subject('never');
    const other = await it_.subject('bystander');
    const never = await it_.start([{ ...stages.stop, probe: [{ container: other.name, is: 'stopped' }], within_seconds: 1 }]);
    await it_.approveNext(never);
    expect(await it_.ended(never)).toMatchObject({ status: 'STOPPED', state: '1 stop: executed, and not proven, begun: part of it may have happened', stages: [{ reason: expect.stringMatching(/^not proven within 1 s: container .* is stopped: FALSE/) }] });
    expect(await it_.stateOf(name)).toBe('exited');

    const back = await it_.start([{ ...other.stages.stop, hold_seconds: 4, within_seconds: 1 }]);
    await it_.approveNext(back);
    await until('it is stopped', async () => (await it_.stateOf(other.name)) === 'exited');
    await it_.world.call({ method: 'POST', path: `/containers/${other.name}/start`, answer: 'none', expect: [204] });
    const done = await it_.ended(back);
    expect(done).toMatchObject({ status: 'STOPPED', stages: [{ end: 'NOT_PROVEN' }] });
    expect(done['stages'][0].reason).toContain('is stopped: FALSE');
  }, 60_000);

  it('refuses to approve a card whose world has changed, with the difference, and makes a new one', async () => {
    const { name, stages } = await it_.subject('changing');
    const run = await it_.start([stages.stop]);
    const first = await it_.card(run);
    await it_.world.call({ method: 'POST', path: `/containers/${name}/pause`, answer: 'none', expect: [204] });
    await it_.seen(name, 'paused');
    const refused = await it_.approve(first);
    expect(refused.body).toMatchObject({ status: 409, code: 'WORLD_CHANGED', differences: [`container ${name}: running when the card was made, paused now`] });
    const second = await it_.card(run, first);
    expect((await it_.stack.call('GET', `/approvals/${first}`, it_.stack.reviewer_key)).body).toMatchObject({ status: 'CANCELLED', execution_status: null });
    expect((await it_.approve(first)).status).toBe(409);
    await it_.world.call({ method: 'POST', path: `/containers/${name}/unpause`, answer: 'none', expect: [204] });
    await it_.seen(name, 'running');
    const third = (await it_.approve(second)).status === 409 ? await it_.card(run, second) : second;
    if (third !== second) await it_.approve(third);
    expect(await it_.ended(run)).toMatchObject({ status: 'COMPLETED' });
  }, 60_000);

  it('holds while it is paused, whoever approves, and goes on with a new card', async () => {
    const { name, stages } = await it_.subject('paused');
    const run = await it_.start([stages.stop]);
    const first = await it_.card(run);
    expect((await it_.control(run, 'resume')).body).toMatchObject({ status: 409, code: 'DR_STATE' });
    expect((await it_.control(run, 'pause', 'lunch')).body).toMatchObject({ status: 'PAUSED' });
    expect((await it_.approve(first)).status).toBe(409);
    expect((await it_.control(run, 'pause')).body).toMatchObject({ code: 'DR_STATE' });
    expect(await it_.stateOf(name)).toBe('running');
    expect((await it_.control(run, 'resume')).body).toMatchObject({ status: 'RUNNING' });
    await it_.approveNext(run, first);
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'COMPLETED', controls: [{ action: 'PAUSE', reviewer: 'owner', note: 'lunch' }, { action: 'RESUME' }] });
    expect(done['stages'].map(({ end }: Record<string, unknown>) => end)).toEqual(['PAUSED', 'DONE']);
  }, 60_000);

  it('aborts with a card out and in mid-stage, and names the state that is left', async () => {
    const { name, stages } = await it_.subject('aborted');
    const waiting = await it_.start([stages.stop, stages.remove]);
    const first = await it_.card(waiting);
    await it_.control(waiting, 'abort', 'wrong machine');
    expect(await it_.ended(waiting)).toMatchObject({ status: 'ABORTED', state: '1 stop: aborted, nothing was done; 2 remove: not begun', reason: expect.stringContaining('aborted by owner: wrong machine') });
    expect((await it_.approve(first)).status).toBe(409);
    expect(await it_.stateOf(name)).toBe('running');

    // The first command takes its three seconds: the second one must not begin any more.
    const deaf = await it_.world.createContainer({ name: it_.world.name('deaf'), cmd: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"], hostConfig: { Init: false } });
    await it_.seen(deaf.name, 'running');
    const middle = await it_.start([{ ...stages.stop, commands: [`docker stop -t 3 ${deaf.name}`, `docker rm ${deaf.name}`], probe: [{ container: deaf.name, is: 'absent' }] }]);
    await it_.approveNext(middle);
    await until('the first step is under way', async () => (await it_.show(middle))['stages'][0].executions.length > 0);
    expect((await it_.control(middle, 'abort')).status).toBe(200);
    const done = await it_.ended(middle);
    expect(done).toMatchObject({ status: 'ABORTED', state: '1 stop: aborted, begun: part of it may have happened' });
    expect(done['stages'][0].executions).toHaveLength(1);
    expect(await it_.stateOf(deaf.name)).toBe('exited');
  }, 60_000);

  it('drills with every gate and no effect, and every ledger row says so', async () => {
    const { name, stages } = await it_.subject('drilled');
    const events = await it_.world.followEvents();
    const { Id } = (await it_.world.get(`/containers/${name}/json`)) as { Id: string };
    const run = await it_.start([stages.stop, stages.remove, stages.rebuild], { drill: true });
    const requests: string[] = [];
    for (let stage = 1; stage <= 3; stage += 1) {
      const { id, answer } = await it_.approveNext(run, requests.at(-1) ?? null);
      requests.push(id);
      expect(answer.body).toMatchObject({ status: 'APPROVED', task_name: expect.stringContaining('[DRILL]') });
      // Nor does the agent run it by itself.
      expect((await it_.stack.call('POST', `/approvals/${id}/execute`, it_.stack.agent_key, {})).status).not.toBe(500);
    }
    expect(await it_.ended(run)).toMatchObject({ status: 'COMPLETED', drill: true, state: '1 stop: drilled; 2 remove: drilled; 3 rebuild: drilled' });
    expect(await it_.stateOf(name)).toBe('running');
    const rows = await it_.stack.sql<{ kind: string; drill: boolean | null }>(
      `select kind, (body::jsonb ->> 'drill')::boolean as drill from wingman.ledger where kind not in ('refusal', 'execution.not_started') and (body::jsonb ->> 'run_id' = $1 or body::jsonb ->> 'approval_id' = any($2))`, [run, requests]);
    expect(rows.length).toBeGreaterThanOrEqual(14);
    expect(rows.filter(({ drill }) => drill !== true)).toEqual([]);
    const executions = await it_.stack.sql('select 1 from wingman.executions where request_id = any($1::uuid[])', [requests]);
    expect(executions).toHaveLength(0);
    // Its own beginning may be told a moment after it is shown.
    expect((await events.of(name)).filter(({ Action, Actor }) => Actor.ID !== Id || !['create', 'start'].includes(Action))).toEqual([]);
    const { body: report } = await it_.stack.call('GET', `/dr/runs/${run}/report`, it_.stack.reviewer_key);
    expect([report['drill'], report['acts'].flatMap((act: { executions: readonly unknown[] }) => act.executions)]).toEqual([true, []]);
    const { body: markdown } = await it_.stack.call('GET', `/dr/runs/${run}/report?format=markdown`, it_.stack.reviewer_key);
    expect(markdown['text']).toMatch(/drill/i);
  }, 90_000);
});
