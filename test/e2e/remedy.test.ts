import { startStack, type Answer, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { until } from '../support/until';

describe('remedies of incidents', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  let db: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ name: world.name('web'), cmd: ['sleep', '100000'] })).name;
    db = (await world.createContainer({ name: world.name('db'), cmd: ['sleep', '100000'] })).name;
    const remedies = [
      { name: 'start web', kind: 'BYPASS', subject: `container ${web} in dev`, environment: 'dev', commands: [`docker start ${web}`] },
      // What was stopped is not put right by this one.
      { name: 'pause db', kind: 'BYPASS', subject: `container ${db} *`, environment: 'dev', commands: [`docker pause ${db}`] },
    ];
    stack = await startStack({ environments: ['dev'], policySource: governedPolicy({ containers: [`wm-${world.run}-*`] }, { remedies, instruction: 'enforce' }) });
    await until('the engine is watched', async () => (await stack.sql(`select 1 from wingman.watch_states where state->'snapshot' <> '{}'`)).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const stop = (name: string) => world.call({ method: 'POST', path: `/containers/${name}/stop`, query: { t: 0 }, answer: 'none', expect: [204] });
  const stateOf = async (name: string): Promise<string> => ((await world.get(`/containers/${name}/json`)) as { State: { Status: string } }).State.Status;
  const incidentOf = (name: string): Promise<string> =>
    until(`an incident about ${name}`, async () => (await stack.sql<{ incident_id: string }>(`select incident_id from wingman.incidents where subject = $1 and state <> 'RESOLVED'`, [`container ${name} in dev`]))[0]?.incident_id);
  const show = async (id: string): Promise<Record<string, any>> => (await stack.call('GET', `/watcher/alerts/${id}`, stack.operator_key)).body;
  const proposed = (id: string, attempt: number): Promise<string> => until(`attempt ${String(attempt)}`, async () => (await show(id))['remedies'][attempt - 1]?.request_id as string | undefined);
  const decide = (request: string, how: 'approve' | 'reject'): Promise<Answer> => stack.call('POST', `/approvals/${request}/${how}`, stack.reviewer_key, {});
  const ended = (id: string, attempt: number): Promise<Record<string, any>> =>
    until('the remedy has ended', async () => {
      const one = (await show(id))['remedies'][attempt - 1];
      return one?.outcome === null ? null : one;
    });

  it('starts a container again that was stopped by hand, when a person has approved it, and closes the incident', async () => {
    await stop(web);
    const id = await incidentOf(web);
    const request = await proposed(id, 1);
    const { body } = await stack.call('GET', `/approvals/${request}`, stack.reviewer_key);
    expect(body).toMatchObject({ status: 'PENDING', worker_id: 'wingman', deployment_env: 'dev', commands: [`docker start ${web}`] });
    expect(await stateOf(web)).toBe('exited');
    expect((await decide(request, 'approve')).status).toBe(200);
    expect(await ended(id, 1)).toMatchObject({ outcome: 'SATISFIED', reason: expect.stringContaining('running') });
    expect(await stateOf(web)).toBe('running');
    expect(await show(id)).toMatchObject({ state: 'RESOLVED', resolved_by: 'wingman', resolution: expect.stringContaining(request) });
    const kinds = await stack.sql<{ kind: string }>(`select kind from wingman.ledger where body::jsonb ->> 'incident_id' = $1 order by seq`, [id]);
    expect(kinds.map(({ kind }) => kind)).toEqual(['incident.opened', 'incident.remedy', 'incident.remedied', 'incident.resolved']);
    expect((await stack.sql(`select 1 from wingman.incidents where kind = 'BYPASS'`)).length).toBe(1);
  }, 60_000);

  it('keeps an incident open whose remedy was refused or does not help, says why, and tries again only when a person asks', async () => {
    await stop(db);
    const id = await incidentOf(db);
    const first = await proposed(id, 1);
    expect((await stack.call('POST', `/incidents/${id}/remedy`, stack.reviewer_key, {})).body).toMatchObject({ code: 'INCIDENT_STATE', status: 409 });
    expect((await decide(first, 'reject')).status).toBe(200);
    expect(await ended(id, 1)).toMatchObject({ outcome: 'NOT_EXECUTED', reason: expect.stringContaining('REJECTED') });
    expect(await show(id)).toMatchObject({ state: 'OPEN' });

    const again = await stack.call('POST', `/incidents/${id}/remedy`, stack.reviewer_key, {});
    expect(again.body).toMatchObject({ attempt: 2, asked_by: 'owner', outcome: null });
    expect((await decide(String(again.body['request_id']), 'approve')).status).toBe(200);
    expect(await ended(id, 2)).toMatchObject({ outcome: 'NOT_SATISFIED', reason: expect.stringMatching(/FAILED.*state of container .* is exited, and was "running"/) });
    const incident = await show(id);
    expect(incident).toMatchObject({ state: 'OPEN', remedies: [{ attempt: 1 }, { attempt: 2 }] });
  }, 60_000);

  it('is nobody else’s name, and nothing that an agent may ask for', async () => {
    const ask = await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'wingman', task_name: 't', instruction: 'Do it.', deployment_env: 'dev', commands: ['docker ps'] });
    expect(ask.body).toMatchObject({ status: 403, code: 'WORKER_ID_NOT_ALLOWED' });
    const [{ incident_id: id } = { incident_id: '' }] = await stack.sql<{ incident_id: string }>('select incident_id from wingman.incidents limit 1');
    expect((await stack.call('POST', `/incidents/${id}/remedy`, stack.agent_key, {})).status).toBe(403);
    expect((await stack.call('POST', `/incidents/${id}/remedy`, stack.reviewer_key, {})).body).toMatchObject({ code: 'INCIDENT_STATE' });
  });
});
