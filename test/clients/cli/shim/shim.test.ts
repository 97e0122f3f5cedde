/** What an agent sees that types `docker …`, on a real engine. */
import { changePolicy } from '../../../support/change-policy';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { governedPolicy } from '../../../support/governed-policy';
import { startStack, type Stack } from '../../../support/stack';
import { until } from '../../../support/until';
import { runWingman } from '../run-wingman';
import { openShell, type Shell, type Typed } from './shell';

jest.setTimeout(120_000);

describe('the docker shim', () => {
  let stack: Stack;
  let world: DockerWorld;
  let shell: Shell;
  let web: string;
  const inInventory = (name: string) =>
    until(`the inventory shows ${name}`, async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${name}%`]);
      return row?.seen === true;
    });
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sh', '-c', 'printf "one two\\n"; sleep 100000'] })).name;
    stack = await startStack({ environments: ['dev'], policySource: governedPolicy({}, { registry: { images: [world.image] } }) });
    shell = openShell(() => ({ WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key }));
    await inInventory(web);
  });
  afterAll(async () => {
    shell?.close();
    await stack?.close();
    await world?.close();
  });

  const waits = async (typed: Typed): Promise<string> => until('it waits for a person', () => /decide on (\S+?)\. /.exec(typed.err())?.[1]);
  const decide = (id: string, decision: 'approve' | 'reject', note = 'looked at') => stack.call('POST', `/approvals/${id}/${decision}`, stack.reviewer_key, { note });
  const statusOf = async (id: string): Promise<unknown> => (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body['status'];
  const isThere = async (name: string): Promise<boolean> => ((await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [`^/${name}$`] }) })) as unknown[]).length === 1;
  const throwAway = async (): Promise<string> => {
    const { name } = await world.createContainer({ cmd: ['sleep', '100000'] });
    await inInventory(name);
    return name;
  };

  it('answers what only reads at once, as docker would: output alone, exit code 0', async () => {
    expect(await shell.run(`docker logs ${web}`)).toEqual({ code: 0, out: 'one two\n', err: '' });
    const listed = await shell.run(`docker ps --filter name=${web} --format '{{.Names}}'`);
    expect(listed).toEqual({ code: 0, out: `${web}\n`, err: '' });
    expect((await shell.run(`docker logs ${web} | head -c 3`)).out).toBe('one');
  });

  it('waits for a person with what changes something, and gives output and exit code', async () => {
    const name = await throwAway();
    const typed = shell.type(`docker rm -f ${name}`);
    const id = await waits(typed);
    expect(typed.err()).toMatch(/^wingman: HIGH risk: waiting for a person to decide on .*Ctrl-C withdraws it\.\n$/);
    expect(typed.out()).toBe('');
    await decide(id, 'approve');
    expect(await typed.ended).toMatchObject({ code: 0, out: `${name}\n`, err: expect.stringMatching(/\nwingman: APPROVED by owner\n$/) });
    expect(await isThere(name)).toBe(false);
    const { body } = await stack.call('GET', `/approvals/${id}`, stack.agent_key);
    expect([body['commands'], body['executions'].length]).toEqual([[`docker rm -f ${name}`], 1]);
  });

  it('ends with 125 and the note of who rejected, and nothing is run', async () => {
    const name = await throwAway();
    const typed = shell.type(`docker rm -f ${name}`);
    await decide(await waits(typed), 'reject', 'not during the sale');
    expect(await typed.ended).toMatchObject({ code: 125, out: '', err: expect.stringMatching(/REJECTED by owner: not during the sale\. .*tell your user\. Nothing was run\.\n$/) });
    expect(await isThere(name)).toBe(true);
  });

  it('ends with 125 when nobody decides in time', async () => {
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 0.02 });
    const { code, out, err } = await shell.run(`docker stop ${web}`);
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 60 });
    expect([code, out, err]).toEqual([125, '', expect.stringContaining('EXPIRED: nobody decided in time.')]);
  });

  it.each([
    ['a verb that is none', 'docker system prune -af', /COMMAND_UNKNOWN_VERB: docker system prune/],
    ['another engine', 'docker -H tcp://10.0.0.1:2375 ps', /COMMAND_UNKNOWN_FLAG: -H would change which engine/],
    ['a privileged container', 'docker run --privileged alpine', /COMMAND_UNKNOWN_FLAG: --privileged/],
    ['an argument that is empty', 'docker rm -f ""', /COMMAND_QUOTING: argument 3, "": an empty argument/],
    ['an argument of two lines', "docker rm -f $'a\\nb'", /COMMAND_CHARACTER: argument 3/],
    ['an argument with blanks, whole', 'docker rm "a b"', /COMMAND_TARGET_NAME/],
  ])('explains with its code why it refuses %s, and ends with 125', async (_, line, message) => {
    const { code, out, err } = await shell.run(line);
    expect([code, out]).toEqual([125, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(/Nothing was run\. This `docker` goes through Wingman/);
  });

  it.each(['DOCKER_HOST=tcp://127.0.0.1:9', 'DOCKER_CONTEXT=prod'])('refuses %s: it would be another engine than the one that is asked', async (assignment) => {
    expect(await shell.run(`${assignment} docker logs ${web}`)).toMatchObject({ code: 125, out: '', err: expect.stringContaining(`${assignment} names an engine`) });
  });

  it('withdraws with Ctrl-C what nobody has decided yet', async () => {
    const typed = shell.type(`exec docker stop -t 0 ${web}`);
    const id = await waits(typed);
    typed.child.kill('SIGINT');
    const { code, err } = await typed.ended;
    expect([code, err]).toEqual([130, expect.stringContaining(`withdrawn: ${id} is CANCELLED, and nothing was run`)]);
    expect(await statusOf(id)).toBe('CANCELLED');
  });

  it('leaves the request when the time limit of a shell ends it; the same line joins it, and `wingman wait` goes on', async () => {
    const name = await throwAway();
    const typed = shell.type(`exec docker rm -f ${name}`);
    const id = await waits(typed);
    typed.child.kill('SIGTERM');
    expect(await typed.ended).toMatchObject({ code: 143, err: expect.stringContaining(`the request stays. Go on with: wingman wait ${id}`) });
    const again = shell.type(`exec docker rm -f ${name}`);
    expect(await waits(again)).toBe(id);
    again.child.kill('SIGINT');
    expect((await again.ended).err).toContain('was waiting already and stays');
    expect(await statusOf(id)).toBe('PENDING');
    await decide(id, 'approve');
    const waited = await runWingman(['wait', id], { env: { WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key } });
    expect(waited).toMatchObject({ code: 0, out: `${name}\n` });
    expect(await isThere(name)).toBe(false);
  });

  it('gives the exit code of what failed', async () => {
    const name = world.name('ran');
    const typed = shell.type(`docker run --name ${name} ${world.image} sh -c 'printf said; exit 7'`);
    await decide(await waits(typed), 'approve');
    expect(await typed.ended).toMatchObject({ code: 7, out: 'said' });
  });

  it.each([
    ['a reviewer', 'reviewer_key'],
    ['an operator', 'operator_key'],
  ] as const)('does nothing with the key of %s', async (_, key) => {
    const { code, out, err } = await shell.run(`docker logs ${web}`, { WINGMAN_KEY: stack[key] });
    expect([code, out, err]).toEqual([125, '', expect.stringContaining('FORBIDDEN')]);
  });

  it('permits nothing while Wingman is away', async () => {
    const { code, out, err } = await shell.run(`docker rm -f ${web}`, { WINGMAN_URL: 'http://127.0.0.1:9' });
    expect([code, out, err]).toEqual([125, '', expect.stringContaining('Nothing was permitted while Wingman is away')]);
    expect(await isThere(web)).toBe(true);
  });

  it('tells of itself without asking anybody', async () => {
    const nowhere = { WINGMAN_URL: 'http://127.0.0.1:9' };
    const help = await shell.run('docker --help', nowhere);
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('docker network rm')]);
    expect((await shell.run('docker --version', nowhere)).out).toMatch(/^Docker through Wingman \d/);
  });
});
