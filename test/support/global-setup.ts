/** One Postgres and one Temporal server for the whole run, and the workflow bundle; each test file has its own database and queues. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../platform/embedded-postgres';
import { migrate, setRolePasswords } from '../../stores/migrate';
import { writeWorkflowBundle } from '../../temporal/bundle';
import { findTemporalBinary } from '../../temporal/server-binary';
import { startTemporalServer } from '../../temporal/server-start';
import { Client } from 'pg';
import { ROLE_PASSWORD, STACK_FILE_ENV, TEMPLATE_DATABASE, type SharedServers } from './shared-servers';

export default async function globalSetup(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'wingman-test-'));
  const bundle = join(dir, 'workflow-bundle.js');
  mkdirSync(join(dir, 'temporal'));
  const root = join(__dirname, '..', '..');
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), durable: false }),
    findTemporalBinary({ log: (line) => process.stderr.write(`${line}\n`) }).then((binary) =>
      startTemporalServer({ binary, dir: join(dir, 'temporal'), namespace: 'default', persistent: false }),
    ),
    writeWorkflowBundle(join(root, 'workflows', 'index.ts'), bundle),
  ]);
  const ownerUrl = postgres.url.replace(/\/[^/]*$/, `/${TEMPLATE_DATABASE}`);
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE_DATABASE}`);
  await admin.end();
  await migrate(ownerUrl);
  await setRolePasswords(ownerUrl, { wingman_api: ROLE_PASSWORD, wingman_worker: ROLE_PASSWORD, wingman_gateway: ROLE_PASSWORD, wingman_reader: ROLE_PASSWORD });
  const shared: SharedServers = {
    dir, bundle,
    postgresUrl: postgres.url,
    postgresPid: postgres.pid,
    temporalAddress: temporal.address,
    temporalPid: temporal.pid,
  };
  const file = join(dir, 'shared.json');
  writeFileSync(file, JSON.stringify(shared), { mode: 0o600 });
  process.env[STACK_FILE_ENV] = file;
  if (!existsSync(bundle)) throw new Error('the workflow bundle was not written');
  (globalThis as unknown as Record<string, unknown>)['__wingmanStop'] = async () => {
    await temporal.stop();
    await postgres.stop('immediate');
  };
}
