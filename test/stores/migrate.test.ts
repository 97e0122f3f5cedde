import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../stores/migrate';
import { sharedServers } from '../support/shared-servers';

const OURS = join(__dirname, '..', '..', 'stores', 'migrations');
const FILES = readdirSync(OURS).filter((name) => name.endsWith('.sql')).sort();

async function asOwner<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  let name: string;
  let url: string;
  let directory: string;
  beforeEach(async () => {
    name = `t_${randomBytes(6).toString('hex')}`;
    url = sharedServers().postgresUrl.replace(/\/[^/]*$/, `/${name}`);
    await asOwner(sharedServers().postgresUrl, (client) => client.query(`create database ${name}`));
    directory = mkdtempSync(join(tmpdir(), 'wingman-migrations-'));
  });
  afterEach(async () => {
    await asOwner(sharedServers().postgresUrl, (client) => client.query(`drop database ${name} with (force)`));
    rmSync(directory, { recursive: true });
  });
  const write = (file: string, sql: string): void => writeFileSync(join(directory, file), sql);
  const count = (table: string): Promise<number> => asOwner(url, async (client) => Number((await client.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n));

  it('bring an empty database up, in order, and do nothing the second time', async () => {
    expect(await migrate(url)).toEqual({ applied: FILES });
    expect(await migrate(url)).toEqual({ applied: [] });
  });

  it('are applied once when several processes start together', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
    expect(all.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, FILES.length]);
  });

  it('bring up two databases of one cluster at the same time', async () => {
    const other = `${name}_b`;
    await asOwner(sharedServers().postgresUrl, (client) => client.query(`create database ${other}`));
    const both = await Promise.all([migrate(url), migrate(url.replace(name, other))]);
    await asOwner(sharedServers().postgresUrl, (client) => client.query(`drop database ${other} with (force)`));
    expect(both).toEqual([{ applied: FILES }, { applied: FILES }]);
  });

  it('go on from where an older version was', async () => {
    write('001_a.sql', 'create table public.a (x int)');
    await migrate(url, directory);
    write('002_b.sql', 'create table public.b (x int)');
    expect(await migrate(url, directory)).toEqual({ applied: ['002_b.sql'] });
  });

  it('refuse an applied file that was changed, by as little as a comment', async () => {
    write('001_a.sql', 'create table public.a (x int)');
    await migrate(url, directory);
    write('001_a.sql', 'create table public.a (x int) -- a');
    await expect(migrate(url, directory)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { name: '001_a.sql' } });
  });

  it('refuse a database that a newer version has been at', async () => {
    cpSync(OURS, directory, { recursive: true });
    write('999_future.sql', 'create table public.future (x int)');
    await migrate(url, directory);
    await expect(migrate(url)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { name: '999_future.sql' } });
  });

  it('refuse a new file that comes before an applied one', async () => {
    write('002_b.sql', 'create table public.b (x int)');
    await migrate(url, directory);
    write('001_a.sql', 'create table public.a (x int)');
    await expect(migrate(url, directory)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { name: '001_a.sql' } });
  });

  it('keep nothing of a file that fails, and all of those before it', async () => {
    write('001_a.sql', 'create table public.a (x int)');
    write('002_b.sql', 'create table public.b (x int); select nonsense');
    await expect(migrate(url, directory)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { name: '002_b.sql' } });
    expect(await count('public.wingman_migrations')).toBe(1);
    await expect(count('public.b')).rejects.toMatchObject({ code: '42P01' });
    write('002_b.sql', 'create table public.b (x int)');
    expect(await migrate(url, directory)).toEqual({ applied: ['002_b.sql'] });
  });

  it('say that the database is away when nobody answers', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    await expect(migrate(`postgres://wingman@127.0.0.1:${String(port)}/wingman`)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('leave nothing to PUBLIC: no table, no function', async () => {
    await migrate(url);
    const open = await asOwner(url, (client) =>
      client.query<{ name: string }>(`
        select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'wingman' and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))
        union all
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'wingman' and exists (select from aclexplode(c.relacl) a where a.grantee = 0)`),
    );
    expect(open.rows).toEqual([]);
  });

  it('give a function of a later migration to nobody but whom it is granted to', async () => {
    await migrate(url);
    const { rows } = await asOwner(url, async (client) => {
      await client.query('create function wingman.later() returns int language sql as $$ select 1 $$');
      return client.query<{ may: boolean }>(`select has_function_privilege('wingman_api', 'wingman.later()', 'execute') as may`);
    });
    expect(rows).toEqual([{ may: false }]);
  });
});
