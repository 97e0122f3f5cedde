/** The list that was shown is the list that is removed, whatever appears between the card and the act. */
import { randomBytes } from 'node:crypto';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { startOwnEngine, type OwnEngine } from '../support/own-engine';
import { repetitions } from '../support/repetitions';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { changePolicy } from '../support/change-policy';

const RUNS = repetitions({ everyDay: 6, full: 200 });

describe('prunes, raced', () => {
  let engine: OwnEngine;
  let world: DockerWorld;
  let stack: Stack;
  beforeAll(async () => {
    engine = await startOwnEngine();
    world = await openDockerWorld(engine.socket);
    stack = await startStack({ environments: ['dev'], dockerSocket: engine.socket });
    await changePolicy(stack, { 'limits.requests_per_minute_per_agent': 100_000, 'limits.decisions_per_minute_per_reviewer': 100_000, 'limits.executions_per_minute_per_agent': 100_000 });
  }, 120_000);
  afterAll(async () => {
    await stack?.close();
    await world?.close();
    await engine?.close();
  }, 60_000);

  /** A volume that nobody named and nobody uses. */
  const orphan = async (): Promise<string> => {
    const name = randomBytes(32).toString('hex');
    await world.call({ method: 'POST', path: '/volumes/create', body: { Name: name }, answer: 'json', expect: [201] });
    return name;
  };
  const volumes = async (): Promise<readonly string[]> => ((await world.get('/volumes')) as { Volumes: { Name: string }[] | null }).Volumes?.map(({ Name }) => Name) ?? [];
  const isKnown = (name: string) => until('the inventory has it', async () => (await stack.sql(`select 1 from wingman.inventories where inventory::text like $1`, [`%${name}%`])).length > 0);
  const ask = async (command: string) =>
    (await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `Prune ${randomBytes(4).toString('hex')}`, instruction: 'Clean up.', deployment_env: 'dev', commands: [command], execute: true })).body['request'];
  const endOf = async (id: string): Promise<string> => {
    const end = await until('it has ended', async () => {
      const { body } = await stack.call('GET', `/approvals/${id}`, stack.agent_key);
      return body['execution_status'] !== null && body['execution_status'] !== 'RUNNING' && String(body['execution_status']);
    });
    return end;
  };

  it('a prune with nothing to remove says so, is not called reversible, and removes nothing that came later', async () => {
    await until('there are no volumes', async () => (await volumes()).length === 0);
    const request = await ask('docker volume prune -f');
    expect(request.card.blast_radius.word).not.toBe('reversible');
    expect(request.card.targets).toEqual([]);
    const late = await orphan();
    await stack.call('POST', `/approvals/${String(request.request_id)}/approve`, stack.reviewer_key, {});
    expect(await endOf(request.request_id)).toBe('NOT_STARTED');
    expect(await volumes()).toContain(late);
    await world.call({ method: 'DELETE', path: `/volumes/${late}`, answer: 'none', expect: [204] });
  }, 60_000);

  it(`removes what its card listed and nothing else, ${String(RUNS)} times`, async () => {
    const seen = { removed: 0, refused: 0, unlisted: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const listed = await orphan();
      await isKnown(listed);
      const request = await ask(run % 2 === 0 ? 'docker volume prune -f' : 'docker volume prune -af');
      expect(request.card.targets.join()).toContain(listed);
      // Before the decision, beside it, or a moment after: somewhere in the way from the card to the act.
      const appears = new Promise<string>((resolve, reject) => setTimeout(() => void orphan().then(resolve, reject), Math.floor(Math.random() * 400)));
      if (run % 3 === 0) await appears;
      await stack.call('POST', `/approvals/${String(request.request_id)}/approve`, stack.reviewer_key, {});
      const end = await endOf(request.request_id);
      const late = await appears;
      const left = await volumes();
      if (!left.includes(late)) seen.unlisted += 1;
      if (end === 'SUCCEEDED') {
        expect(left).not.toContain(listed);
        seen.removed += 1;
      } else {
        expect(left).toContain(listed);
        seen.refused += 1;
      }
      for (const name of await volumes()) await world.call({ method: 'DELETE', path: `/volumes/${name}`, answer: 'none', expect: [204, 404] });
    }
    process.stderr.write(`prune races: ${String(RUNS)}, removed ${String(seen.removed)}, refused because there was more ${String(seen.refused)}, unlisted removals ${String(seen.unlisted)}\n`);
    expect(seen.unlisted).toBe(0);
    expect(seen.removed + seen.refused).toBe(RUNS);
  }, 1_200_000);

  it('takes containers, networks and images by the list as well', async () => {
    const gone = await world.createContainer({ cmd: ['true'], start: false, hostConfig: { NetworkMode: 'none' } });
    await isKnown(gone.id);
    const request = await ask('docker container prune -f');
    expect(request.card.targets.join()).toContain(gone.id);
    await stack.call('POST', `/approvals/${String(request.request_id)}/approve`, stack.reviewer_key, {});
    expect(await endOf(request.request_id)).toBe('SUCCEEDED');
    await until('the inventory has lost it', async () => (await stack.sql(`select 1 from wingman.inventories where inventory::text like $1`, [`%${gone.id}%`])).length === 0);

    const image = await world.importBusybox(`wm-${world.run}/unused:1`);
    await isKnown(`wm-${world.run}/unused:1`);
    const images = await ask('docker image prune -af');
    expect(images.card.targets.join()).toContain('unused:1');
    await stack.call('POST', `/approvals/${String(images.request_id)}/approve`, stack.reviewer_key, {});
    expect(await endOf(images.request_id)).toBe('SUCCEEDED');
    expect(((await world.get('/images/json')) as { Id: string; RepoTags: string[] | null }[]).some(({ RepoTags }) => (RepoTags ?? []).includes(`wm-${world.run}/unused:1`))).toBe(false);
    expect(image).toBeTruthy();
  }, 60_000);
});
