/** CLAIM_WORLD made of real things: files and a repository below a root, containers on the engine, a server, a process, executions through the gate. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../platform/free-port';
import type { Running } from '../../platform/running';
import { CLAIM_WORLD, placed, type WorldPlaces } from './claim-world-data';
import { openDockerWorld, type DockerWorld } from './docker-world';
import { DEFAULT_POLICY, startStack, type Stack } from './stack';
import { startStackProber } from './stack-prober';
import { until } from './until';

export interface RealClaimWorld {
  readonly stack: Stack;
  /** The claim with the places and names of this world. */
  text(claim: string): string;
  close(): Promise<void>;
}

/** Ends with 0 when it is asked to stop. */
const OBEDIENT = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1000 & wait; done'];

export async function openRealClaimWorld(): Promise<RealClaimWorld> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'wm-claim-')));
  const closers: (() => Promise<unknown> | void)[] = [() => rmSync(top, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of [...closers].reverse()) await step();
  };
  try {
    const docker = await openDockerWorld();
    closers.push(() => docker.close());
    const server = await serve();
    closers.push(() => new Promise((done) => server.close(done)));
    const child = runProcess(top, `clm-${docker.run}`);
    closers.push(() => void child.kill('SIGKILL'));
    const places: WorldPlaces = {
      root: join(top, 'root'), http: `http://127.0.0.1:${String(portOf(server))}`, port: String(portOf(server)), closed: String(await freePort()),
      published: await makeContainers(docker), image: docker.image, other_image: docker.image.replace(/:.*/, ':never'),
      process: `clm-${docker.run}`, pid: String(child.pid), backup_sha256: createHash('sha256').update('\0'.repeat(10_240)).digest('hex'),
    };
    const revision = makeFiles(places);
    const stack = await startStack({ environments: ['dev'], policySource: DEFAULT_POLICY.replace('requests_per_minute_per_agent: 60', 'requests_per_minute_per_agent: 600') });
    closers.push(() => stack.close());
    const prober: Running = await startStackProber(stack, {
      default: {
        roots: [places.root], ports: { loopback: 'any' }, processes: 'any', services: [...Object.keys(CLAIM_WORLD.services), 'claim-nobody'], packages: 'any', repositories: { repo: join(places.root, 'repo') },
        databases: { shop: { url_file: await makeRows(stack, top), tables: ['orders', 'invoices'] } },
        http: [{ url: places.http, private: true }, { url: `http://127.0.0.1:${places.closed}`, private: true }],
      },
    }, { system: makeSystem(top) });
    closers.push(() => prober.close());
    const executions = await makeExecutions(stack, docker);
    const text = (claim: string): string =>
      placed(claim, places)
        .replace(/\bclaim-(web|db|batch|broken|held|ghost|net|data)\b/g, (_, short: string) => docker.name(short))
        .replace(/\babc1234\b/g, revision.slice(0, 7))
        .replace(/\b(execution) (e-\d)\b/gi, (_, word: string, id: string) => `${word} ${executions[id] ?? '00000000-0000-4000-8000-000000000000'}`);
    return { stack, text, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const status = CLAIM_WORLD.routes[request.url ?? ''] ?? 404;
    response.writeHead(status, status === 302 ? { location: '/health' } : {}).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

/** A program of our own name: the kernel tells of the file that runs. */
function runProcess(dir: string, name: string): ChildProcess {
  const program = join(dir, name);
  copyFileSync('/bin/sleep', program);
  chmodSync(program, 0o755);
  return spawn(program, ['100000'], { stdio: 'ignore' });
}

/** @returns the commit */
function makeFiles(places: WorldPlaces): string {
  const { root } = places;
  mkdirSync(root);
  for (const directory of CLAIM_WORLD.directories) mkdirSync(placed(directory, places), { recursive: true });
  for (const { path, content, mode, written_ago } of CLAIM_WORLD.files) {
    const file = placed(path, places);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (mode !== undefined) chmodSync(file, parseInt(mode, 8));
    const at = Date.now() / 1000 - (written_ago ?? 0);
    if (written_ago !== undefined) utimesSync(file, at, at);
  }
  const repository = join(root, 'repo');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: root } }).trim();
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  return git('rev-parse', 'HEAD');
}

