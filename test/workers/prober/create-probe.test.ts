import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identityOf } from '../../../supervisor/process-identity';
import { createProbe } from '../../../workers/prober/create-probe';
import { createLookers } from '../../../workers/prober/lookers';
import { until } from '../../support/until';
import { LOOKER_SCRIPT, openProberWorld, viewOf, type ProberWorld } from './prober-world';

let world: ProberWorld;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
  world = openProberWorld((root) => `roots: [${JSON.stringify(root)}]\nports: { loopback: any }\nprocesses: [node, init]`);
  writeFileSync(join(world.root, 'a.txt'), 'a');
});
afterAll(async () => {
  await world.close();
  await new Promise((done) => server.close(done));
});

describe('what is sent through the queue', () => {
  const deep = JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500)) as unknown;
  it.each<[string, unknown]>([
    ['nothing', null], ['a text', 'file'], ['a number', 7], ['a list', ['file']], ['no kind', { path: '/x' }], ['a kind of its own', { kind: 'exec', command: 'id' }], ['a kind of the prototype', { kind: '__proto__' }],
    ['a kind that is a method', { kind: 'constructor' }], ['a file without `want`', { kind: 'file', path: '/x' }], ['contents wanted', { kind: 'file', path: '/x', want: ['content'] }], ['one fact a thousand times', { kind: 'file', path: '/x', want: Array(1_000).fill('sha256') }],
    ['a path that is a list', { kind: 'file', path: ['/x'], want: [] }], ['a root of its own', { kind: 'file', path: '/x', want: [], root: '/' }], ['a path of a megabyte', { kind: 'file', path: `/${'x'.repeat(1_048_576)}`, want: [] }],
    ['port 0', { kind: 'port', port: 0 }], ['port 65536', { kind: 'port', port: 65_536 }], ['half a port', { kind: 'port', port: 1.5 }], ['a port as text', { kind: 'port', port: '80' }], ['a pid of 0', { kind: 'process', pid: 0 }], ['a method', { kind: 'http', url: 'http://x/', method: 'POST' }],
    ['something deep', { kind: 'file', path: '/x', want: [], more: deep }], ['no process at all', { kind: 'process' }],
  ])('%s is not understood, and nothing is looked at', async (_, probe) => {
    const lookers = { ...world.lookers, look: () => Promise.reject(new Error('a looker was asked')) };
    const [answer] = await world.probe([probe], { lookers });
    expect(answer).toMatchObject({ host: 'host-1', blind: { code: 'PROBE_NOT_UNDERSTOOD' } });
    expect(JSON.stringify(answer).length).toBeLessThan(600);
  });

  it.each([null, 'x', [], { tenant: 'acme' }, { tenant: ['acme'], probes: [{}] }, { probes: 'all', tenant: 'acme' }])('no list of probes (%j) has no answers', async (request) => {
    const probe = createProbe({ host: 'h', tenants: {}, lookers: world.lookers, lookup: () => Promise.resolve([]), now: Date.now, log: { info() {}, warn() {}, error() {}, debug() {} }, system: '/' });
    expect(await probe(request as never)).toEqual([]);
  });

  it('more than 64 are all blind; exactly 64 are answered in their order', async () => {
    const many = Array.from({ length: 65 }, (_, index) => ({ kind: 'file', path: join(world.root, `f${index}`), want: [] }));
    const answers = await world.probe(many);
    expect(answers.map((one) => ('blind' in one ? one.blind.code : ''))).toEqual(Array(64).fill('PROBES_TOO_MANY'));
    const some = await world.probe(many.slice(0, 64));
    expect(some.map(({ probe }) => probe)).toEqual(many.slice(0, 64));
    expect(new Set(some.map((one) => 'seen' in one && one.seen['exists']))).toEqual(new Set([false]));
  });

  it('never makes an answer of more than 64 KiB, and the short ones are kept', async () => {
    const long = Array.from({ length: 63 }, (_, index) => ({ kind: 'file', path: `${world.root}/${`${'ü'.repeat(100)}/`.repeat(15)}${index}`, want: [] }));
    const answers = await world.probe([{ kind: 'file', path: join(world.root, 'a.txt'), want: ['sha256'] }, ...long]);
    expect(Buffer.byteLength(JSON.stringify(answers))).toBeLessThanOrEqual(65_536);
    expect(answers).toHaveLength(64);
    expect(answers[0]).toMatchObject({ seen: { size: 1 } });
    expect(answers.filter((one) => 'blind' in one && one.blind.code === 'OUTPUT_TOO_LARGE').length).toBeGreaterThan(10);
  });

  it('of a kind that a prober does not know of its own is somebody else’s matter', async () => {
    const answers = await world.probe([...['container', 'image', 'network', 'volume'].map((kind) => ({ kind, name: 'x' })), { kind: 'execution', command: 'docker stop web' }]);
    expect(answers.map((one) => 'blind' in one && one.blind.code)).toEqual(Array(5).fill('NOT_A_PROBER_MATTER'));
  });
});

