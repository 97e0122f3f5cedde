/** The hook as a coding agent starts it: a process, a call on stdin, and whatever it answers. Real engine, real decisions. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { changePolicy } from '../../../support/change-policy';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { startStack, type Stack } from '../../../support/stack';
import { until } from '../../../support/until';
import { runWingman, startWingman, type Ended, type Started } from '../run-wingman';

jest.setTimeout(120_000);

describe('wingman hook', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  const started: Started[] = [];
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sh', '-c', 'printf "one\\033[2Jtwo\\n"; sleep 100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await inInventory(web);
  });
  afterAll(async () => {
    for (const { child } of started) if (child.exitCode === null) child.kill('SIGKILL');
    await stack?.close();
    await world?.close();
  });

  const inInventory = (name: string) =>
    until(`the inventory shows ${name}`, async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${name}%`]);
      return row?.seen === true;
    });
  const throwAway = async (): Promise<string> => {
    const { name } = await world.createContainer({ cmd: ['sleep', '100000'] });
    await inInventory(name);
    return name;
  };
  const isThere = async (name: string): Promise<boolean> => ((await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [`^/${name}$`] }) })) as unknown[]).length === 1;
  const agent = () => ({ WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key });
  const callOf = (command: unknown, more: object = {}) => JSON.stringify({ session_id: 's', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command, description: 'as the user asked' }, ...more });
  const start = (command: unknown, { args = [], env = {}, more = {} }: { args?: readonly string[]; env?: Record<string, string>; more?: object } = {}): Started => {
    const one = startWingman(['hook', ...args], { env: { ...agent(), ...env }, stdin: callOf(command, more) });
    started.push(one);
    return one;
  };
  const hook = (...given: Parameters<typeof start>): Promise<Ended> => start(...given).ended;
  /** All three ways of saying no say the same. */
  const reasonOf = ({ code, out, err }: Ended): string => {
    const { hookSpecificOutput } = JSON.parse(out);
    expect([code, hookSpecificOutput.hookEventName, hookSpecificOutput.permissionDecision]).toEqual([2, 'PreToolUse', 'deny']);
    expect(err).toBe(`${hookSpecificOutput.permissionDecisionReason}\n`);
    return hookSpecificOutput.permissionDecisionReason as string;
  };
  const pendingOf = (command: string): Promise<string> =>
    until(`a request for ${command}`, async () => {
      const { body } = await stack.call('GET', '/approvals/pending', stack.agent_key);
      return (body['pending'] as { request_id: string; commands: string[] }[]).find(({ commands }) => commands[0] === command)?.request_id;
    });
  const read = async (id: string) => (await stack.call('GET', `/approvals/${id}`, stack.agent_key)).body;
  const requests = async (): Promise<number> => Number((await stack.sql<{ n: string }>('select count(*) as n from wingman.approvals'))[0]?.n);

  it('leaves alone what is not privileged, without asking Wingman', async () => {
    const before = await requests();
    expect(await hook('npm test && cat Dockerfile', { env: { WINGMAN_URL: 'http://127.0.0.1:9' } })).toEqual({ code: 0, out: '{}\n', err: '' });
    expect(await hook('ls', { env: { WINGMAN_KEY: '', WINGMAN_DATA_DIR: '/nonexistent' } })).toMatchObject({ code: 0, out: '{}\n' });
    expect(await requests()).toBe(before);
  });

  it('runs what only reads, and gives its output with the denial of the local run', async () => {
    const reason = reasonOf(await hook(`sudo docker logs ${web}`));
    expect(reason).toMatch(/^Wingman ran this for you, once, through its gateway: AUTO_APPROVED by policy, exit code 0, request \S+\. .*Do not run it again\.\nIt printed:\none/);
    // What a container prints moves no cursor and paints no card.
    expect(reason).toContain('one\\u{001B}[2Jtwo');
  });

  it('waits for a person, and runs exactly once what was approved', async () => {
    const name = await throwAway();
    const waiting = start(`docker rm -f ${name}`);
    const id = await pendingOf(`docker rm -f ${name}`);
    await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect(reasonOf(await waiting.ended)).toMatch(new RegExp(`APPROVED by owner, exit code 0, request ${id}\\. [^]*It printed:\n${name}\n`));
    expect(await isThere(name)).toBe(false);
    expect((await read(id))['executions']).toHaveLength(1);
  });

  it('denies what a person rejected, with the note, and nothing is run', async () => {
    const name = await throwAway();
    const waiting = start(`docker rm -f ${name}`);
    const id = await pendingOf(`docker rm -f ${name}`);
    await stack.call('POST', `/approvals/${id}/reject`, stack.reviewer_key, { note: 'not during the sale' });
    expect(reasonOf(await waiting.ended)).toMatch(/REJECTED by owner: not during the sale\. .*Nothing was run\./);
    expect(await isThere(name)).toBe(true);
  });

  it('denies what nobody decided in time', async () => {
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 0.02 });
    const ended = await hook(`docker stop ${web}`);
    await changePolicy(stack, { 'environments.dev.validity.request_minutes': 60 });
    expect(reasonOf(ended)).toMatch(/EXPIRED: nobody decided in time\..*Nothing was run\./);
  });

  it('denies before the agent would lose patience; the request stays, runs once when approved, and `wingman wait` has its end', async () => {
    const name = await throwAway();
    const reason = reasonOf(await hook(`docker rm -f ${name}`, { args: ['--wait', '1'] }));
    const id = /wingman wait (\S+)$/.exec(reason)?.[1] ?? '';
    expect(reason).toContain('Do not run it here and do not ask again');
    expect((await read(id))['status']).toBe('PENDING');
    // Typed again it is the same request.
    expect(reasonOf(await hook(`docker rm -f ${name}`, { args: ['--wait', '1'] }))).toContain(id);
    await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect(await runWingman(['wait', id], { env: agent() })).toMatchObject({ code: 0, out: `${name}\n` });
    expect((await read(id))['executions']).toHaveLength(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('withdraws with %s what nobody has decided', async (signal) => {
    const waiting = start(`docker restart -t 0 ${web}`);
    const id = await pendingOf(`docker restart -t 0 ${web}`);
    waiting.child.kill(signal);
    expect(reasonOf(await waiting.ended)).toContain(`withdrawn: ${id} is CANCELLED, and nothing was run`);
    expect((await read(id))['status']).toBe('CANCELLED');
  });

  it('makes one request of a call that is told twice', async () => {
    const name = await throwAway();
    const more = { tool_use_id: `toolu_${name}` };
    const [one, two] = [start(`docker rm -f ${name}`, { more }), start(`docker rm -f ${name}`, { more })];
    const id = await pendingOf(`docker rm -f ${name}`);
    await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    for (const ended of await Promise.all([one.ended, two.ended])) expect(reasonOf(ended)).toContain(`request ${id}.`);
    // Also when the agent's program tells it once more, after the end.
    expect(reasonOf(await hook(`docker rm -f ${name}`, { more }))).toContain(`request ${id}.`);
    expect((await stack.sql<{ n: string }>('select count(*) as n from wingman.approvals where commands::text like $1', [`%${name}%`]))[0]?.n).toBe('1');
  });

  it.each<[string, (name: string) => string, RegExp]>([
    ['two commands', (name) => `cd /srv && docker rm -f ${name}`, /together with other things.*\. Wingman refused it: COMMAND_SHELL_SYNTAX/],
    ['a shell in the shell', (name) => `bash -c 'docker rm -f ${name}'`, /bash is given something that names docker, and might run it\. Wingman refused it: COMMAND_UNKNOWN_PROGRAM/],
    ['quotes inside the word', (name) => `doc"ker" rm -f ${name}`, /Wingman refused it: COMMAND_QUOTING/],
    ['the older Compose', (name) => `docker-compose rm ${name}`, /Wingman refused it: COMMAND_COMPOSE/],
    ['a reviewer’s verb', () => 'wingman approve 3f2a9c --yes', /wingman approve is for people, not for agents\. Wingman refused it: COMMAND_UNKNOWN_PROGRAM/],
  ])('denies and records %s', async (_, line, message) => {
    const reason = reasonOf(await hook(line(web)));
    expect(reason).toMatch(message);
    expect(reason).toMatch(/Nothing was run\. (?:Instead: run the docker command alone|Tell your user that a person has to do this)/);
    const [row] = await stack.sql<object>('select status, execution_status, commands from wingman.approvals order by created_at desc limit 1');
    expect(row).toEqual({ status: 'AUTO_REJECTED', execution_status: null, commands: [line(web)] });
    expect(await isThere(web)).toBe(true);
  });

  it('passes on what the grammar refuses, with its code', async () => {
    expect(reasonOf(await hook('docker run --privileged alpine'))).toMatch(/^Wingman refused it: COMMAND_UNKNOWN_FLAG: --privileged[^]*Nothing was run\./);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', 'docker ps'],
    ['a command that hides behind another', '{"tool_name":"Bash","tool_input":{"command":"ls","command":"docker rm -f web"}}'],
    ['a shell without a command', '{"tool_name":"Bash","tool_input":{"cmd":"ls"}}'],
    ['bytes that are no text', '{"tool_name":"Bash","tool_input":{"command":"\\ud800"}} \u0000'],
  ])('denies %s', async (_, stdin) => {
    expect(reasonOf(await startWingman(['hook'], { env: agent(), stdin }).ended)).toMatch(/^Wingman could not tell what this call does, so it is not run: /);
  });

  it('denies when Wingman takes the call and never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    expect(reasonOf(await hook(`docker rm -f ${web}`, { args: ['--wait', '1'], env: { WINGMAN_URL: url } }))).toMatch(/did not answer within 1 s\. Whether the request arrived is not known/);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('denies a call that never ends', async () => {
    const open = startWingman(['hook', '--wait', '1'], { env: agent(), keepStdin: true });
    started.push(open);
    expect(reasonOf(await open.ended)).toMatch(/could not tell what this call does/);
  });

  it.each([
    ['a reviewer', 'reviewer_key'],
    ['an operator', 'operator_key'],
  ] as const)('takes no key of %s', async (_, key) => {
    const before = await requests();
    expect(reasonOf(await hook(`docker logs ${web}`, { env: { WINGMAN_KEY: stack[key] } }))).toMatch(/FORBIDDEN[^]*This hook takes a key of kind agent and no other\. Nothing was run\./);
    expect(await requests()).toBe(before);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['the engine is another', { DOCKER_HOST: 'tcp://10.0.0.1:2375' }, /DOCKER_HOST=tcp:\/\/10\.0\.0\.1:2375 names an engine|This line was not run/],
    ['Wingman is away', { WINGMAN_URL: 'http://127.0.0.1:9' }, /does not answer at http:\/\/127\.0\.0\.1:9.*Nothing is permitted while it is away/],
    ['there is no key', { WINGMAN_KEY: '', WINGMAN_DATA_DIR: '/nonexistent' }, /there is no agent key/],
    ['the key is nobody’s', { WINGMAN_KEY: 'wm_a_000000000000_00000000000000000000000000000000000000000000' }, /UNAUTHENTICATED|KEY_/],
    ['the agent is another’s', { WINGMAN_WORKER: 'somebody-else' }, /WORKER_ID_NOT_ALLOWED/],
  ])('denies what is privileged when %s', async (_, env, message) => {
    expect(reasonOf(await hook(`docker rm -f ${web}`, { env }))).toMatch(message);
    expect(reasonOf(await hook(`true; docker rm -f ${web}`, { env }))).toMatch(/^This line was not run: /);
    expect(await isThere(web)).toBe(true);
  });
});
