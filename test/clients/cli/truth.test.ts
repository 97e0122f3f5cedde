import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { startStack, type Stack } from '../../support/stack';
import { until } from '../../support/until';
import { runWingman, type Ended } from './run-wingman';

describe('claims and incidents in the command', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the gateway sees the container', async () => (await stack.sql('select 1 from wingman.inventories where inventory::text like $1', [`%${web}%`])).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const wingman = async (...args: readonly string[]): Promise<Ended> => {
    const ran = await runWingman(args, { env: { WINGMAN_DATA_DIR: stack.dataDir } });
    if (process.env['WINGMAN_SHOW'] === '1') process.stdout.write(`$ wingman ${args.join(' ')}\n${ran.out}${ran.err}`);
    return ran;
  };

  it('verifies, claims, shows the verdict, and looks after the incident', async () => {
    const yes = await wingman('verify', `the container ${web} is running`);
    expect([yes.code, yes.out]).toEqual([0, expect.stringMatching(/^TRUE {2}[^]*probe +container name [^]*state running/)]);
    const no = await wingman('verify', `the container ${web} is paused`);
    expect([no.code, no.out]).toEqual([3, expect.stringMatching(/^FALSE {2}/)]);
    expect((await wingman('verify', 'everything works well')).code).toBe(1);

    const logged = await wingman('claim', `I stopped the container ${web}`);
    const id = /^logged (\S+)/.exec(logged.out)?.[1] ?? '';
    await stack.sweep();
    expect((await wingman('claims')).out).toMatch(/FALSE +agent-1/);
    const shown = (await wingman('claims', 'show', id)).out;
    expect(shown).toMatch(/^FALSE {2}I stopped the container/);
    const incident = /incident {4}(\S+)/.exec(shown)?.[1] ?? '';
    expect((await wingman('incidents')).out).toMatch(new RegExp(`${incident} +MEDIUM +OPEN +FALSE_CLAIM +agent-1`));
    expect((await wingman('incidents', 'ack', incident, '--note', 'looking')).out).toBe(`acknowledged ${incident} by operator\n`);
    expect((await wingman('incidents', 'ack', incident)).err).toMatch(/^INCIDENT_STATE: /);
    expect((await wingman('incidents', 'resolve', incident, '--resolution', 'the agent was mended')).out).toBe(`resolved ${incident}\n`);
    expect((await wingman('incidents', 'show', incident)).out).toMatch(/RESOLVED[^]*resolved [^]*by operator: the agent was mended/);
    expect((await wingman('incidents')).out).toBe('nothing is open\n');
    expect((await wingman('agents')).out).toMatch(/agent-1 [^]*0% \(0% to 79%\)/);
  }, 120_000);
});
