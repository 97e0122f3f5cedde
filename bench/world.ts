/** The servers of a run, and on them as many products and floors as the rows ask for. All is made anew and thrown away at the end. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { startPostgres } from '../platform/embedded-postgres';
import type { Running } from '../platform/running';
import { LOGIN_ROLES, migrate, setRolePasswords, type LoginRole } from '../stores/migrate';
import { writeWorkflowBundle } from '../temporal/bundle';
import { findTemporalBinary } from '../temporal/server-binary';
import { installRuntimeLog } from '../temporal/runtime-log';
import { startTemporalServer } from '../temporal/server-start';
import { NAMESPACE, startFloor, type Floor } from './floor';

const TEMPLATE = 'bench_template';
const CLOSING_MS = 1_500;

export interface World {
  readonly dir: string;
  readonly root: string;
  readonly temporalAddress: string;
  /** Of the servers: their CPU belongs to an operation. */
  readonly pids: readonly number[];
  readonly bundle: string;
  readonly floorBundle: string;
  readonly log: pino.Logger;
  /** A migrated database of its own. */
  createDatabase(): Promise<Database>;
  /** The bare client and a worker with the settings of ours. */
  floor(): Promise<Floor>;
  /** Ended with the world, before its servers. */
  keep<T extends Running>(running: T): T;
  close(): Promise<void>;
}

export interface Database {
  readonly ownerUrl: string;
  urlOf(role: LoginRole): string;
}

export async function openWorld(root: string, say: (line: string) => void): Promise<World> {
  const log = pino({ level: 'silent' });
  // The first worker of a process makes its runtime, and the floor's starts before ours.
  installRuntimeLog(log);
  const dir = mkdtempSync(join(tmpdir(), 'wingman-bench-'));
  const open: Running[] = [{ close: () => Promise.resolve(rmSync(dir, { recursive: true, force: true })) }];
  const kept: Running[] = [];
  const close = async (): Promise<void> => {
    // What waits for a worker that is gone does not end: it goes with its servers, or with this process.
    await Promise.race([Promise.allSettled(kept.splice(0).map((running) => running.close())), new Promise((late) => setTimeout(late, CLOSING_MS))]);
    for (let one = open.pop(); one !== undefined; one = open.pop()) await one.close();
  };
  const keep = <T extends Running>(running: T): T => {
    kept.push(running);
    return running;
  };
  try {
    // Durable, as in production: a floor that need not wait for the disk would be no floor.
    const postgres = await startPostgres({ dir: join(dir, 'postgres'), durable: true });
    open.push({ close: () => postgres.stop('immediate') });
    const binary = await findTemporalBinary({ log: say });
    mkdirSync(join(dir, 'temporal'));
    const temporal = await startTemporalServer({ binary, dir: join(dir, 'temporal'), namespace: NAMESPACE });
    open.push({ close: () => temporal.stop() });
    const bundle = join(root, 'dist', 'workflow-bundle.js');
    const floorBundle = join(dir, 'floor-bundle.js');
    await writeWorkflowBundle(join(__dirname, 'floor-workflows.js'), floorBundle);
    const password = randomBytes(12).toString('hex');
    await makeTemplate(postgres.url, password);
    let floor: Promise<Floor> | null = null;
    return {
      dir, root, bundle, floorBundle, close,
      temporalAddress: temporal.address,
      pids: [postgres.pid, temporal.pid],
      log,
      createDatabase: () => createDatabase(postgres.url, password),
      floor: () => (floor ??= startFloor(temporal.address, floorBundle, keep)),
      keep,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeTemplate(url: string, password: string): Promise<void> {
  await asOwner(url, (client) => client.query(`create database ${TEMPLATE}`));
  const templateUrl = url.replace(/\/[^/]*$/, `/${TEMPLATE}`);
  await migrate(templateUrl);
  await setRolePasswords(templateUrl, Object.fromEntries(LOGIN_ROLES.map((role) => [role, password])) as Record<LoginRole, string>);
}

async function createDatabase(url: string, password: string): Promise<Database> {
  const name = `b_${randomBytes(6).toString('hex')}`;
  await asOwner(url, (client) => client.query(`create database ${name} template ${TEMPLATE}`));
  const ownerUrl = url.replace(/\/[^/]*$/, `/${name}`);
  return {
    ownerUrl,
    urlOf(role) {
      const one = new URL(ownerUrl);
      one.username = role;
      one.password = password;
      return one.toString();
    },
  };
}

async function asOwner(url: string, act: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

export const policySource = (root: string, change: (text: string) => string = (text) => text): string => change(readFileSync(join(root, 'policy', 'default.yaml'), 'utf8'));
