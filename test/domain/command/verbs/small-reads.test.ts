/** The reading verbs that are a call and a table each. */
import { diff } from '../../../../domain/command/verbs/diff';
import { history } from '../../../../domain/command/verbs/history';
import { images } from '../../../../domain/command/verbs/images';
import { info } from '../../../../domain/command/verbs/info';
import { networkLs } from '../../../../domain/command/verbs/network-ls';
import { port } from '../../../../domain/command/verbs/port';
import { stats } from '../../../../domain/command/verbs/stats';
import { top } from '../../../../domain/command/verbs/top';
import { version } from '../../../../domain/command/verbs/version';
import { volumeLs } from '../../../../domain/command/verbs/volume-ls';
import { wait } from '../../../../domain/command/verbs/wait';
import type { VerbSpec } from '../../../../domain/command/action';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import type { AnyVerb } from '../../../../domain/command/verbs';
import { readVerb, refusedCode, registryWith, runVerb } from '../../../support/run-verb';

const PROTECTED = registryWith({
  protected: { containers: ['wingman-*'], networks: ['wingman_internal'], volumes: [] },
});

let world: DockerWorld;
let web: { id: string; name: string };
beforeAll(async () => {
  world = await openDockerWorld();
  web = await world.createContainer({
    name: world.name('web'),
    cmd: ['sh', '-c', 'touch /tmp/made; exec sleep 600'],
    publish: ['80/tcp', '53/udp'],
  });
});
afterAll(() => world.close());

async function print<A>(verb: VerbSpec<A>, ...words: string[]): Promise<string> {
  const { exit_code, output } = await runVerb(world, verb, words);
  expect(exit_code).toBe(0);
  return output;
}

describe('images', () => {
  test('are listed as docker does', async () => {
    const lines = (await print(images, world.image.replace(/:.*/, ''))).split('\n');
    expect(lines[0]).toMatch(/^REPOSITORY {2,}TAG {2,}IMAGE ID {2,}CREATED {2,}SIZE$/);
    expect(lines[1]).toMatch(new RegExp(`^${world.image.replace(':', ' +')} +[0-9a-f]{12} +.* ago +[\\d.]+MB$`));
  });
  test('can be chosen by a pattern and a template', async () => {
    expect(await print(images, '--format', '{{.Repository}}:{{.Tag}}', `wm-${world.run}/*`)).toBe(`${world.image}\n`);
    expect(await print(images, '-q', '--no-trunc', '--filter', `reference=${world.image}`)).toMatch(
      /^sha256:[0-9a-f]{64}\n$/,
    );
    expect(await print(images, '--digests', world.image)).toMatch(/DIGEST/);
    expect(await print(images, `wm-${world.run}/none:*`)).toMatch(/^REPOSITORY.*\n$/);
  });
  test('an image’s history masks what was given to its build', async () => {
    const lines = (await print(history, world.image)).split('\n');
    expect(lines[0]).toMatch(/^IMAGE {2,}CREATED {2,}CREATED BY {2,}SIZE {2,}COMMENT$/);
    const calls = history.run({ image: 'a:1', no_trunc: true }, new Map([['image:a:1', 'sha256:00']]));
    calls.next();
    const layers = [
      {
        Id: '<missing>',
        Created: 0,
        Size: 0,
        Comment: '',
        CreatedBy: '|1 TOKEN=canary-h /bin/sh -c #(nop)  ENV PASSWORD="canary h" B=canary-b',
      },
    ];
    calls.next({ status: 200, json: layers });
    const { output } = calls.next({ status: 200, json: { SystemTime: '2026-01-10T00:00:00.5Z' } }).value as {
      output: string;
    };
    expect(output).toContain('|1 TOKEN=[REDACTED] /bin/sh -c #(nop)  ENV PASSWORD=[REDACTED] B=[REDACTED]');
    expect(output).not.toContain('canary');
  });
});

test('the processes of a container are listed', async () => {
  expect(await print(top, web.name)).toMatch(/^UID .*CMD\n(.*\n)*.*sleep 600\n$/);
});

