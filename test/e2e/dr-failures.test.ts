/** Ways in which a recovery fails, on a real engine and a real prober: each run ends in the state that its report names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running } from '../../platform/running';
import { openDrWorld, type DrTestWorld } from '../support/dr-world';
import { startStackProber } from '../support/stack-prober';

describe('a recovery that fails', () => {
  let it_: DrTestWorld;
  let prober: Running;
  let server: Server;
  let http: string;
  const dir = mkdtempSync(join(tmpdir(), 'wm-dr-build-'));

  beforeAll(async () => {
    it_ = await openDrWorld({}, (world) => {
      for (const [name, step] of Object.entries({ broken: 'RUN false', absent: 'COPY not-there /x' })) {
        mkdirSync(join(dir, name));
        writeFileSync(join(dir, name, 'Dockerfile'), `FROM ${world.image}\n${step}\n`);
      }
      return {
        images: [world.image, `wm-${world.run}/*`],
        exec: { [world.name('phoenix')]: [['kill', '1']] },
        build_contexts: { broken: { path: join(dir, 'broken') }, absent: { path: join(dir, 'absent') } },
      };
    });
    server = createServer((_, response) => response.writeHead(204).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    http = `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}/`;
    prober = await startStackProber(it_.stack, { default: { roots: [dir], ports: { loopback: 'any' }, http: [{ url: http, private: true }] } });
  }, 60_000);
  afterAll(async () => {
    await prober?.close();
    server?.close();
    await it_?.close();
    rmSync(dir, { recursive: true });
  });

  it.each([
    [1, '1 stop: rejected, nothing was done; 2 remove: not begun; 3 rebuild: not begun', 'running'],
    [2, '1 stop: done and proven; 2 remove: rejected, nothing was done; 3 rebuild: not begun', 'exited'],
    [3, '1 stop: done and proven; 2 remove: done and proven; 3 rebuild: rejected, nothing was done', null],
  ])('by a rejection at stage %d', async (at, state, left) => {
    const { name, stages } = await it_.subject(`reject-${String(at)}`);
    const run = await it_.start([stages.stop, stages.remove, stages.rebuild]);
    let card: string | null = null;
    for (let stage = 1; stage <= at; stage += 1) {
      card = await it_.card(run, card);
      await it_.seen(name, stage === 1 ? 'running' : stage === 2 ? 'exited' : null);
      expect((await (stage === at ? it_.reject(card) : it_.approve(card))).status).toBe(200);
    }
    expect(await it_.ended(run)).toMatchObject({ status: 'STOPPED', state, reason: expect.stringContaining('rejected by owner: not now') });
    expect(await it_.stateOf(name)).toBe(left);
  }, 60_000);

  it.each(['broken', 'absent'])('by a build that fails: %s', async (context) => {
    const { name, stages } = await it_.subject(`build-${context}`);
    const image = `wm-${it_.world.run}/${context}:2`;
    const rebuild = { name: 'rebuild', commands: [`docker build -t ${image} ${context}`], probe: [{ image, is: 'exists' }], within_seconds: 2 };
    const run = await it_.start([stages.stop, rebuild]);
    const { id: first } = await it_.approveNext(run);
    await it_.approveNext(run, first);
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'STOPPED', state: expect.stringMatching(/^1 stop: done and proven; 2 rebuild: failed/), stages: [{ end: 'DONE' }, { end: 'FAILED', executions: [{ status: 'FAILED' }] }] });
    expect(await it_.stateOf(name)).toBe('exited');
    expect(await it_.world.get('/images/json', { filters: JSON.stringify({ reference: [image] }) })).toEqual([]);
  }, 60_000);

  it('by a container that its restart policy brings back', async () => {
    const name = it_.world.name('phoenix');
    await it_.world.createContainer({ name, cmd: ['sleep', '100000'], hostConfig: { RestartPolicy: { Name: 'always' } as never } });
    await it_.seen(name, 'running');
    const startedAt = async (): Promise<string> => ((await it_.world.get(`/containers/${name}/json`)) as { State: { StartedAt: string } }).State.StartedAt;
    const before = await startedAt();
    const run = await it_.start([{ name: 'stop', commands: [`docker exec ${name} kill 1`], probe: [{ container: name, is: 'stopped' }], hold_seconds: 2, within_seconds: 3 }]);
    await it_.approveNext(run);
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'STOPPED', stages: [{ end: 'NOT_PROVEN', executions: [{ status: 'SUCCEEDED' }] }] });
    expect(done['stages'][0].reason).toContain(`container ${name} is stopped: FALSE`);
    expect([await it_.stateOf(name), (await startedAt()) > before]).toEqual(['running', true]);
  }, 60_000);

  it('is seen from the host, not by the engine’s word: ports and pages that a prober looks at', async () => {
    const { name } = await it_.world.createContainer({ name: it_.world.name('ported'), cmd: ['sleep', '100000'], publish: ['80/tcp'] });
    await it_.seen(name, 'running');
    const { NetworkSettings } = (await it_.world.get(`/containers/${name}/json`)) as { NetworkSettings: { Ports: Record<string, readonly { HostPort: string }[]> } };
    const port = Number(NetworkSettings.Ports['80/tcp']?.[0]?.HostPort);
    const stop = { name: 'stop', commands: [`docker stop -t 0 ${name}`], probe: [{ port, is: 'closed' }, { http, status: 204 }], hold_seconds: 0, within_seconds: 20 };
    const start = { name: 'start', commands: [`docker start ${name}`], probe: [{ container: name, is: 'running' }, { http, is: 'unreachable' }], hold_seconds: 0, within_seconds: 2 };
    const run = await it_.start([stop, start]);
    const { id: first } = await it_.approveNext(run);
    const second = await it_.card(run, first);
    await it_.seen(name, 'exited');
    if ((await it_.approve(second)).status === 409) await it_.approveNext(run, second);
    // The container runs; the page answers although the plan says that it must not.
    const done = await it_.ended(run);
    expect(done).toMatchObject({ status: 'STOPPED', stages: [{ end: 'DONE' }, { end: 'NOT_PROVEN' }] });
    expect(done['stages'][0].reason).toContain(`port ${String(port)} is closed: TRUE`);
    expect(done['stages'][1].reason).toMatch(/is running: TRUE.*unreachable: FALSE/);
  }, 60_000);
});
