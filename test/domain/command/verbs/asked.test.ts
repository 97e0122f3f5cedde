/** What is asked really runs as it was typed, on a real engine: containers without a network, since nothing here needs one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepResult } from '../../../../domain/command/action';
import { EMPTY_REGISTRY } from '../../../../domain/command/registry';
import { VERBS } from '../../../../domain/command/verbs';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { runVerb } from '../../../support/run-verb';

let world: DockerWorld;
let web: string;
const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-asked-')));

beforeAll(async () => {
  world = await openDockerWorld();
  web = world.name('web');
  await world.createContainer({ name: web, cmd: ['sh', '-c', 'echo up; sleep 600'], hostConfig: { NetworkMode: 'none' } });
});
afterAll(async () => {
  await world?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The words as a shell would hand them over: `web` and `image` stand for what is there. */
const docker = (line: string): Promise<StepResult> => {
  const words = line.split(' ').map((word) => word.replaceAll('WEB', web).replaceAll('IMAGE', world.image).replaceAll('DIR', dir).replaceAll('RUN', world.run));
  const verb = [2, 1].flatMap((length) => VERBS.filter(({ spellings }) => spellings.some((spelling) => spelling.length === length && spelling.every((word, at) => words[at] === word))))[0];
  if (verb === undefined) throw new Error(line);
  const length = verb.spellings.find((spelling) => spelling.every((word, at) => words[at] === word))?.length ?? 1;
  return runVerb(world, verb, words.slice(length), EMPTY_REGISTRY);
};
const inspected = async (name: string) => (await world.get(`/containers/${name}/json`)) as Record<string, any>;

describe('docker run', () => {
  it('hands on every option that a person was asked for', async () => {
    writeFileSync(join(dir, 'app.env'), 'A=1\n# note\nB=two words\n');
    mkdirSync(join(dir, 'site'));
    const name = world.name('full');
    await docker(
      `run -d --name ${name} --network none --restart unless-stopped --hostname app -e C=3 --env-file DIR/app.env -u 1000 -w /tmp --entrypoint /bin/sleep --ulimit nofile=1024:2048 --shm-size 64m --tmpfs /scratch:size=1m ` +
        `--label team=shop --health-cmd true --health-interval 5s --cap-drop ALL --cap-add CHOWN --read-only --init -v DIR/site:/site:ro -v /anon --stop-signal SIGINT --log-opt max-size=1m --sysctl net.core.somaxconn=256 IMAGE 600`,
    );
    const { Config: config, HostConfig: host, Mounts: mounts } = await inspected(name);
    expect(config).toMatchObject({ Hostname: 'app', User: '1000', WorkingDir: '/tmp', Entrypoint: ['/bin/sleep'], Cmd: ['600'], Labels: expect.objectContaining({ team: 'shop' }), StopSignal: 'SIGINT', Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9 } });
    expect(config['Env']).toEqual(expect.arrayContaining(['A=1', 'B=two words', 'C=3']));
    expect(host).toMatchObject({ Privileged: false, RestartPolicy: { Name: 'unless-stopped' }, ShmSize: 64 * 1024 ** 2, CapDrop: ['ALL'], CapAdd: ['CHOWN'], ReadonlyRootfs: true, Init: true, Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }], Sysctls: { 'net.core.somaxconn': '256' }, LogConfig: { Config: { 'max-size': '1m' } }, SecurityOpt: ['no-new-privileges'] });
    expect((mounts as { Destination: string; RW: boolean }[]).map(({ Destination, RW }) => [Destination, RW]).sort()).toEqual(expect.arrayContaining([['/anon', true], ['/site', false]]));
    await world.call({ method: 'DELETE', path: `/containers/${name}`, query: { force: true, v: true }, answer: 'none', expect: [204] });
  });

  it('runs without a tag, and says what it printed', async () => {
    expect(await docker('run --rm --network none IMAGE echo said')).toEqual({ exit_code: 0, output: 'said\n' });
    expect(await docker('run -i --rm --network none IMAGE cat')).toEqual({ exit_code: 0, output: '' });
  });

  it('takes what is mounted into another container, unless nobody may mount it', async () => {
    await docker('run --rm --network none --volumes-from WEB IMAGE true');
    const powerful = await world.createContainer({ name: world.name('powerful'), cmd: ['sleep', '600'], hostConfig: { NetworkMode: 'none', Binds: ['/etc:/host-etc:ro'] } });
    await expect(docker(`run --rm --network none --volumes-from ${powerful.name} IMAGE true`)).rejects.toMatchObject({ code: 'COMMAND_FLAG_VALUE', message: expect.stringContaining('/etc') });
  });

  it('refuses a mount that leads elsewhere by a link', async () => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/etc', join(dir, 'innocent'));
    await expect(docker('run --rm --network none -v DIR/innocent:/x:ro IMAGE true')).rejects.toMatchObject({ code: 'COMMAND_FLAG_VALUE', message: expect.stringContaining('leads to /etc') });
  });

  it('makes and does not start what `create` asks for', async () => {
    const name = world.name('created');
    await docker(`create --name ${name} --network none IMAGE true`);
    expect((await inspected(name))['State'].Status).toBe('created');
    expect(await docker(`start -a ${name}`)).toEqual({ exit_code: 0, output: '' });
    await docker(`rm ${name}`);
  });
});

describe('docker exec', () => {
  it.each([
    ['exec WEB echo hello', 0, 'hello\n'],
    ['exec -it WEB echo hello', 0, 'hello\n'],
    ['exec -u 1000 WEB id -u', 0, '1000\n'],
    ['exec -w /bin -e A=1 WEB sh -c exit', 0, ''],
    ['exec -e A=7 WEB printf x', 0, 'x'],
    ['exec WEB false', 1, ''],
    ['exec -d WEB touch /made', 0, ''],
  ])('%s', async (line, exit_code, output) => {
    expect(await docker(line)).toEqual({ exit_code, output });
  });
});

