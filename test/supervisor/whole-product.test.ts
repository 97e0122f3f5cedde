/** `npm start` as a person meets it: the built supervisor on an empty data directory, with real parts and a real engine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../platform/free-port';
import { lockHolder } from '../../supervisor/lock-file';
import { orphanPostgresPort } from '../../supervisor/orphan-postgres';
import { identityOf, parseIdentity } from '../../supervisor/process-identity';
import { DOCKER_SOCKET, openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

const MAIN = join(__dirname, '..', '..', 'dist', 'supervisor', 'main.js');
const MINUTE = 60_000;

jest.setTimeout(3 * MINUTE);

interface Start {
  readonly pid: number;
  /** Everything that was on the screen until now. */
  screen(): string;
  readonly ended: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

const starts: ChildProcess[] = [];
let dataDir: string;
let port: number;
let docker: DockerWorld;

beforeAll(async () => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built; run \`npm run build\` before this suite`);
  dataDir = mkdtempSync(join(tmpdir(), 'wingman-whole-'));
  port = await freePort();
  docker = await openDockerWorld();
});

afterAll(async () => {
  for (const child of starts) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
  await docker.close();
});

function start(env: Readonly<Record<string, string>> = {}): Start {
  const { PATH = '', HOME = '', XDG_CACHE_HOME = '', WINGMAN_TEMPORAL_BIN = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, XDG_CACHE_HOME, WINGMAN_TEMPORAL_BIN, WINGMAN_DATA_DIR: dataDir, WINGMAN_PORT: String(port), WINGMAN_DOCKER_SOCKET: DOCKER_SOCKET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  starts.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { pid: child.pid ?? 0, screen: () => text, ended, signal: (signal) => child.kill(signal) };
}

async function startAndWait(): Promise<Start> {
  const started = start();
  let code: number | null | undefined;
  void started.ended.then((value) => (code = value));
  await until('Wingman is up', () => {
    if (code !== undefined) throw new Error(`it ended with ${String(code)}: ${started.screen()}`);
    return started.screen().includes('Stop: Ctrl-C');
  }, 2 * MINUTE);
  return started;
}

/** The pids of the parts, by name, from the table on the screen. */
function partsOf(started: Start): ReadonlyMap<string, number> {
  return new Map([...started.screen().matchAll(/^ {2}(\w+) +ready +(\d+)/gm)].map(([, name = '', pid]) => [name, Number(pid)]));
}

async function call(method: string, path: string, key: string, body?: unknown): Promise<{ readonly status: number; readonly body: Record<string, any> }> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
}

const credentials = (): Record<string, string> => JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as Record<string, string>;

async function startedAt(container: string): Promise<string> {
  const { State } = (await docker.get(`/containers/${container}/json`)) as { State: { StartedAt: string } };
  return State.StartedAt;
}

