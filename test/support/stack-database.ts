/** A database of its own for a test file, cloned from the migrated template. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { LoginRole } from '../../stores/migrate';
import { ROLE_PASSWORD, sharedServers, TEMPLATE_DATABASE } from './shared-servers';
import { until } from './until';

/** What a killed process left connected is cut off after that. */
const LEAVING_MS = 2_000;

export interface TestDatabase {
  readonly name: string;
  readonly ownerUrl: string;
  urlOf(role: LoginRole): string;
  drop(): Promise<void>;
}

export async function createDatabase(): Promise<TestDatabase> {
  const { postgresUrl } = sharedServers();
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asOwner(postgresUrl, async (client) => {
    // Two files at once would find the template in use.
    await client.query('select pg_advisory_lock(7001)');
    await client.query(`create database ${name} template ${TEMPLATE_DATABASE}`);
  });
  const withDatabase = (url: string): string => url.replace(/\/[^/]*$/, `/${name}`);
  const ownerUrl = withDatabase(postgresUrl);
  return {
    name,
    ownerUrl,
    urlOf: (role) => {
      const url = new URL(ownerUrl);
      url.username = role;
      url.password = ROLE_PASSWORD;
      return url.toString();
    },
    drop: () =>
      asOwner(postgresUrl, async (client) => {
        // A pool has ended before its connections have: one that is cut off then has nobody left to hear its error.
        await until('nobody is connected', async () => (await client.query('select 1 from pg_stat_activity where datname = $1', [name])).rowCount === 0, LEAVING_MS).catch(() => undefined);
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function asOwner(url: string, act: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