describe('what follows', () => {
  it('shows what was printed and what comes in its time', async () => {
    const { output } = await docker('logs -f WEB');
    expect(output).toBe('up\n');
  }, 40_000);

  it('shows what happened in a bounded time', async () => {
    const { output } = await docker('events --since 10m --until 0s --filter container=WEB');
    expect(output).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z container exec_start: echo hello [0-9a-f]{64} \(.*name=/m);
  });
});

describe('bytes of the host', () => {
  it('go into a container and come out of it', async () => {
    writeFileSync(join(dir, 'in.txt'), 'content');
    await docker('cp DIR/in.txt WEB:/tmp/renamed.txt');
    expect((await docker('exec WEB cat /tmp/renamed.txt')).output).toBe('content');
    await docker('exec WEB mkdir /tmp/d');
    await docker('cp DIR/in.txt WEB:/tmp/d');
    expect((await docker('exec WEB cat /tmp/d/in.txt')).output).toBe('content');
    await docker('cp WEB:/tmp/renamed.txt DIR/out.txt');
    expect(readFileSync(join(dir, 'out.txt'), 'utf8')).toBe('content');
    mkdirSync(join(dir, 'tree/sub'), { recursive: true });
    writeFileSync(join(dir, 'tree/sub/a'), 'A');
    await docker('cp DIR/tree WEB:/tmp');
    expect((await docker('exec WEB cat /tmp/tree/sub/a')).output).toBe('A');
    await docker('cp WEB:/tmp/tree DIR/back');
    expect(readFileSync(join(dir, 'back/sub/a'), 'utf8')).toBe('A');
  });

  it('are saved, loaded, exported and imported', async () => {
    await docker('save -o DIR/image.tar IMAGE');
    expect(statSync(join(dir, 'image.tar')).size).toBeGreaterThan(100_000);
    expect((await docker('load -i DIR/image.tar')).output).toContain('Loaded image');
    await docker('export -o DIR/fs.tar WEB');
    await docker('import DIR/fs.tar wm-RUN/imported:1');
    expect((await docker('run --rm --network none wm-RUN/imported:1 cat /tmp/renamed.txt')).output).toBe('content');
    await docker('rmi wm-RUN/imported:1');
  });

  it('become an image', async () => {
    mkdirSync(join(dir, 'ctx'));
    writeFileSync(join(dir, 'ctx/Dockerfile.dev'), `FROM ${world.image}\nARG V=none\nENV V=$V\nCOPY f /f\n`);
    writeFileSync(join(dir, 'ctx/f'), 'built');
    await docker('build -t wm-RUN/built:1 -t wm-RUN/built:2 -f Dockerfile.dev --build-arg V=7 DIR/ctx');
    expect((await docker('run --rm --network none wm-RUN/built:2 cat /f')).output).toBe('built');
    await docker('commit -m note WEB wm-RUN/committed');
    expect((await docker('run --rm --network none wm-RUN/committed cat /tmp/renamed.txt')).output).toBe('content');
    await docker('rmi wm-RUN/built:1 wm-RUN/built:2 wm-RUN/committed:latest');
  });

  it('are not written where a link leads', async () => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/etc/wingman-never', join(dir, 'link'));
    await expect(docker('cp WEB:/tmp/renamed.txt DIR/link')).rejects.toMatchObject({ code: 'COMMAND_FLAG_VALUE' });
    expect(existsSync('/etc/wingman-never')).toBe(false);
  });
});

describe('networks, limits and the rest', () => {
  it('are made with their addresses, joined and left', async () => {
    const net = world.name('net');
    const member = { name: world.name('member') };
    await docker(`create --name ${member.name} --label wingman.test.run=RUN IMAGE sleep 600`);
    await docker(`network create --label wingman.test.run=RUN --subnet 10.213.7.0/24 --gateway 10.213.7.1 ${net}`);
    await docker(`network connect --ip 10.213.7.9 --alias other ${net} ${member.name}`);
    expect((await inspected(member.name))['NetworkSettings'].Networks[net]).toMatchObject({ IPAMConfig: { IPv4Address: '10.213.7.9' }, Aliases: expect.arrayContaining(['other']) });
    await docker(`network disconnect ${net} ${member.name}`);
    await docker(`rm ${member.name}`);
    await docker(`network rm ${net}`);
  });

  it('are changed on a container that runs', async () => {
    await docker('update --restart on-failure:2 --memory 64m --memory-swap 128m WEB');
    expect((await inspected(web))['HostConfig']).toMatchObject({ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 }, Memory: 64 * 1024 ** 2, MemorySwap: 128 * 1024 ** 2 });
  });

  it.each([
    ['--version', /^Docker version \d/],
    ['context ls', /^NAME .*\ndefault \*/],
    ['buildx ls', /default/],
    ['compose ls -a', /^NAME/],
    ["inspect -f {{range\u00a0$k,$v:=.Config.Labels}}{{$k}}={{$v}};{{end}} WEB", /wingman\.test\.run=/],
  ])('answers %s', async (line, output) => {
    const spoken = line.split(' ').map((word) => word.replaceAll('\u00a0', ' '));
    const verb = VERBS.find(({ spellings }) => spellings.some((spelling) => spelling.every((word, at) => spoken[at] === word)));
    const length = verb?.spellings.find((spelling) => spelling.every((word, at) => spoken[at] === word))?.length ?? 1;
    if (verb === undefined) throw new Error(line);
    expect((await runVerb(world, verb, spoken.slice(length).map((word) => word.replace('WEB', web)), EMPTY_REGISTRY)).output).toMatch(output);
  });
});
