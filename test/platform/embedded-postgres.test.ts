import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type RunningPostgres } from '../../platform/embedded-postgres';
import { identityOf } from '../../supervisor/process-identity';
import { until } from '../support/until';

let parent: string;
let dir: string;
const running: RunningPostgres[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wingman-postgres-'));
  dir = join(parent, 'postgres');
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('immediate');
  rmSync(parent, { recursive: true, force: true });
});

async function start(durable = false): Promise<RunningPostgres> {
  const server = await startPostgres({ dir, durable });
  running.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function killed(server: RunningPostgres): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await until('the server is gone', () => identityOf(server.pid) === null);
}

it('serves on the loopback alone, with a password that only its owner can read, and keeps what it was given', async () => {
  const first = await start(true);
  expect(await ask(first.url, `select current_setting('listen_addresses') as listens, current_setting('fsync') as fsync`)).toEqual([{ listens: '127.0.0.1', fsync: 'on' }]);
  expect(statSync(`${dir}.password`).mode & 0o077).toBe(0);
  expect(statSync(dir).mode & 0o077).toBe(0);
  await ask(first.url, 'create table kept (n int); insert into kept values (7)');
  await first.stop();
  const second = await start(true);
  expect(second.reused).toBe(false);
  expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

it('refuses a wrong password', async () => {
  const { url } = await start();
  await expect(ask(url.replace(/:[^:@/]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

it('takes over a server that outlived whoever started it, also one that was cut off before its database was made', async () => {
  const first = await start();
  await ask(first.url.replace(/\/wingman$/, '/postgres'), 'drop database wingman');
  const second = await start();
  expect(second).toMatchObject({ pid: first.pid, port: first.port, reused: true });
  expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

it('comes back after kill -9 with what was committed', async () => {
  const first = await start(true);
  await ask(first.url, 'create table kept (n int); insert into kept values (7)');
  await killed(first);
  const second = await start(true);
  expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

it('comes back when the pid of the killed server is somebody else\'s now', async () => {
  const first = await start();
  await killed(first);
  const file = join(dir, 'postmaster.pid');
  const [, ...others] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [String(process.pid), ...others].join('\n'));
  const second = await start();
  expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

it('makes the database anew when its making was cut off', async () => {
  mkdirSync(`${dir}.draft`);
  writeFileSync(join(`${dir}.draft`, 'PG_VERSION'), '18\n');
  const server = await start();
  expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(readdirSync(parent).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
});

it('says in the server\'s own words why it does not start', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(dir, 'postgresql.conf'), 'no_such_setting = 1\n');
  await expect(start()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('no_such_setting') as unknown });
});