describe('nothing registered', () => {
  it.each<[string, Record<string, unknown>]>([
    ['PATH_NOT_REGISTERED', { kind: 'file', path: '/tmp', want: [] }], ['PROCESS_NOT_REGISTERED', { kind: 'process', name: 'node' }], ['PROCESS_NOT_REGISTERED', { kind: 'process', pid: 1 }], ['PORT_NOT_REGISTERED', { kind: 'port', port: 22 }],
    ['PORT_NOT_REGISTERED', { kind: 'port', port: 22, address: '127.0.0.1' }], ['HTTP_NOT_REGISTERED', { kind: 'http', url: 'http://127.0.0.1/' }], ['SERVICE_NOT_REGISTERED', { kind: 'service', name: 'ssh' }], ['PACKAGE_NOT_REGISTERED', { kind: 'package', name: 'bash' }],
    ['COMMIT_NOT_REGISTERED', { kind: 'commit', repository: '/srv/git', revision: 'HEAD' }], ['ROWS_NOT_REGISTERED', { kind: 'rows', database: 'shop', table: 'orders' }], ['ROWS_NOT_REGISTERED', { kind: 'rows', database: '__proto__', table: 'x' }],
  ])('is %s with the next step', async (code, probe) => {
    const [answer] = await world.probe([probe], {}, 'globex');
    expect(answer).toMatchObject({ blind: { code, message: expect.stringContaining('prober.yaml') } });
  });
});

describe('ports and processes', () => {
  it('a port is listening or not; an address that is not registered is not tried', async () => {
    expect(await world.look({ kind: 'port', port })).toEqual({ listening: true, addresses: ['127.0.0.1'] });
    expect(await world.look({ kind: 'port', port, address: '127.0.0.1' })).toMatchObject({ listening: true });
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const closed = (other.address() as AddressInfo).port;
    await new Promise((done) => other.close(done));
    expect(await world.look({ kind: 'port', port: closed })).toEqual({ listening: false, addresses: [] });
    for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0', '127.1', '2130706433', 'example.com', '::ffff:127.0.0.1', '127.0.0.2', '[::1]', '127.0.0.1 ', '__proto__']) {
      expect([address, await world.look({ kind: 'port', port, address })]).toEqual([address, { blind: 'PORT_NOT_REGISTERED' }]);
    }
    const tenants = { acme: viewOf(`ports: { addresses: { 127.0.0.1: [${port}] } }`) };
    expect(await world.look({ kind: 'port', port, address: '127.0.0.1' }, { tenants })).toMatchObject({ listening: true });
    expect(await world.look({ kind: 'port', port }, { tenants })).toEqual({ blind: 'PORT_NOT_REGISTERED' });
  });

  it('a process is counted by its exact name, with times and without arguments', async () => {
    const name = basename(process.argv0);
    const seen = await world.look({ kind: 'process', name }, { tenants: { acme: viewOf(`processes: [${name}]`) } });
    expect(Object.keys(seen).sort()).toEqual(['complete', 'count', 'pids', 'started_at']);
    expect(seen['count']).toBeGreaterThan(0);
    expect(seen['pids']).toContain(String(process.pid));
    expect(JSON.stringify(seen)).not.toContain('jest');
    const alone = await world.look({ kind: 'process', pid: process.pid }, { tenants: { acme: viewOf('processes: any') } });
    const started = String(alone['started_at']);
    expect(Math.abs(Date.parse(started) - (Date.now() - process.uptime() * 1_000))).toBeLessThan(5_000);
    const any = { tenants: { acme: viewOf('processes: any') } };
    for (const near of [`${name}x`, name.slice(0, -1), name.toUpperCase(), '', `${name} `, '.*', 'jest']) {
      const answer = await world.look({ kind: 'process', name: near }, any);
      expect(near === '' ? answer : { count: answer['count'] }).toEqual(near === '' ? { blind: 'PROBE_NOT_UNDERSTOOD' } : { count: 0 });
    }
  });

  it('a pid tells nothing of a process that is not visible, not even whether it is there', async () => {
    const visible = { tenants: { acme: viewOf('processes: [no-such-program]') } };
    for (const pid of [1, process.pid, 4_194_303]) expect(await world.look({ kind: 'process', pid }, visible)).toEqual({ blind: 'PROCESS_NOT_REGISTERED' });
    const any = { tenants: { acme: viewOf('processes: any') } };
    expect(await world.look({ kind: 'process', pid: process.pid }, any)).toMatchObject({ count: 1, complete: true });
    expect(await world.look({ kind: 'process', pid: 4_194_303 }, any)).toMatchObject({ count: 0, started_at: null });
  });

  it('where the first process is hidden, so may be all others', async () => {
    const system = join(world.dir, 'hidden');
    mkdirSync(join(system, 'proc'), { recursive: true });
    writeFileSync(join(system, 'proc', 'stat'), 'btime 1700000000\n');
    expect(await world.look({ kind: 'process', name: 'node' }, { system })).toEqual({ blind: 'PROCESS_INVISIBLE' });
  });
});