test('the files that a container changed are listed', async () => {
  const lines = (await print(diff, web.name)).split('\n');
  expect(lines).toEqual(expect.arrayContaining(['C /tmp', 'A /tmp/made']));
});

test('ports are shown, all of them or one', async () => {
  expect(await print(port, web.name)).toMatch(/^53\/udp -> 127\.0\.0\.1:\d+\n80\/tcp -> 127\.0\.0\.1:\d+\n$/);
  expect(await print(port, web.name, '80')).toMatch(/^127\.0\.0\.1:\d+\n$/);
  expect(await print(port, web.name, '53/udp')).toMatch(/^127\.0\.0\.1:\d+\n$/);
  expect(await runVerb(world, port, [web.name, '81'])).toEqual({
    exit_code: 1,
    output: `no public port 81/tcp published for ${web.name}\n`,
  });
});

test('exit codes are waited for, one a line', async () => {
  const three = await world.createContainer({ cmd: ['sh', '-c', 'sleep 0.3; exit 3'] });
  const zero = await world.createContainer({ cmd: ['true'] });
  expect(await print(wait, three.name, zero.name)).toBe('3\n0\n');
});

test('waiting ends at the deadline of the step', async () => {
  await expect(runVerb(world, wait, [web.name], undefined, AbortSignal.timeout(300))).rejects.toMatchObject({
    code: 'TIMED_OUT',
  });
});

test('what containers use is shown once', async () => {
  const busy = await world.createContainer({ cmd: ['sh', '-c', 'while :; do :; done'] });
  const lines = (await print(stats, '--no-stream', web.name, busy.name)).split('\n');
  await world.removeContainer(busy.id);
  expect(lines[0]).toMatch(
    /^CONTAINER ID {2,}NAME {2,}CPU % {2,}MEM USAGE \/ LIMIT {2,}MEM % {2,}NET I\/O {2,}BLOCK I\/O {2,}PIDS$/,
  );
  expect(lines[1]).toMatch(
    new RegExp(
      `^${web.id.slice(0, 12)} +${web.name} +\\d+\\.\\d\\d% +[\\d.]+[KM]iB / [\\d.]+GiB +\\d+\\.\\d\\d% +.* / .* +.* / .* +[1-9]$`,
    ),
  );
  const share = Number(/ ([\d.]+)% /.exec(lines[2] ?? '')?.[1]);
  expect(share).toBeGreaterThan(5);
  // All that run on this engine, which others fill at the same time: two looks at each.
  const { output } = await runVerb(world, stats, ['--no-stream', '--format', '{{.Name}}'], undefined, AbortSignal.timeout(55_000));
  expect(output).toContain(`${web.name}\n`);
});

test('networks and volumes are listed', async () => {
  const network = await world.createNetwork('seen');
  const volume = await world.createVolume('seen');
  expect(await print(networkLs)).toMatch(
    new RegExp(
      `^NETWORK ID +NAME +DRIVER +SCOPE\\n(.*\\n)*${network.id.slice(0, 12)} +${network.name} +bridge +local\\n`,
    ),
  );
  expect(await print(networkLs, '-q', '--no-trunc', '--filter', `name=${world.run}`)).toBe(`${network.id}\n`);
  expect(await print(networkLs, '--format', '{{.Name}} {{.Internal}}', '--filter', `name=${world.run}`)).toBe(
    `${network.name} true\n`,
  );
  expect(await print(volumeLs, '--filter', `name=${world.run}`)).toBe(
    `DRIVER    VOLUME NAME\nlocal     ${volume.name}\n`,
  );
  expect(await print(volumeLs, '-q', '--filter', `name=${world.run}`)).toBe(`${volume.name}\n`);
});

