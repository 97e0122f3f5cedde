/** `docker compose build`, from the ask to the ledger, on a real engine; there is no compose program in this product at all. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256Hex } from '../../security/digest';
import { loadKeyset } from '../../security/keys/load';
import { verifyLedger } from '../../security/ledger/verify';
import { streamLedger } from '../../stores/ledger-export';
import { createPool } from '../../stores/pool';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('a Compose project that is rebuilt', () => {
  let stack: Stack;
  let world: DockerWorld;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-compose-build-')));
  const tag = (service: string): string => `wm-${world.run}/${service}:1`;
  const dockerfile = (service: string, line: string): void => writeFileSync(join(dir, service, 'Dockerfile'), `FROM ${world.image}\n${line}\n`);

  beforeAll(async () => {
    world = await openDockerWorld();
    const services = ['web', 'api'] as const;
    for (const service of services) {
      mkdirSync(join(dir, service));
      dockerfile(service, `RUN echo first ${service}`);
    }
    const file = stringify({ services: { ...Object.fromEntries(services.map((service) => [service, { image: tag(service), build: `./${service}` }])), jobs: { image: tag('jobs'), build: { context: '.', args: { A: '1' } } } } });
    writeFileSync(join(dir, 'compose.yaml'), file);
    const registry = {
      images: [`wm-${world.run}/*`],
      build_contexts: Object.fromEntries(services.map((service) => [service, { path: join(dir, service) }])),
      compose: {
        shop: {
          dir, files: [{ name: 'compose.yaml', sha256: sha256Hex(file) }], services: [...services, 'jobs'], default: true,
          builds: { ...Object.fromEntries(services.map((service) => [service, { image: tag(service), context: service }])), jobs: { refused: 'has build.args, which the typed build does not do' } },
        },
      },
    };
    const governed = { images: [`wm-${world.run}/*`], volumes: [`wm-${world.run}-*`] };
    stack = await startStack({ environments: ['dev'], policySource: governedPolicy(governed, { registry, rules: [{ name: 'builds are looked at', when: { verb: ['build'] }, then: { risk_at_least: 'HIGH' } }] }) });
    await until('the engine is watched', async () => (await stack.sql(`select 1 from wingman.watch_states where state->'snapshot' <> '{}'`)).length > 0);
    await until('the inventory has the base image', async () => (await stack.sql(`select 1 from wingman.inventories where inventory::text like $1`, [`%${world.image}%`])).length > 0);
  }, 60_000);
  afterAll(async () => {
    await stack?.close();
    await world?.close();
    rmSync(dir, { recursive: true });
  });

  const ask = async (command: string) => (await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: 'Rebuild', instruction: 'Rebuild it.', deployment_env: 'dev', commands: [command], execute: true })).body;
  const idOf = async (service: string): Promise<string | null> => ((await world.get('/images/json', { filters: JSON.stringify({ reference: [tag(service)] }) })) as { Id: string }[])[0]?.Id ?? null;
  const carriedOut = async (command: string) => {
    const asked = await ask(command);
    const id = asked['request'].request_id as string;
    expect(asked).toMatchObject({ status: 'PENDING', needs_approval: true });
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    await until('the step ended', async () => ['SUCCEEDED', 'FAILED'].includes(String((await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['execution_status'])));
    const rows = await stack.sql<{ kind: string; body: string }>(`select kind, body from wingman.ledger where kind like 'execution.%' and body like '%' || (select execution_id::text from wingman.executions where request_id = $1) || '%' order by seq`, [id]);
    const [execution] = await stack.sql<{ status: string; output: string }>('select status, output from wingman.executions where request_id = $1', [id]);
    return { card: asked['request'].card, execution, rows: rows.map(({ kind, body }) => ({ kind, body: JSON.parse(body) as Record<string, any> })) };
  };

  it('shows images and contexts, waits, builds, and leaves the images in the evidence', async () => {
    const { card, execution, rows } = await carriedOut('docker compose build web api');
    expect(card.steps[0].says).toBe(`builds web, api of compose project shop (compose.yaml): for web it builds image ${tag('web')} from the registered context web (Dockerfile); for api it builds image ${tag('api')} from the registered context api (Dockerfile)`);
    expect(card.blast_radius.word).toBe('reversible');
    // By a rule that speaks of `build` alone.
    expect(card.risk_level).toBe('HIGH');
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: expect.stringMatching(/Building web[^]*first web[^]*Building api[^]*first api/) });
    expect(rows.map(({ kind }) => kind)).toEqual(['execution.intent', 'execution.outcome']);
    expect(rows[0]?.body).toMatchObject({ verb: 'compose build', command: 'docker compose build web api' });
    expect(JSON.stringify(rows[1]?.body['after'])).toContain(String(await idOf('web')));
    expect(JSON.stringify(rows[0]?.body['before'])).not.toContain(String(await idOf('web')));
  }, 60_000);

  it('fails as a step where a build fails, and leaves the old image', async () => {
    const api = await idOf('api');
    expect(api).not.toBeNull();
    dockerfile('api', 'RUN echo too far && false');
    const { card, execution, rows } = await carriedOut('docker compose build api');
    expect(card.steps[0].says).toContain('in the place of the image of that name');
    expect(execution).toMatchObject({ status: 'FAILED', output: expect.stringMatching(/Building api[^]*too far[^]*service api: .*non-zero code: 1/) });
    expect(rows.at(-1)).toMatchObject({ kind: 'execution.outcome', body: { status: 'FAILED', error_code: 'ENGINE_ERROR' } });
    expect(JSON.stringify(rows.at(-1)?.body['after'])).toContain(String(api));
    expect(await idOf('api')).toBe(api);
  }, 60_000);

  it('is refused when it is asked for what the typed build does not do', async () => {
    expect(await ask('docker compose build jobs')).toMatchObject({ code: 'COMMAND_COMPOSE', error: expect.stringContaining('service jobs has build.args') });
    expect(await ask('docker compose build')).toMatchObject({ code: 'COMMAND_COMPOSE', error: expect.stringContaining('service jobs has build.args') });
  });

  it('is no bypass, and leaves a chain that verifies', async () => {
    // An act by hand on a thing of its own is found, and it comes last: what was told before it has been judged.
    const { name } = await world.createVolume('last');
    const bypasses = () => stack.sql<{ subject: string }>(`select subject from wingman.incidents where kind = 'BYPASS' order by seq`);
    const found = await until('the watch has caught up', async () => {
      const all = await bypasses();
      return all.some(({ subject }) => subject === `volume ${name} in dev`) && all;
    });
    expect(found).toHaveLength(1);
    const pool = createPool(stack.database.urlOf('wingman_api'));
    const report = await verifyLedger(streamLedger(pool), { checkpoints: [], keyset: await loadKeyset(`${stack.keysDir}/api`) });
    await pool.end();
    expect(report).toMatchObject({ ok: true, findings: [] });
  });
});
