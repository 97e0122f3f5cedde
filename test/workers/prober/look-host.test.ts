/** Packages, services, repositories and rows: real files of their formats, a real Git, a real Postgres. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../support/stack-database';
import { openProberWorld, viewOf, type ProberWorld } from './prober-world';

let world: ProberWorld;
beforeAll(() => {
  world = openProberWorld((root) => `roots: [${root}]`);
});
afterAll(() => world.close());

const viewed = (text: string) => ({ tenants: { acme: viewOf(text) } });

describe('packages', () => {
  const look = (name: string, more = {}) => world.look({ kind: 'package', name }, { ...viewed('packages: any'), ...more });

  it('are looked up in dpkg’s own database', async () => {
    const system = join(world.dir, 'debian');
    mkdirSync(join(system, 'var/lib/dpkg'), { recursive: true });
    expect(await look('bash', { system })).toEqual({ blind: 'PACKAGE_NO_DATABASE' });
    writeFileSync(join(system, 'var/lib/dpkg/status'), [
      'Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.27.0-1\nDescription: web\n Package: evil\n Version: 6.6.6\n',
      'Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1.0\n',
      'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41\n', 'Package: libc6\nStatus: install ok installed\nArchitecture: i386\nVersion: 2.40\n',
    ].join('\n'));
    expect(await look('nginx', { system })).toEqual({ exists: true, version: '1.27.0-1', manager: 'dpkg' });
    for (const name of ['gone', 'evil', 'ngin', 'nginx-full']) expect(await look(name, { system })).toEqual({ exists: false, version: null, manager: 'dpkg' });
    expect(await look('libc6', { system })).toMatchObject({ exists: true, version: null });
    expect(await look('libc6:i386', { system })).toMatchObject({ version: '2.40' });
    for (const name of ['../bash', 'a b', 'nginx\nVersion: 2', 'NGINX', '.*']) expect(await look(name, { system })).toEqual({ blind: 'PACKAGE_NOT_REGISTERED' });
    if (existsSync('/var/lib/dpkg/status')) expect(await look('dpkg')).toMatchObject({ exists: true });
  });
});

it('services run when systemd’s control group of them holds a process', async () => {
  const system = join(world.dir, 'systemd');
  const look = (name: string) => world.look({ kind: 'service', name }, { system, ...viewed('services: [nginx, cron.service, ghost, "getty@tty1", ssh]') });
  expect(await look('nginx')).toEqual({ blind: 'SERVICE_NO_SUPERVISOR' });
  for (const path of ['run/systemd/system', 'etc/systemd/system', 'usr/lib/systemd/system', 'sys/fs/cgroup/system.slice/nginx.service/worker', 'sys/fs/cgroup/system.slice/ssh.service']) mkdirSync(join(system, path), { recursive: true });
  for (const unit of ['nginx', 'cron', 'getty@', 'ssh']) writeFileSync(join(system, `usr/lib/systemd/system/${unit}.service`), '[Service]\n');
  writeFileSync(join(system, 'sys/fs/cgroup/system.slice/nginx.service/cgroup.procs'), '');
  writeFileSync(join(system, 'sys/fs/cgroup/system.slice/nginx.service/cgroup.events'), 'populated 1\nfrozen 0\n');
  writeFileSync(join(system, 'sys/fs/cgroup/system.slice/ssh.service/cgroup.procs'), '42\n');
  expect(await look('nginx')).toEqual({ exists: true, state: 'active' });
  expect(await look('ssh.service')).toEqual({ exists: true, state: 'active' });
  for (const name of ['cron', 'getty@tty1']) expect(await look(name)).toEqual({ exists: true, state: 'not_running' });
  expect(await look('ghost')).toEqual({ exists: false });
  // What is active after its work has no process either.
  writeFileSync(join(system, 'usr/lib/systemd/system/cron.service'), '[Service]\nType=oneshot\n');
  expect(await look('cron')).toEqual({ exists: true, state: null });
  for (const name of ['../../proc', 'docker', 'nginx.socket']) expect(await look(name)).toEqual({ blind: 'SERVICE_NOT_REGISTERED' });
});

describe('repositories', () => {
  let repository: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', HOME: world.dir, GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' }, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const look = (revision: string, named = 'shop') => world.look({ kind: 'commit', repository: named, revision }, viewed(`repositories: { shop: ${repository} }`));

  beforeAll(() => {
    repository = join(world.root, 'shop');
    mkdirSync(repository);
    git('init', '-q', '-b', 'main');
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(join(repository, 'file'), text);
      git('add', 'file');
      git('commit', '-q', '-m', text);
    }
    git('tag', '-a', 'v1', '-m', 'first');
    git('branch', 'release/1');
  });

  const expectAll = async (): Promise<void> => {
    const id = git('rev-parse', 'HEAD');
    const found = { exists: true, revision: id, committed_at: '2026-01-02T03:04:05.000Z', subject: expect.any(String), branches: ['main', 'release/1'], remotes: null, branch: 'main', head: id };
    for (const revision of ['HEAD', 'main', id, id.slice(0, 7), id.slice(0, 12).toUpperCase(), 'v1', 'release/1', 'refs/heads/main']) expect([revision, await look(revision)]).toEqual([revision, found]);
    expect(await look(git('rev-parse', 'HEAD~2'))).toMatchObject({ exists: true, head: id, branches: ['main', 'release/1'] });
    expect(await look('main', repository)).toEqual(found);
    // A tree and a file have ids too.
    for (const revision of [git('rev-parse', 'HEAD^{tree}'), git('rev-parse', 'HEAD:file'), '0'.repeat(40), 'f'.repeat(40), 'nobranch', 'release', 'HEAD~1', '../../../etc/passwd', 'refs/../HEAD', 'x'.repeat(300), '--help', 'main:file', '@{u}']) {
      expect([revision, await look(revision)]).toEqual([revision, { exists: false, branch: 'main', head: id }]);
    }
  };

  it('are read loose', () => expectAll());

  it('are read packed, differences and all', async () => {
    git('repack', '-adq', '--depth=50', '--window=50');
    git('pack-refs', '--all', '--prune');
    expect(existsSync(join(repository, '.git/refs/heads/main'))).toBe(false);
    await expectAll();
  });

  it('tell nothing of what they borrow, or of a form that is not known', async () => {
    const absent = '1'.repeat(40);
    writeFileSync(join(repository, '.git/shallow'), '');
    expect(await look(absent)).toEqual({ blind: 'COMMIT_UNREADABLE' });
    expect(await look('main')).toMatchObject({ exists: true });
    renameSync(join(repository, '.git/shallow'), join(repository, '.git/was-shallow'));
    const config = readFileSync(join(repository, '.git/config'), 'utf8');
    writeFileSync(join(repository, '.git/config'), `${config}[extensions]\n\trefStorage = reftable\n`);
    expect(await look('main')).toEqual({ blind: 'COMMIT_UNREADABLE' });
    writeFileSync(join(repository, '.git/config'), config);
  });

  it('run nothing, and lead nowhere: hooks, fsmonitor and links of a hostile one', async () => {
    writeFileSync(join(repository, '.git/config'), `[core]\n\tfsmonitor = touch ${join(world.dir, 'ran')}\n`);
    expect(await look('main')).toMatchObject({ exists: true });
    expect(existsSync(join(world.dir, 'ran'))).toBe(false);
    renameSync(join(repository, '.git'), join(world.dir, 'elsewhere.git'));
    symlinkSync(join(world.dir, 'elsewhere.git'), join(repository, '.git'));
    expect(await look('main')).toEqual({ blind: 'COMMIT_UNREADABLE' });
    expect(await look('main', world.dir)).toEqual({ blind: 'COMMIT_NOT_REGISTERED' });
  });
});

describe('rows', () => {
  let database: TestDatabase;
  let owner: Pool;
  beforeAll(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 2 });
    await owner.query('create table public.orders as select generate_series(1, 1042) as id');
    await owner.query('create schema shop; create table shop."items" as select 1 as id; create table public.secrets as select 1 as id');
    await owner.query(`create table public.written (at int); create function public.writes() returns int language sql as 'insert into public.written values (1) returning at'; create view public.trap as select public.writes() as id offset 0`);
    await owner.query(`create view public.slow as select pg_sleep(30)::text as id offset 0`);
    writeFileSync(join(world.dir, 'db.url'), `${database.ownerUrl}\n`, { mode: 0o600 });
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });
  const look = (table: string, named = 'shop') => world.look({ kind: 'rows', database: named, table }, viewed(`databases: { shop: { url_file: ${join(world.dir, 'db.url')}, tables: [orders, shop.items, trap, slow, missing] } }`));

  it('are counted in registered tables, by either name', async () => {
    for (const table of ['orders', 'public.orders']) expect(await look(table)).toEqual({ exists: true, count: 1_042 });
    expect(await look('shop.items')).toEqual({ exists: true, count: 1 });
    for (const table of ['secrets', 'items', 'public.items', 'orders; drop table orders', 'orders"', 'pg_catalog.pg_authid', 'Orders']) expect(await look(table)).toEqual({ blind: 'ROWS_NOT_REGISTERED' });
    expect(await look('orders', 'other')).toEqual({ blind: 'ROWS_NOT_REGISTERED' });
  });

  it('are not counted by what writes or takes too long; a table that is not there is told so', async () => {
    expect(await look('trap')).toEqual({ blind: 'ROWS_UNREADABLE' });
    expect((await owner.query('select count(*)::int as n from public.written')).rows).toEqual([{ n: 0 }]);
    const before = performance.now();
    expect(await look('slow')).toEqual({ blind: 'ROWS_UNREADABLE' });
    expect(performance.now() - before).toBeLessThan(9_500);
    expect(await look('missing')).toEqual({ exists: false });
  });

  it('are not counted when others may read the file with the URL', async () => {
    chmodSync(join(world.dir, 'db.url'), 0o644);
    expect(await look('orders')).toEqual({ blind: 'ROWS_UNREADABLE' });
  });
});
