/** Brings a database to the schema of this version. Migrations are append-only: one that was applied may never change. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { WingmanError } from '../domain/errors';
import { sha256Hex } from '../security/digest';
import { toDatabaseError } from './pool';

export const LOGIN_ROLES = ['wingman_api', 'wingman_worker', 'wingman_gateway', 'wingman_reader'] as const;
export type LoginRole = (typeof LOGIN_ROLES)[number];

const LOCK = 7239845019283744n;

/**
 * Applies what is missing, each file in a transaction of its own, one process at a time.
 *
 * @param ownerUrl of a superuser, or of a role that may create roles
 * @param directory with the .sql files, applied in the order of their names; ours unless told otherwise
 * @throws WingmanError CONFIG_INVALID: an applied migration was changed or is not here, a new one comes before an applied one,
 *   or one fails; DATABASE_UNAVAILABLE
 */
export async function migrate(ownerUrl: string, directory = join(packageRoot(), 'stores', 'migrations')): Promise<{ readonly applied: readonly string[] }> {
  const migrations = await readMigrations(directory);
  return withClient(ownerUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK.toString()]);
    await client.query('create table if not exists public.wingman_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())');
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from public.wingman_migrations');
    const known = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
    const missing = migrations.filter(({ name }) => !known.has(name));
    refuseOtherHistory(known, migrations, missing);
    for (const migration of missing) await applyOne(client, migration);
    return { applied: missing.map(({ name }) => name) };
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

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** What was applied is a prefix of what is here, byte by byte; anything else has no meaning that is safe to guess. */
function refuseOtherHistory(known: ReadonlyMap<string, string>, migrations: readonly Migration[], missing: readonly Migration[]): void {
  for (const [name, sha256] of known) {
    const file = migrations.find((migration) => migration.name === name);
    if (file === undefined) {
      throw new WingmanError('CONFIG_INVALID', `this database was brought up to ${name} by a newer version of Wingman; start that version`, { name });
    }
    if (file.sha256 !== sha256) {
      throw new WingmanError('CONFIG_INVALID', `migration ${name} was applied in another form; restore the file and add a new migration instead`, { name });
    }
  }
  const latest = [...known.keys()].sort().at(-1);
  const early = missing.find(({ name }) => latest !== undefined && name < latest);
  if (early !== undefined) {
    throw new WingmanError('CONFIG_INVALID', `migration ${early.name} comes before ${String(latest)}, which is applied already; give it a later number`, { name: early.name });
  }
}

async function applyOne(client: Client, { name, sql, sha256 }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into public.wingman_migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // A broken connection rolls back by itself, and the first error says more.
    const mapped = toDatabaseError(error);
    if (mapped !== error) throw mapped;
    throw new WingmanError('CONFIG_INVALID', `migration ${name} failed: ${error instanceof Error ? error.message : String(error)}; nothing of it was kept`, { name }, { cause: error });
  }
}

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name), 'utf8');
      return { name, sql, sha256: sha256Hex(sql) };
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
  // Without a listener a connection that breaks between two statements would end the process; the next statement tells.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    return await act(client);
  } finally {
    await client.end();
  }
}
