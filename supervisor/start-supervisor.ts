/** Brings the whole product up on one machine, in order, and down again in the reverse order. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicyFile } from '../contracts/policy-file';
import { startPostgres } from '../platform/embedded-postgres';
import { isPortFree } from '../platform/free-port';
import { createKeyFiles } from '../security/keys/files';
import { loadPolicyKey } from '../security/keys/load';
import { bootstrapTenant, type Credentials } from '../stores/bootstrap';
import { migrate, setRolePasswords } from '../stores/migrate';
import { createPool } from '../stores/pool';
import { signOldPolicies } from '../stores/sign-policies';
import { findTemporalBinary } from '../temporal/server-binary';
import { startTemporalServer } from '../temporal/server-start';
import { prepareDataDirectory, type DataPaths } from './data-directory';
import { acquireLock } from './lock-file';
import type { Part } from './part';
import { apiUrl, planApi, planGateway, planProber, planTelegram, planWorker, TEMPORAL_NAMESPACE, type PartPlan, type PartWorld } from './parts-environment';
import { createPidFiles, type PidFiles } from './pid-files';
import { ensureProberFile } from './prober-file';
import { orphanPostgresPort } from './orphan-postgres';
import { choosePorts, type Ports } from './remembered-ports';
import { ensureRolePasswords } from './role-passwords';
import { createRotatingLog } from './rotating-log';
import type { Screen } from './screen';
import type { Settings } from './settings';
import { setupRefusal } from './setup-refusal';
import { createSupervisedChild } from './supervised-child';
import { createSupervisedServer, type StartedServer } from './supervised-server';

export interface RunningSupervisor {
  readonly parts: readonly Part[];
  readonly paths: DataPaths;
  readonly ports: Ports;
  readonly credentials: Credentials;
  readonly temporalUiUrl: string;
  /** Stops every part, last started first, each drained before the next. */
  close(): Promise<void>;
  /** Ends all of them now. */
  kill(): void;
}

/**
 * @param stopped aborted once a person has pressed Ctrl-C during the start: no further step is taken.
 * @throws WingmanError with one line and a fix; what was started is stopped again
 */
export async function startSupervisor(settings: Settings, screen: Screen, stopped: AbortSignal = new AbortController().signal): Promise<RunningSupervisor> {
  const paths = prepareDataDirectory(settings.dataDir);
  const lock = acquireLock(paths.lock);
  const parts: Part[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) {
      screen.say(`stopping ${part.name}`);
      await part.stop();
    }
    lock.release();
  };
  try {
    const pidFiles = createPidFiles(paths.pids);
    await endOrphans(pidFiles, screen);
    await requirePort(settings);
    const bring = async (part: Part): Promise<void> => {
      if (stopped.aborted) throw setupRefusal('stopped during the start.', 'start again when you like; nothing is lost.');
      parts.push(part);
      await part.start();
      screen.say(`${part.name}: ready`);
    };
    const child = (plan: PartPlan): Part =>
      createSupervisedChild({ ...plan, screen, pidFiles, log: createRotatingLog(join(paths.logs, `${plan.name}.log`)) });

    await createKeyFiles(paths.keys);
    if (ensureProberFile(paths)) screen.say(`prober: what it may look at is in ${paths.proberFile}`);
    const binary = await findTemporalBinary({ log: (line) => screen.say(line), signal: stopped });
    const { ports, moved } = await choosePorts(paths.ports, { ...orphanPostgresPort(paths.postgres) });
    for (const name of moved) screen.warn(`the port of ${name} was taken; it is ${String(ports[name])} from now on`);

    const ownerUrl = settings.databaseOwnerUrl ?? (await bringPostgres(bring, paths, ports.postgres, screen));
    const { passwords, credentials } = await prepareDatabase(ownerUrl, settings, paths, screen);
    const uiCodec = { secret: randomBytes(24).toString('base64url'), origins: ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${String(ports.temporal_ui)}`) };
    await bring(createSupervisedServer({
      name: 'temporal', screen, pidFiles,
      launch: (onSpawn) => startTemporalServer({ binary, dir: paths.temporal, namespace: TEMPORAL_NAMESPACE, port: ports.temporal, uiPort: ports.temporal_ui, uiCodecEndpoint: `${apiUrl(settings)}/temporal/codec/${uiCodec.secret}`, onSpawn }),
    }));
    const world: PartWorld = { settings, paths, ownerUrl, passwords, temporalAddress: `127.0.0.1:${String(ports.temporal)}`, uiCodec };
    await settleAll([planApi(world), planWorker(world), planGateway(world), planProber(world)].map((plan) => bring(child(plan))));
    const telegram = planTelegram(world, credentials.telegram_key);
    if (telegram !== null) await bring(child(telegram));
    return { parts, paths, ports, credentials, temporalUiUrl: `http://127.0.0.1:${String(ports.temporal_ui)}/namespaces/${TEMPORAL_NAMESPACE}/workflows`, close, kill: () => parts.forEach((part) => part.kill()) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns the superuser's URL */
async function bringPostgres(bring: (part: Part) => Promise<void>, paths: DataPaths, port: number, screen: Screen): Promise<string> {
  let url = '';
  const launch = async (): Promise<StartedServer> => {
    const postgres = await startPostgres({ dir: paths.postgres, durable: true, port, logFile: join(paths.logs, 'postgres.log') });
    url = postgres.url;
    return postgres;
  };
  await bring(createSupervisedServer({ name: 'postgres', launch, screen, pidFiles: null }));
  return url;
}

async function prepareDatabase(ownerUrl: string, settings: Settings, paths: DataPaths, screen: Screen) {
  const { applied } = await migrate(ownerUrl);
  if (applied.length > 0) screen.say(`database: ${applied.join(', ')} applied`);
  const passwords = ensureRolePasswords(paths.rolePasswords);
  await setRolePasswords(ownerUrl, passwords);
  const policySource = readFileSync(settings.policyFile, 'utf8');
  const credentials = await bootstrapTenant({ ownerUrl, dataDir: paths.root, policySource, policy: parsePolicyFile(policySource), url: apiUrl(settings) });
  for (const tenant of await signPolicies(ownerUrl, paths)) screen.say(`tenant \`${tenant}\`: its policy is signed now, by ${join(paths.keys, 'operator')}`);
  if (credentials.created) screen.say(`tenant \`${credentials.tenant}\`: made, keys in ${paths.credentials}`);
  return { passwords, credentials };
}

async function signPolicies(ownerUrl: string, paths: DataPaths): Promise<readonly string[]> {
  const pool = createPool(ownerUrl, { max: 1 });
  try {
    return await signOldPolicies(pool, await loadPolicyKey(paths.keys), Date.now());
  } finally {
    await pool.end();
  }
}

async function endOrphans(pidFiles: PidFiles, screen: Screen): Promise<void> {
  const ended = await pidFiles.endOrphans();
  if (ended.length > 0) screen.say(`ended what an earlier start had left behind: ${ended.join(', ')}`);
}

async function requirePort({ host, port }: Settings): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw setupRefusal(
    `port ${String(port)} on ${host} is taken by another program, or ${host} is no address of this machine.`,
    `set WINGMAN_PORT to a free one (\`WINGMAN_PORT=${String(port + 1)} npm start\`), or see who holds it with \`ss -ltnp sport = :${String(port)}\`.`,
  );
}

/** Waits for all before it tells of a failure: what is still starting could not be stopped in order. */
async function settleAll(starts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