test('the engine says its version and how it is set up', async () => {
  const { version: number } = await world.engine.version();
  expect(await print(version)).toContain(` Engine:\n  Version:          ${number}\n`);
  expect(await print(version, '--format', '{{.Server.Version}}')).toBe(`${number}\n`);
  expect(await print(version, '--format', '{{json .}}')).toContain(`"Version":"${number}"`);
  expect(await print(info)).toContain(` Server Version: ${number}\n`);
  expect(await print(info, '--format', '{{.ServerVersion}} {{.NCPU}}')).toMatch(
    new RegExp(`^${number.replaceAll('+', '\\+')} \\d+\\n$`),
  );
  expect(await print(info, '-f', 'json')).toContain('"ServerVersion"');
});

const verbs = { diff, history, images, info, networkLs, port, stats, top, version, volumeLs, wait };
test.each<[keyof typeof verbs, readonly string[], string]>([
  ['images', ['--unknown'], 'COMMAND_UNKNOWN_FLAG'],
  ['images', ['a', 'b'], 'COMMAND_ARGUMENTS'],
  ['images', ['--filter', 'until=1'], 'COMMAND_FLAG_VALUE'],
  ['images', ['--format', '{{.Env}}'], 'COMMAND_FLAG_VALUE'],
  ['images', ['a;b'], 'COMMAND_ARGUMENTS'],
  ['history', ['--format', 'x', 'alpine:3.20'], 'COMMAND_UNKNOWN_FLAG'],
  ['history', [], 'COMMAND_ARGUMENTS'],
  ['top', ['web', '-o', 'pid,args'], 'COMMAND_UNKNOWN_FLAG'],
  ['top', ['web', 'aux'], 'COMMAND_ARGUMENTS'],
  ['top', [], 'COMMAND_ARGUMENTS'],
  ['top', ['wingman-gateway'], 'COMMAND_TARGET_PROTECTED'],
  ['diff', ['wingman-gateway'], 'COMMAND_TARGET_PROTECTED'],
  ['diff', ['a', 'b'], 'COMMAND_ARGUMENTS'],
  ['port', ['web', '80;id'], 'COMMAND_ARGUMENTS'],
  ['port', ['web', '80/icmp'], 'COMMAND_ARGUMENTS'],
  ['port', ['web', '70000'], 'COMMAND_ARGUMENTS'],
  ['port', ['web', '80', '81'], 'COMMAND_ARGUMENTS'],
  ['port', ['wingman-api'], 'COMMAND_TARGET_PROTECTED'],
  ['wait', ['--unknown', 'web'], 'COMMAND_UNKNOWN_FLAG'],
  ['wait', [], 'COMMAND_ARGUMENTS'],
  ['stats', [], 'COMMAND_ARGUMENTS'],
  ['stats', ['web'], 'COMMAND_ARGUMENTS'],
  ['stats', ['--no-stream=false'], 'COMMAND_ARGUMENTS'],
  ['stats', ['--no-stream', 'wingman-api'], 'COMMAND_TARGET_PROTECTED'],
  ['stats', ['--no-stream', '--format', '{{.Env}}'], 'COMMAND_FLAG_VALUE'],
  ['networkLs', ['x'], 'COMMAND_ARGUMENTS'],
  ['networkLs', ['--filter', 'x=y'], 'COMMAND_FLAG_VALUE'],
  ['volumeLs', ['--cluster'], 'COMMAND_UNKNOWN_FLAG'],
  ['version', ['--kubeconfig', 'x'], 'COMMAND_UNKNOWN_FLAG'],
  ['version', ['x'], 'COMMAND_ARGUMENTS'],
  ['info', ['x'], 'COMMAND_ARGUMENTS'],
  ['info', ['--format', '{{range .Plugins}}'], 'COMMAND_FLAG_VALUE'],
])('%s %j is refused with %s', (name, words, code) => {
  expect(refusedCode(() => readVerb(verbs[name] as unknown as AnyVerb, words, PROTECTED))).toBe(code);
});

test.each(Object.keys(verbs))('%s changes nothing', (name) => {
  const verb: VerbSpec = verbs[name as keyof typeof verbs] as never;
  expect(verb.reversibility({} as never)).toBe('READ_ONLY');
});
