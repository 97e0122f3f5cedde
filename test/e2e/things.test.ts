/** A rule, a protection and a wall hold for the thing on the engine: on the card, and once more when the step starts. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { sha256Hex } from '../../security/digest';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { DEFAULT_POLICY, startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('things on a real engine', () => {
  let stack: Stack;
  let world: DockerWorld;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-things-')));
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    world = await openDockerWorld();
    for (const short of ['prod-db', 'guard', 'prd-app', 'web']) ids[short] = (await world.createContainer({ name: world.name(short), cmd: ['sleep', '100000'] })).id;
    const files = {
      'prot.yaml': stringify({ services: { gov: { image: world.image, container_name: world.name('guard-new'), command: ['sleep', '100000'] } } }),
      'varies.yaml': stringify({ services: { gov: { image: world.image, container_name: '${X}' } } }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    const policy = parse(DEFAULT_POLICY) as { environments: Record<string, object>; registry: object };
    policy.environments['prd'] = { ...policy.environments['prd'], governed: { containers: [world.name('prd-*')] } };
    const entry = (name: keyof typeof files, more: object = {}) => ({ dir, files: [{ name, sha256: sha256Hex(files[name]) }], services: ['gov'], ...more });
    const source = stringify(
      {
        ...policy,
        rules: [{ name: 'two remove', when: { verb: ['rm'] }, then: { quorum: 2 } }, { name: 'production things are asked for in prd', when: { target: [world.name('prod-*')] }, then: { require_environment: 'prd' } }],
        // As an older release registered it, or somebody by hand: it does not tell what its files declare.
        registry: { ...policy.registry, protected: { containers: [world.name('guard*')] }, compose: { prot: entry('prot.yaml'), varies: entry('varies.yaml') } },
      },
      { aliasDuplicateObjects: false },
    );
    stack = await startStack({ environments: ['dev'], policySource: source });
    await until('the inventory has them', async () => (await stack.sql(`select 1 from wingman.inventories where inventory::text like $1`, [`%${ids['web'] ?? ''}%`])).length > 0);
  }, 60_000);
  afterAll(async () => {
    await stack?.close();
    await world?.close();
    rmSync(dir, { recursive: true });
  });

  const ask = (command: string): Promise<Answer> =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'As asked.', deployment_env: 'dev', commands: [command], execute: true });
  const waysOf = (short: string): readonly string[] => [world.name(short), ids[short] ?? '', (ids[short] ?? '').slice(0, 12)];
  const codes = ({ body }: Answer): readonly string[] => ((body['reasons'] ?? body['request']?.reasons ?? []) as { code: string }[]).map(({ code }) => code);

  it.each(['prod-db', 'guard', 'prd-app'])('%s is out of reach by name, id and the beginning of an id', async (short) => {
    const wanted = { 'prod-db': 'POLICY_REFUSED', guard: 'COMMAND_TARGET_PROTECTED', 'prd-app': 'TARGET_GOVERNED_ELSEWHERE' }[short] ?? '';
    for (const way of waysOf(short)) {
      const answer = await ask(`docker restart -t 0 ${way}`);
      expect([way, answer.status, codes(answer)]).toEqual([way, 422, [wanted]]);
    }
  });

  it('a gate that nobody can satisfy says so when it is asked for', async () => {
    const { body } = await ask(`docker rm -f ${world.name('web')}`);
    expect(body['request']).toMatchObject({ status: 'PENDING', risk_level: 'HIGH' });
    expect(body['request'].card.warnings[0]).toMatch(/needs 2 reviewers, and only owner may decide this/);
    await stack.call('POST', `/approvals/${String(body['request'].request_id)}/cancel`, stack.agent_key, {});
  });

  it('what prd governs may be looked at from dev', async () => {
    const { status, body } = await ask(`docker logs ${world.name('prd-app')}`);
    expect([status, body['status']]).toEqual([200, 'AUTO_APPROVED']);
  });

  it.each([
    ['prot', 'COMMAND_TARGET_PROTECTED'],
    ['varies', 'COMMAND_COMPOSE'],
  ])('a project whose files declare what they must not starts nothing: %s', async (project, code) => {
    const asked = await ask(`docker compose -p ${project} up -d`);
    const id = String(asked.body['request'].request_id);
    expect(asked.body['status']).toBe('PENDING');
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    await until('the gateway has refused it', async () => (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['execution_status'] === 'NOT_STARTED');
    const refusals = await stack.sql<{ body: string }>(`select body from wingman.ledger where kind in ('refusal', 'execution.refused', 'execution.not_started')`);
    expect(refusals.some(({ body }) => body.includes(code))).toBe(true);
    expect(await stack.sql(`select 1 from wingman.ledger where kind = 'execution.intent' and body like $1`, [`%${id}%`])).toEqual([]);
    expect(await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [world.name('guard-new')] }) })).toEqual([]);
  });

  it('a protected thing that got its name after the card was made is not touched', async () => {
    const asked = await ask(`docker restart -t 0 ${(ids['web'] ?? '').slice(0, 12)}`);
    const id = String(asked.body['request'].request_id);
    await world.call({ method: 'POST', path: `/containers/${ids['web'] ?? ''}/rename`, query: { name: world.name('guard-late') }, answer: 'none', expect: [204] });
    const before = await world.get(`/containers/${ids['web'] ?? ''}/json`);
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    await until('the gateway has refused it', async () => (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['execution_status'] === 'NOT_STARTED');
    expect((await world.get(`/containers/${ids['web'] ?? ''}/json`) as { State: object }).State).toEqual((before as { State: object }).State);
  });
});
