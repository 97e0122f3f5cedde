/** One Postgres and one Temporal server for the whole run, and the workflow bundle; each test file has its own database and queues. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../platform/embedded-postgres';
import { LOGIN_ROLES, migrate, setRolePasswords, type LoginRole } from '../../stores/migrate';
import { writeWorkflowBundle } from '../../temporal/bundle';
import { findTemporalBinary } from '../../temporal/server-binary';
import { startTemporalServer } from '../../temporal/server-start';
import { ROLE_PASSWORD, STACK_FILE_ENV, TEMPLATE_DATABASE, type SharedServers } from './shared-servers';
import { createTestRun, removeDeadRuns, type TestRun } from './test-run';

type Stop = () => Promise<void>;

export default async function globalSetup(): Promise<void> {
  await removeDeadRuns();
  const run = createTestRun();
  const stops: Stop[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.all(stops.map((stop) => stop()));
    rmSync(run.dir, { recursive: true, force: true });
  };
  try {
    const shared = await startServers(run, stops);
    const file = join(run.dir, 'shared.json');
    writeFileSync(file, JSON.stringify(shared), { mode: 0o600 });
    process.env[STACK_FILE_ENV] = file;
  } catch (error) {
    await stopAll();
    throw error;
  }
  (globalThis as unknown as Record<string, unknown>)['__wingmanStop'] = stopAll;
}

async function startServers(run: TestRun, stops: Stop[]): Promise<SharedServers> {
  const bundle = join(run.dir, 'workflow-bundle.js');
  const [postgres, temporal] = await settleAll(
    bringPostgres(run, stops),
    bringTemporal(run, stops),
    writeWorkflowBundle(join(__dirname, '..', '..', 'workflows', 'index.ts'), bundle),
  );
  return { dir: run.dir, bundle, postgresUrl: postgres.url, postgresPid: postgres.pid, temporalAddress: temporal.address, temporalPid: temporal.pid };
}

async function bringPostgres(run: TestRun, stops: Stop[]): Promise<{ readonly url: string; readonly pid: number }> {
  const postgres = await startPostgres({ dir: join(run.dir, 'postgres'), durable: false });
  run.record(postgres.pid);
  stops.push(() => postgres.stop('immediate'));
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE_DATABASE}`);
  await admin.end();
  const ownerUrl = postgres.url.replace(/\/[^/]*$/, `/${TEMPLATE_DATABASE}`);
  await migrate(ownerUrl);
  await setRolePasswords(ownerUrl, Object.fromEntries(LOGIN_ROLES.map((role) => [role, ROLE_PASSWORD])) as Record<LoginRole, string>);
  return postgres;
}

async function bringTemporal(run: TestRun, stops: Stop[]): Promise<{ readonly address: string; readonly pid: number }> {
  const binary = await findTemporalBinary({ log: (line) => process.stderr.write(`${line}\n`) });
  const dir = join(run.dir, 'temporal');
  mkdirSync(dir);
  const temporal = await startTemporalServer({ binary, dir, namespace: 'default', persistent: false, onSpawn: (pid) => run.record(pid) });
  stops.push(() => temporal.stop());
  return temporal;
}

/** Waits for all before it fails: what is still starting could not be stopped. */
async function settleAll<A, B, C>(...starts: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}