/** Services and packages as systemd and dpkg leave them in files; processes are the machine's. */
function makeSystem(top: string): string {
  const system = join(top, 'system');
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(system, path)), { recursive: true });
    writeFileSync(join(system, path), content);
  };
  mkdirSync(join(system, 'run/systemd/system'), { recursive: true });
  symlinkSync('/proc', join(system, 'proc'));
  for (const [name, { state }] of Object.entries(CLAIM_WORLD.services)) {
    write(`usr/lib/systemd/system/${name}.service`, '[Service]\n');
    if (state === 'active') write(`sys/fs/cgroup/system.slice/${name}.service/cgroup.events`, 'populated 1\n');
  }
  write('var/lib/dpkg/status', Object.entries(CLAIM_WORLD.packages).map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`).join(''));
  return system;
}

/** @returns the file with the URL that leads to them */
async function makeRows(stack: Stack, top: string): Promise<string> {
  const { table, count } = CLAIM_WORLD.rows;
  await stack.sql(`create table public.${table} as select generate_series(1, ${String(count)}) as id`);
  const file = join(top, 'shop.url');
  writeFileSync(file, stack.database.ownerUrl, { mode: 0o600 });
  return file;
}

/** @returns the port that claim-web publishes */
async function makeContainers(docker: DockerWorld): Promise<string> {
  const web = await docker.createContainer({ name: docker.name('web'), cmd: OBEDIENT, publish: ['80/tcp'] });
  await docker.createContainer({ name: docker.name('db'), cmd: OBEDIENT });
  await docker.createContainer({ name: docker.name('batch'), cmd: OBEDIENT });
  const broken = await docker.createContainer({ name: docker.name('broken'), cmd: ['sh', '-c', 'exit 3'] });
  const held = await docker.createContainer({ name: docker.name('held'), cmd: OBEDIENT });
  await docker.createContainer({ name: docker.name('ghost'), cmd: ['/no/such/program'], start: false, hostConfig: { Init: false } });
  await docker.call({ method: 'POST', path: `/containers/${held.id}/pause`, answer: 'none', expect: [204] });
  const network = await docker.createNetwork('net');
  await docker.createVolume('data');
  await docker.call({ method: 'POST', path: `/networks/${network.id}/connect`, body: { Container: web.id }, answer: 'none', expect: [200] });
  const stateOf = async (id: string): Promise<{ readonly Status: string }> => ((await docker.get(`/containers/${id}/json`)) as { State: { Status: string } }).State;
  await until('the broken one has ended', async () => (await stateOf(broken.id)).Status === 'exited');
  const seen = (await docker.get(`/containers/${web.id}/json`)) as { NetworkSettings: { Ports: Record<string, readonly { HostPort: string }[] | null> } };
  return seen.NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
}

/** Through approval and gateway, in the order of the ledger's rows. @returns their ids */
async function makeExecutions(stack: Stack, docker: DockerWorld): Promise<Readonly<Record<string, string>>> {
  const run = async (command: string): Promise<string> => {
    const asked = await stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: command, instruction: 'Do it.', deployment_env: 'dev', commands: [command], execute: true });
    const id = String(asked.body['request'].request_id);
    await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    return until(`${command} has ended`, async () => {
      const { body } = await stack.call('GET', `/approvals/${id}`, stack.operator_key);
      const row = (body['executions'] as readonly { execution_id: string; finished_at: string | null }[] | undefined)?.[0];
      return row?.finished_at == null ? null : row.execution_id;
    });
  };
  const name = (short: string): string => docker.name(short);
  await until('the gateway sees the containers', async () => {
    const rows = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${name('ghost')}%`]);
    return rows.some(({ seen }) => seen);
  });
  const executions = {
    'e-1': await run(`docker restart ${name('db')}`),
    'e-2': await run(`docker start ${name('ghost')}`),
    'e-3': await run(`docker stop ${name('batch')}`),
  };
  await docker.removeContainer(name('ghost'));
  return executions;
}
