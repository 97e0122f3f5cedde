/** Brings a database to the schema of this version. Migrations are append-only: one that was applied may never change. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { WingmanError } from '../domain/errors';

export const LOGIN_ROLES = ['wingman_api', 'wingman_worker', 'wingman_gateway', 'wingman_reader'] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];

const LOCK = 7239845019283744n;

/**
 * Applies what is missing, each file in a transaction of its own, one process at a time.
 *
 * @param ownerUrl of a superuser, or of a role that may create roles. @throws WingmanError CONFIG_INVALID for a changed migration.
 */
export async function migrate(ownerUrl: string): Promise<{ readonly applied: readonly string[] }> {
  return withClient(ownerUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK.toString()]);
    await client.query('create table if not exists public.wingman_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())');
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from public.wingman_migrations');
    const known = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
    const applied: string[] = [];
    for (const { name, sql, sha256 } of await readMigrations()) {
      const before = known.get(name);
      if (before === sha256) continue;
      if (before !== undefined) {
        throw new WingmanError('CONFIG_INVALID', `migration ${name} was applied in another form; restore the file and add a new migration instead`, { name });
      }
      await applyOne(client, name, sql, sha256);
      applied.push(name);
    }
    return { applied };
  });
}

/** Gives the login roles their passwords; the SCRAM verifiers are computed by the server. */
export async function setRolePasswords(ownerUrl: string, passwords: Readonly<Record<LoginRole, string>>): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    for (const role of LOGIN_ROLES) {
      await client.query(`alter role ${client.escapeIdentifier(role)} login password ${client.escapeLiteral(passwords[role])}`);
    }
  });
}

async function applyOne(client: Client, name: string, sql: string, sha256: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into public.wingman_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function readMigrations(): Promise<readonly { readonly name: string; readonly sql: string; readonly sha256: string }[]> {
  const directory = join(packageRoot(), 'stores', 'migrations');
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** The .sql files are not compiled: from `dist/` they are found beside package.json, as from the sources. */
function packageRoot(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json')) && existsSync(join(directory, 'stores', 'migrations'))) return directory;
    if (dirname(directory) === directory) throw new WingmanError('CONFIG_MISSING', 'the folder stores/migrations was not found beside package.json');
  }
}

async function withClient<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}