/** As printed, but on a container of this test: `demo` may be somebody's on this engine. */
async function firstRequest(screen: string): Promise<string> {
  const [, key = '', json = ''] = /^ {2}curl -sS .*'Authorization: Bearer ([^']+)'.* -d '([^']+)'$/m.exec(screen) ?? [];
  const body = JSON.parse(json) as Record<string, unknown>;
  expect(body).toMatchObject({ worker_id: 'agent-1', commands: ['docker restart demo'], execute: true, deployment_env: 'dev' });
  const container = await docker.createContainer({ cmd: ['sleep', '100000'] });
  const before = await startedAt(container.id);
  // The gateway's inventory follows the engine's events.
  const asked = await until('the request is PENDING', async () => {
    const answer = await call('POST', '/approvals/request', key, { ...body, task_name: `Restart ${container.name}`, commands: [`docker restart ${container.name}`] });
    return answer.body['status'] === 'PENDING' ? answer : null;
  });
  const id = String(asked.body['request'].request_id);
  expect((await call('POST', `/approvals/${id}/approve`, credentials()['reviewer_key'] ?? '', {})).status).toBe(200);
  await until('it was executed', async () => (await call('GET', `/approvals/${id}`, key)).body['execution_status'] === 'SUCCEEDED');
  expect(await startedAt(container.id)).not.toBe(before);
  return id;
}

it('comes up on an empty directory, runs the printed request, survives kill -9 of itself and of a part, and stops in order', async () => {
  const first = await startAndWait();
  expect([...partsOf(first).keys()]).toEqual(['postgres', 'temporal', 'api', 'worker', 'gateway', 'prober']);
  expect(lockHolder(join(dataDir, 'lock'))?.pid).toBe(first.pid);
  const id = await firstRequest(first.screen());

  // A second supervisor on the same directory is told so.
  const second = start({ WINGMAN_PORT: String(await freePort()) });
  expect(await second.ended).toBe(1);
  expect(second.screen()).toMatch(/^wingman: Wingman already runs on this data directory \(pid \d+.*\n {2}Fix: /m);

  // A part that is killed comes back, and the screen says so.
  const api = partsOf(first).get('api') ?? 0;
  process.kill(api, 'SIGKILL');
  await until('the API is back', () => first.screen().includes('api: ready again'));
  expect(first.screen()).toContain('api ended (ended with SIGKILL); it is started again');

  // The supervisor is killed: the next start is not hindered, and nothing is lost.
  const before = partsOf(first);
  first.signal('SIGKILL');
  await first.ended;
  const third = await startAndWait();
  for (const name of ['temporal', 'api', 'worker', 'gateway', 'prober']) expect(identityOf(before.get(name) ?? 0)).toBeNull();
  expect((await call('GET', `/approvals/${id}`, credentials()['reviewer_key'] ?? '')).body).toMatchObject({ status: 'APPROVED', execution_status: 'SUCCEEDED' });
  await firstRequest(third.screen());

  // Ctrl-C.
  const parts = partsOf(third);
  third.signal('SIGINT');
  expect(await third.ended).toBe(0);
  expect([...third.screen().matchAll(/stopping (\w+)$/gm)].map(([, name]) => name)).toEqual(['prober', 'gateway', 'worker', 'api', 'temporal', 'postgres']);
  for (const pid of parts.values()) expect(identityOf(pid)).toBeNull();
  expect(readdirSync(join(dataDir, 'pids'))).toEqual([]);
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  expect(orphanPostgresPort(join(dataDir, 'postgres'))).toEqual({});
});

it('holds no key and no database role in a part that must not have it', async () => {
  const started = await startAndWait();
  const environmentOf = (name: string): string => readFileSync(`/proc/${String(partsOf(started).get(name))}/environ`, 'utf8');
  const expected: Readonly<Record<string, { readonly role: string; readonly keys: string }>> = {
    api: { role: 'wingman_api', keys: join(dataDir, 'keys', 'api') },
    worker: { role: 'wingman_worker', keys: join(dataDir, 'keys', 'worker') },
    gateway: { role: 'wingman_gateway', keys: join(dataDir, 'keys', 'gateway') },
  };
  const passwords = JSON.parse(readFileSync(join(dataDir, 'role-passwords.json'), 'utf8')) as Record<string, string>;
  for (const [name, { role, keys }] of Object.entries(expected)) {
    const environment = environmentOf(name);
    expect(environment).toContain(`WINGMAN_KEYS_DIR=${keys}\0`);
    const held = Object.keys(passwords).filter((candidate) => environment.includes(passwords[candidate] ?? '?'));
    expect(held).toEqual([role]);
    expect(environment.includes('WINGMAN_DOCKER_SOCKET')).toBe(name === 'gateway');
    expect(environment).not.toContain(`HOME=${process.env['HOME'] ?? '?'}`);
  }
  const prober = environmentOf('prober');
  expect(prober).toContain(`WINGMAN_KEYS_DIR=${join(dataDir, 'keys', 'prober')}\0`);
  expect(Object.values(passwords).filter((password) => prober.includes(password))).toEqual([]);
  expect(prober).not.toMatch(/WINGMAN_(?:DATABASE_URL|DOCKER_SOCKET|KEY)=/);
  expect(readdirSync(join(dataDir, 'keys', 'prober')).sort()).toEqual(['codec-keys.json', 'keyset.json']);
  const recorded = parseIdentity(readFileSync(join(dataDir, 'pids', 'gateway.pid'), 'utf8'));
  expect(recorded?.pid).toBe(partsOf(started).get('gateway'));
  started.signal('SIGTERM');
  expect(await started.ended).toBe(0);
});

it('says in one line and a fix that the port is taken, and leaves nothing running', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const busy = (other.address() as AddressInfo).port;
  const started = start({ WINGMAN_PORT: String(busy) });
  expect(await started.ended).toBe(1);
  expect(started.screen()).toMatch(new RegExp(`wingman: port ${String(busy)} on 127\\.0\\.0\\.1 is taken by another program.*\\n {2}Fix: set WINGMAN_PORT`));
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  other.close();
});

it('comes up without an engine, and says what does not work', async () => {
  const started = start({ WINGMAN_DOCKER_SOCKET: join(dataDir, 'absent.sock') });
  await until('Wingman is up', () => started.screen().includes('Stop: Ctrl-C'), 2 * MINUTE);
  expect(started.screen()).toMatch(/gateway +ready +\d+ +no Docker engine: there is no socket/);
  expect(started.screen()).toContain('No Docker engine answers: requests can be made and decided, but nothing is executed');
  started.signal('SIGTERM');
  expect(await started.ended).toBe(0);
});

it.each([
  [{ WINGMAN_PORT: 'eight' }, /wingman: WINGMAN_PORT=eight is not a port\.\n {2}Fix: /],
  [{ WINGMAN_DATA_DIR: __filename }, /wingman: the data directory .* is not a directory\.\n {2}Fix: /],
  [{ WINGMAN_TEMPORAL_BIN: '/bin/true' }, /wingman: WINGMAN_TEMPORAL_BIN=\/bin\/true: .*Name another binary/],
])('ends with 1 and a fix for %p', async (env, expected) => {
  const started = start(env);
  expect(await started.ended).toBe(1);
  expect(started.screen()).toMatch(expected);
  expect(started.screen()).not.toMatch(/^\s+at /m);
});
