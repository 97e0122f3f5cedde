import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDrWorld, type DrTestWorld } from '../../support/dr-world';
import { runWingman, type Ended } from './run-wingman';

describe('wingman dr', () => {
  let it_: DrTestWorld;
  const dir = mkdtempSync(join(tmpdir(), 'wingman-dr-'));
  beforeAll(async () => {
    it_ = await openDrWorld();
  }, 60_000);
  afterAll(async () => it_?.close());

  const wingman = (args: readonly string[], key: string): Promise<Ended> => runWingman(args, { env: { WINGMAN_URL: it_.stack.api.url, WINGMAN_KEY: key } });
  const asReviewer = (...args: readonly string[]): Promise<Ended> => wingman(['dr', ...args], it_.stack.reviewer_key);

  it('writes a plan, starts it, decides each stage and reports', async () => {
    const { name } = await it_.subject('cli');
    const file = join(dir, 'plan.yaml');
    expect(await asReviewer('plan', '--init', name, '--out', file)).toMatchObject({ code: 0 });
    expect((await asReviewer('plan', '--init', name, '--out', file)).code).not.toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('# To be completed: its command, its environment and limits.');
    // What an owner completes by hand.
    writeFileSync(file, readFileSync(file, 'utf8').replace(`--network none ${it_.world.image}`, `--network none --init ${it_.world.image} sleep 100000`).replaceAll('docker stop', 'docker stop -t 0').replace('hold_seconds: 5', 'hold_seconds: 1'));
    expect(await asReviewer('plan', file)).toMatchObject({ code: 0, out: `rebuild ${name}: 1 stop, 2 remove, 3 rebuild\n` });

    const started = await wingman(['--json', 'dr', 'start', file, '--worker', 'agent-1', '--env', 'dev'], it_.stack.agent_key);
    expect(started).toMatchObject({ code: 0, err: '' });
    const { run_id: run } = JSON.parse(started.out) as { run_id: string };
    const short = run.slice(0, 8);
    let last: string | null = null;
    for (let stage = 1; stage <= 3; stage += 1) {
      ({ id: last } = await it_.approveNext(run, last, async (card) => {
        const shown = await wingman(['show', card], it_.stack.reviewer_key);
        expect(shown.out).toMatch(new RegExp(`reach {7}${['reversible', 'recoverable', 'reversible'][stage - 1] ?? ''}\n[^]*recovery {4}stage ${String(stage)} of 3`));
        const approved = await asReviewer('approve', short, '--yes');
        if (approved.err.includes('WORLD_CHANGED')) return { status: 409, headers: new Headers(), body: {} };
        expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('APPROVED') });
        return { status: 200, headers: new Headers(), body: {} };
      }));
      // What the stage leaves, and no state on the way there.
      await it_.seen(name, ['exited', null, 'running'][stage - 1] ?? null);
    }
    await it_.ended(run);
    const shown = await asReviewer('show', short);
    expect(shown.out).toMatch(/^COMPLETED {2}rebuild .* in dev\n[^]*state {7}1 stop: done and proven; 2 remove: done and proven; 3 rebuild: done and proven\n/);
    expect((await asReviewer('list')).out).toContain(run);
    const report = await asReviewer('report', short);
    expect(report.out).toMatch(/^# rebuild [^]*- recovery time: \d+\.\d s \(people [^]*- recovery point: stage 3 rebuild, proven /);
    const data = JSON.parse((await wingman(['--json', 'dr', 'report', run], it_.stack.reviewer_key)).out) as { acts: readonly unknown[] };
    expect(data.acts).toHaveLength(3);
    expect(await asReviewer('approve', short, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('nothing of this run waits for a decision: it is COMPLETED') });
  }, 90_000);

  it('holds, resumes and aborts', async () => {
    const { stages } = await it_.subject('held');
    const run = await it_.start([stages.stop]);
    await it_.card(run);
    expect(await asReviewer('pause', run, '--note', 'lunch')).toMatchObject({ code: 0, out: expect.stringMatching(/^PAUSED /) });
    expect(await asReviewer('resume', run)).toMatchObject({ code: 0, out: expect.stringMatching(/^RUNNING /) });
    expect(await asReviewer('abort', run)).toMatchObject({ code: 1, err: expect.stringContaining('nothing was done') });
    expect(await asReviewer('abort', run, '--yes')).toMatchObject({ code: 0 });
    expect(await it_.ended(run)).toMatchObject({ status: 'ABORTED' });
  }, 60_000);

  it('says what is wrong with a plan, and where', async () => {
    const file = join(dir, 'wrong.yaml');
    writeFileSync(file, 'version: 1\nname: x\nstages:\n  - name: one\n    commands: [docker ps]\n    probe: [{ container: web, is: gone }]\n');
    expect(await asReviewer('plan', file)).toMatchObject({ code: 2, err: expect.stringContaining('line 6: stages.0.probe.0') });
    expect(await asReviewer('show', 'nonsense')).toMatchObject({ code: 2 });
  });
});