describe('a look that hangs', () => {
  it('is given up, its looker is killed and replaced, and the looks beside it are not held up', async () => {
    // It takes every task and answers none: a file system that hangs.
    const script = join(world.dir, 'stuck.js');
    writeFileSync(script, `process.on('message', (task) => { if (!task.segments.includes('hang')) process.send({ seen: { exists: true } }); }); process.on('disconnect', () => process.exit());`);
    const lookers = createLookers({ script });
    // A looker has to come up within its time, on a machine that is busy with other things too.
    const limits = { callMs: 15_000, lookerMs: 1_500 };
    const before = performance.now();
    const probes = ['hang/1', 'a', 'hang/2', 'b', 'hang/3', 'c'].map((path) => ({ kind: 'file', path: join(world.root, path), want: [] }));
    const others = Promise.all(Array.from({ length: 8 }, () => world.probe([{ kind: 'file', path: join(world.root, 'a'), want: [] }], { lookers, limits, tenants: { other: viewOf(`roots: [${world.root}]`) } }, 'other')));
    const answers = await world.probe(probes, { lookers, limits });
    const othersAnswers = (await others).flat();
    expect(performance.now() - before).toBeLessThan(limits.callMs);
    expect(othersAnswers.every((one) => 'seen' in one)).toBe(true);
    for (const index of [0, 2, 4]) expect(answers[index]).toMatchObject({ blind: { code: 'PROBE_TIMED_OUT' } });
    const after = await world.probe([probes[1]], { lookers });
    expect(after[0]).toMatchObject({ seen: { exists: true } });
    await lookers.close();
  });

  it('also one that is stopped in the middle (SIGSTOP): a real looker is ended by its pid', async () => {
    const lookers = createLookers({ script: LOOKER_SCRIPT, count: 2 });
    const one = { kind: 'file', path: join(world.root, 'a.txt'), want: ['sha256'] };
    expect((await world.probe([one], { lookers }))[0]).toMatchObject({ seen: { size: 1 } });
    const [pid = 0] = lookers.pids();
    process.kill(pid, 'SIGSTOP');
    expect((await world.probe([one], { lookers, limits: { callMs: 1_000, lookerMs: 300 } }))[0]).toMatchObject({ blind: { code: 'PROBE_TIMED_OUT' } });
    await until('the stopped looker is gone', () => identityOf(pid) === null);
    expect((await world.probe([one], { lookers }))[0]).toMatchObject({ seen: { size: 1 } });
    expect(lookers.pids()).not.toContain(pid);
    process.kill(lookers.pids()[0] ?? 0, 'SIGKILL');
    expect(await until('it looks again after a kill -9', async () => 'seen' in ((await world.probe([one], { lookers }))[0] ?? {}))).toBe(true);
    await lookers.close();
    expect(lookers.pids()).toEqual([]);
  });

  it('64 of them end with the call, not after it', async () => {
    const script = join(world.dir, 'dead.js');
    writeFileSync(script, `process.on('message', () => undefined); process.on('disconnect', () => process.exit());`);
    const lookers = createLookers({ script });
    const before = performance.now();
    const answers = await world.probe(Array.from({ length: 64 }, (_, index) => ({ kind: 'file', path: join(world.root, `f${index}`), want: [] })), { lookers, limits: { callMs: 1_500, lookerMs: 500 } });
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(new Set(answers.map((one) => 'blind' in one && one.blind.code))).toEqual(new Set(['PROBE_TIMED_OUT']));
    await lookers.close();
  });
});
