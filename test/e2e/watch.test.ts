import { randomUUID } from 'node:crypto';
import { startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { until } from '../support/until';

interface Incident {
  readonly incident_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly severity: string;
  readonly repeats: number;
  readonly opened_at: Date;
  readonly details: { readonly actions: readonly string[]; readonly before: { readonly state: string } | null };
}

describe('the watch of an engine', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: { readonly id: string; readonly name: string };
  beforeAll(async () => {
    world = await openDockerWorld();
    web = await world.createContainer({ name: world.name('web'), cmd: ['sleep', '100000'] });
    const ours = [`wm-${world.run}-*`];
    stack = await startStack({
      environments: ['dev'],
      policySource: governedPolicy({ containers: ours, images: [`wm-${world.run}/*`], networks: ours, volumes: ours }, { registry: { images: [`wm-${world.run}/*`] } }),
    });
    await watching();
    await inInventory(web.name);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const watching = () => until('the engine is watched', async () => (await stack.sql(`select 1 from wingman.watch_states where state->'snapshot' <> '{}'`)).length > 0);
  const inInventory = (text: string) =>
    until(`the inventory shows ${text}`, async () => (await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${text}%`]))[0]?.seen);
  const bypasses = () => stack.sql<Incident>(`select * from wingman.incidents where kind = 'BYPASS' order by seq`);
  const about = async (thing: string): Promise<readonly Incident[]> => (await bypasses()).filter(({ subject }) => subject === `${thing} in dev`);
  /** Everything that was told until now has been judged: an act by hand on a thing of its own is found, and it comes last. */
  const caughtUp = async (): Promise<void> => {
    const { name } = await world.createVolume(randomUUID().slice(0, 8));
    await until('the watch has caught up', async () => (await about(`volume ${name}`)).length > 0);
  };
  const acting = (path: string, query: Readonly<Record<string, string | number | boolean>> = {}, method: 'POST' | 'DELETE' = 'POST') =>
    world.call({ method, path, query, answer: 'none', expect: [200, 201, 204, 304] });
  /** Whatever comes of it: two of them in a row may be too much for a busy machine. */
  const noise = (path: string) => world.call({ method: 'POST', path, answer: 'none', expect: [204, 409, 500] });
  const execute = async (commands: readonly string[]): Promise<readonly { command: string; status: string }[]> => {
    const { body } = await stack.call('POST', '/approvals/request', stack.agent_key, {
      worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands, execute: true,
    });
    const id: string = body['request'].request_id;
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    return until('all steps ended', async () => {
      const rows = await stack.sql<{ command: string; status: string; output: string }>('select command, status, output from wingman.executions where request_id = $1 order by step', [id]);
      return (rows.length === commands.length && rows.every(({ status }) => status !== 'RUNNING')) || rows.some(({ status }) => status === 'FAILED') ? rows : null;
    }, 60_000);
  };

  it('attributes what 200 executions of every verb do to them, and opens no incident', async () => {
    const round = (n: number): readonly string[] => {
      const made = world.name(`r${String(n)}`);
      return [
        `docker restart -t 0 ${web.name}`, `docker pause ${web.name}`, `docker unpause ${web.name}`, `docker stop -t 1 ${web.name}`, `docker start ${web.name}`,
        `docker update --cpus 0.5 ${web.name}`, `docker kill ${web.name}`, `docker start ${web.name}`, `docker run -d --name ${made} ${world.image} sleep 1000`,
        `docker rename ${made} ${made}b`, `docker restart -t 0 ${made}b`, `docker rm -f -v ${made}b`, `docker run --rm ${world.image} true`, `docker tag ${world.image} wm-${world.run}/new:${String(n)}`,
        `docker rmi wm-${world.run}/new:${String(n)}`, `docker network create ${made}n`, `docker network rm ${made}n`, `docker volume create ${made}v`, `docker volume rm ${made}v`, `docker ps`,
      ];
    };
    let executed = 0;
    for (let n = 0; n < 10; n += 1) {
      const rows = await execute(round(n));
      expect(rows.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
      executed += rows.length;
    }
    expect(executed).toBe(200);
    await caughtUp();
    expect((await bypasses()).filter(({ subject }) => !subject.startsWith('volume wm-')).map(({ subject, details }) => [subject, details.actions])).toEqual([]);
    expect(await bypasses()).toHaveLength(1);
  }, 240_000);

  it('keeps what each step found and left, in the ledger too', async () => {
    await execute([`docker restart -t 0 ${web.name}`]);
    const [row] = await stack.sql<{ execution_id: string; baseline: Record<'before' | 'after', readonly { seen: Record<string, unknown> }[]> }>('select execution_id, baseline from wingman.executions order by started_at desc limit 1');
    const [before, after] = [row?.baseline.before[0]?.seen, row?.baseline.after[0]?.seen];
    expect(before).toMatchObject({ exists: true, id: web.id, state: 'running' });
    expect(after).toMatchObject({ exists: true, id: web.id, state: 'running' });
    expect(Date.parse(String(after?.['started_at']))).toBeGreaterThan(Date.parse(String(before?.['started_at'])));
    const bodies = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind like 'execution.%' and body like $1 order by seq`, [`%${row?.execution_id ?? ''}%`]);
    expect(bodies.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ before: [{ seen: before }], before_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, { after: [{ seen: after }] }]);
    const { Id: id } = (await world.get(`/containers/${web.name}/json`)) as { Id: string };
    const name = world.name('gone');
    await execute([`docker run -d --name ${name} ${world.image} sleep 1000`, `docker rm -f ${name}`]);
    const rows = await stack.sql<{ baseline: Record<'before' | 'after', readonly { probe: { name: string }; seen: { exists: boolean } }[]> }>('select baseline from wingman.executions order by started_at desc limit 2');
    const exists = rows.map(({ baseline }) => (['before', 'after'] as const).map((when) => baseline[when].find(({ probe }) => probe.name === name)?.seen.exists));
    expect(exists).toEqual([[true, false], [false, true]]);
    expect(id).toBe(web.id);
  });

  it('opens one incident within five seconds for an act by hand, and counts the same again as repeats', async () => {
    const began = Date.now();
    await acting(`/containers/${web.id}/stop`, { t: 0 });
    const [incident] = await until('the stop is an incident', async () => ((await about(`container ${web.name}`)).length > 0 ? about(`container ${web.name}`) : null), 5_000);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(incident).toMatchObject({ severity: 'HIGH', repeats: 0, details: { who: null, before: { state: 'running' }, actions: expect.arrayContaining(['kill', 'die']) } });
    await caughtUp();
    await acting(`/containers/${web.id}/start`);
    await caughtUp();
    expect(await about(`container ${web.name}`)).toMatchObject([{ repeats: 1 }]);
    await acting(`/containers/${web.id}/restart`, { t: 0 });
    await caughtUp();
    expect(await about(`container ${web.name}`)).toMatchObject([{ repeats: 2 }]);
  });

  it.each([
    ['removed', async (id: string) => acting(`/containers/${id}`, { force: true }, 'DELETE')],
    ['renamed', async (id: string) => acting(`/containers/${id}/rename`, { name: `stranger-${randomUUID().slice(0, 8)}` })],
    ['paused', async (id: string) => acting(`/containers/${id}/pause`)],
    ['killed', async (id: string) => acting(`/containers/${id}/kill`)],
  ])('finds a container that was %s by hand, once', async (what, act) => {
    const name = world.name(what);
    await execute([`docker run -d --name ${name} ${world.image} sleep 1000`]);
    const { Id: id } = (await world.get(`/containers/${name}/json`)) as { Id: string };
    await act(id);
    await caughtUp();
    const found = (await bypasses()).filter(({ details }) => (details as unknown as { thing: { id: string } }).thing.id === id);
    expect(found).toHaveLength(1);
    expect(found[0]?.repeats).toBe(0);
    await world.removeContainer(id);
  });

  it('leaves to the engine what it does by itself, and strangers to themselves', async () => {
    const dies = await world.createContainer({ name: `stranger-${world.run}`, cmd: ['sleep', '100000'] });
    await acting(`/containers/${dies.id}/stop`, { t: 0 });
    const name = world.name('ends');
    const before = (await bypasses()).length;
    await execute([`docker run -d --restart on-failure:2 --name ${name} ${world.image} sh -c "sleep 0.3; exit 3"`]);
    await until('it was restarted by its policy', async () => ((await world.get(`/containers/${name}/json`)) as { RestartCount: number }).RestartCount === 2);
    await caughtUp();
    expect((await bypasses()).slice(before).map(({ subject }) => subject)).toEqual([expect.stringContaining('volume')]);
  });

  it('finds what was done while the gateway was down, and says that nobody watched', async () => {
    const name = world.name('unwatched');
    await execute([`docker run -d --name ${name} ${world.image} sleep 1000`]);
    await caughtUp();
    await stack.stopGateway();
    await acting(`/containers/${name}/stop`, { t: 0 });
    await stack.startGateway();
    const [incident] = await until('it was found', async () => ((await about(`container ${name}`)).length > 0 ? about(`container ${name}`) : null), 10_000);
    expect(incident).toMatchObject({ repeats: 0, details: { before: { state: 'running' } } });
    const [gap] = await until('the gap is closed', async () => {
      const rows = await stack.sql<{ reason: string; closed: object | null }>('select reason, closed from wingman.watch_gaps order by noticed_at desc limit 1');
      return rows[0]?.closed === null ? null : rows;
    });
    expect(gap).toMatchObject({ reason: 'GATEWAY_AWAY', closed: { continuous: true, engine_restarted: false } });
    const kinds = await stack.sql<{ kind: string }>(`select distinct kind from wingman.ledger where kind like 'watch.%' order by kind`);
    expect(kinds.map(({ kind }) => kind)).toEqual(['watch.gap', 'watch.resumed']);
  });

  it('closes a gap by comparing when the engine has forgotten what happened', async () => {
    const name = world.name('forgotten');
    await execute([`docker run -d --name ${name} ${world.image} sleep 1000`]);
    await caughtUp();
    await stack.stopGateway();
    await acting(`/containers/${name}/stop`, { t: 0 });
    // An engine remembers 256 events.
    const busy = await world.createContainer({ name: `stranger-${randomUUID().slice(0, 8)}`, cmd: ['sleep', '100000'] });
    for (let n = 0; n < 300; n += 1) await noise(`/containers/${busy.id}/${n % 2 === 0 ? 'pause' : 'unpause'}`);
    await stack.startGateway();
    const [incident] = await until('it was found', async () => ((await about(`container ${name}`)).length > 0 ? about(`container ${name}`) : null), 10_000);
    expect(incident).toMatchObject({ repeats: 0, details: { actions: ['stop'], at: null, before: { state: 'running' } } });
    const [gap] = await stack.sql<{ closed: object }>('select closed from wingman.watch_gaps where closed is not null order by noticed_at desc limit 1');
    expect(gap).toMatchObject({ closed: { continuous: false, engine_restarted: false } });
  }, 60_000);
});
