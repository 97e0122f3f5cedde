/** What nobody registered, from the ask over the card to its end on a real engine; Compose by the files that the command pins. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPinnedProject } from '../../clients/cli/shim/pin-project';
import { toCommandLine } from '../../clients/cli/shim/to-command-line';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';

describe('what nobody registered', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-e2e-asked-')));

  beforeAll(async () => {
    world = await openDockerWorld();
    web = world.name('web');
    await world.createContainer({ name: web, cmd: ['sleep', '600'], hostConfig: { NetworkMode: 'none' } });
    stack = await startStack({ environments: ['dev'], policySource: governedPolicy({ containers: [`wm-${world.run}*`] }), compose: ['/usr/bin/docker-compose'] });
    await until('the inventory has the container', async () => (await stack.sql(`select 1 from wingman.inventories where inventory::text like $1`, [`%${web}%`])).length > 0);
  }, 60_000);
  afterAll(async () => {
    await stack?.close();
    await world?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const ask = async (command: string) => (await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: 'Ask', instruction: 'Ask it.', deployment_env: 'dev', commands: [command], execute: true })).body;
  const carriedOut = async (command: string) => {
    const asked = await ask(command);
    expect(asked).toMatchObject({ status: 'PENDING', request: { risk_level: 'HIGH' } });
    const id = asked['request'].request_id as string;
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    await until('the step ended', async () => ['SUCCEEDED', 'FAILED', 'NOT_STARTED'].includes(String((await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['execution_status'])));
    const { body } = await stack.call('GET', `/approvals/${id}`, stack.agent_key);
    return { asked, status: body['execution_status'] as string };
  };

  it('is asked with a sentence for each part of it, and runs as typed', async () => {
    const name = world.name('new');
    const { asked, status } = await carriedOut(`docker run -d --network none --restart unless-stopped -e MODE=quick --name ${name} ${world.image} sleep 600`);
    expect(asked['request'].risk_reason).toMatch(/image .* is not registered.*the value of MODE is written by the agent.*starts it again for ever/);
    expect(status).toBe('SUCCEEDED');
    expect(await world.get(`/containers/${name}/json`)).toMatchObject({ State: { Running: true }, HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } });
    expect((await carriedOut(`docker rm -f ${name}`)).status).toBe('SUCCEEDED');
  });

  it('is looked up where a query stands for a container', async () => {
    const { asked, status } = await carriedOut(`docker exec -it $(docker ps -qf name=${web}) touch /found`);
    expect(asked['request'].commands).toEqual([`docker exec -it ${web} touch /found`]);
    expect(status).toBe('SUCCEEDED');
  });

  it('is refused where it hands the host over', async () => {
    expect(await ask(`docker run -v /:/host ${world.image} true`)).toMatchObject({ status: 'AUTO_REJECTED', code: 'COMMAND_FLAG_VALUE' });
    expect(await ask(`docker exec -it ${web} sh`)).toMatchObject({ status: 'AUTO_REJECTED', code: 'COMMAND_WAITS' });
    expect(await ask('docker rm -f $(docker ps -qa)')).toMatchObject({ status: 'AUTO_REJECTED', code: 'COMMAND_EVERYTHING' });
  });

  it('is a Compose project by the files that the command pins, and no other', async () => {
    const project = join(dir, `wm${world.run}p`);
    mkdirSync(project);
    writeFileSync(join(project, 'compose.yaml'), `services: { app: { image: "${world.image}", network_mode: none, command: [sleep, "600"] } }\n`);
    const command = (...words: readonly string[]) => toCommandLine(withPinnedProject(['docker', 'compose', ...words], project));
    const { asked, status } = await carriedOut(command('up', '-d'));
    expect(asked['request'].risk_reason).toMatch(/is not registered \(compose\)/);
    expect(status).toBe('SUCCEEDED');
    expect((await carriedOut(command('exec', 'app', 'touch', '/x'))).status).toBe('SUCCEEDED');
    const down = command('down', '-v', '-t', '0');
    const before = command('restart', '-t', '0');
    writeFileSync(join(project, 'compose.yaml'), `services: { app: { image: "${world.image}", privileged: true, network_mode: none, command: [sleep, "600"] } }\n`);
    // The files are looked at before anything is claimed.
    expect((await carriedOut(before)).status).toBe('NOT_STARTED');
    expect((await carriedOut(command('up', '-d'))).status).toBe('FAILED');
    writeFileSync(join(project, 'compose.yaml'), `services: { app: { image: "${world.image}", network_mode: none, command: [sleep, "600"] } }\n`);
    expect((await carriedOut(down)).status).toBe('SUCCEEDED');
  }, 60_000);

  it('is no incident when it was approved', async () => {
    expect((await stack.sql(`select kind, subject from wingman.incidents`)).map((row) => row)).toEqual([]);
  });
});
