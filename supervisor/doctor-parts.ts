/** What the doctor asks of the parts: data, keys, ports, and what they speak to. */
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseProberFile } from '../contracts/prober-file';
import { isPortFree } from '../platform/free-port';
import { loadApiKeys, loadGatewayKeys, loadProberKeys, loadWorkerKeys } from '../security/keys/load';
import { dataPaths } from './data-directory';
import type { DoctorCheck } from './doctor-check';
import { engineState } from './engine-question';
import { lockHolder } from './lock-file';
import { apiUrl } from './parts-environment';
import { isSameProcess, parseIdentity } from './process-identity';
import type { Settings } from './settings';

type Finding = Omit<DoctorCheck, 'name'>;

const ok = (found: string): Finding => ({ state: 'ok', found, fix: null });
const failed = (found: string, fix: string): Finding => ({ state: 'failed', found, fix });

const OTHERS = 0o077;
const ANSWER_MS = 3_000;
/** What BotFather gives: the bot's number, a colon, 35 characters. */
const BOT_TOKEN = /^\d{6,12}:[\w-]{30,50}$/;

export function checkDataDirectory({ dataDir }: Settings): Finding {
  if (!existsSync(dataDir)) return ok(`${dataDir}, made by the first start`);
  const facts = statSync(dataDir);
  if (!facts.isDirectory()) return failed(`${dataDir} is not a directory`, 'move that file away, or set WINGMAN_DATA_DIR.');
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    // The reason does not matter: nothing can be kept there.
    return failed(`${dataDir} cannot be written to by this user`, 'start Wingman as its owner, or set WINGMAN_DATA_DIR to a directory of yours.');
  }
  if ((facts.mode & OTHERS) !== 0) return failed(`${dataDir} can be entered by others`, `run \`chmod 700 ${dataDir}\`.`);
  const { credentials, rolePasswords } = dataPaths(dataDir);
  const open = [credentials, rolePasswords].find((file) => existsSync(file) && (statSync(file).mode & OTHERS) !== 0);
  if (open !== undefined) return failed(`${open} can be read by others`, `run \`chmod 600 ${open}\`, and make new keys if others had access.`);
  const holder = lockHolder(dataPaths(dataDir).lock);
  return ok(holder === null ? dataDir : `${dataDir}, in use by Wingman (pid ${String(holder.pid)})`);
}

/** As the parts read them at their start: present, closed to others, whole, and belonging together. */
export async function checkKeys({ dataDir }: Settings): Promise<Finding> {
  const { keys } = dataPaths(dataDir);
  if (!existsSync(keys)) return ok('none yet; made by the first start');
  await loadApiKeys(join(keys, 'api'));
  await loadWorkerKeys(join(keys, 'worker'));
  await loadGatewayKeys(join(keys, 'gateway'));
  // An installation from before there was a prober gets its directory at the next start.
  if (existsSync(join(keys, 'prober'))) await loadProberKeys(join(keys, 'prober'));
  return ok(`api, worker, gateway and prober, in ${keys}`);
}

/** Its port while nothing runs here, its own word while it does. */
export async function checkApi(settings: Settings): Promise<Finding> {
  const { dataDir, host, port } = settings;
  const holder = existsSync(dataDir) ? lockHolder(dataPaths(dataDir).lock) : null;
  if (holder !== null) return checkReady(apiUrl(settings));
  if (await isPortFree(port, host)) return ok(`not running; port ${String(port)} is free on ${host}`);
  return failed(`port ${String(port)} on ${host} is taken by another program`, `set WINGMAN_PORT to a free one, or see who holds it with \`ss -ltnp sport = :${String(port)}\`.`);
}

async function checkReady(url: string): Promise<Finding> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.ok) return ok(`${url} is ready`);
    return failed(`${url}/readyz answers ${String(answer.status)}`, 'see on the screen of `npm start` which part is not ready, and its log.');
  } catch (error) {
    return failed(`${url} does not answer (${error instanceof Error ? error.message : String(error)})`, 'use the same WINGMAN_PORT as for `npm start`; else see logs/api.log in the data directory.');
  }
}

/** What the prober would read at its start, and whether the directories in it are there under their real paths. */
export function checkProber({ dataDir, proberHost }: Settings): Finding {
  const { proberFile, lock, pids } = dataPaths(dataDir);
  if (!existsSync(proberFile)) return ok(`host ${proberHost}; the first start writes ${proberFile}`);
  const { tenants } = parseProberFile(readFileSync(proberFile, 'utf8'));
  const isUp = existsSync(dataDir) && lockHolder(lock) !== null;
  if (isUp && !isRecordedAlive(join(pids, 'prober.pid'))) return failed(`the prober of ${proberHost} does not run`, 'see on the screen of `npm start` why, and logs/prober.log in the data directory.');
  const roots = Object.values(tenants).flatMap(({ roots: some }) => some);
  const missing = roots.find((root) => !existsSync(root) || realpathSync(root) !== root);
  if (missing !== undefined) return { state: 'warning', found: `${missing} is not there, or is reached through a link`, fix: `make it, or write its real path in ${proberFile}; until then claims about it are UNVERIFIABLE.` };
  return ok(`host ${proberHost}, ${isUp ? 'running' : 'not running'}; ${String(Object.keys(tenants).length)} tenants, ${String(roots.length)} roots in ${proberFile}`);
}

function isRecordedAlive(pidFile: string): boolean {
  const identity = existsSync(pidFile) ? parseIdentity(readFileSync(pidFile, 'utf8')) : null;
  return identity !== null && isSameProcess(identity);
}

export async function checkEngine({ dockerSocket }: Settings): Promise<Finding> {
  const state = await engineState(dockerSocket);
  if (state.kind === 'answers') return ok(`engine ${state.version} at ${dockerSocket}`);
  return {
    state: 'warning',
    found: `no engine: ${state.reason}; requests work, executions are refused ENGINE_UNAVAILABLE`,
    fix: 'start Docker; `npm start` as root on Debian offers to install it. For another socket set WINGMAN_DOCKER_SOCKET.',
  };
}

export function checkTelegram({ telegram }: Settings): Finding {
  if (telegram === null) return ok('off (WINGMAN_TELEGRAM_TOKEN is not set)');
  if (BOT_TOKEN.test(telegram.token)) return ok('a token that has the right form');
  return failed('WINGMAN_TELEGRAM_TOKEN does not have the form of a bot token', 'copy it again from @BotFather: digits, a colon, 35 characters.');
}

export async function checkModel({ ollama }: Settings): Promise<Finding> {
  if (ollama === null) return ok('off (WINGMAN_OLLAMA_HOST and WINGMAN_OLLAMA_MODEL are not set)');
  const { host, model } = ollama;
  const without: Omit<Finding, 'found'> = { state: 'warning', fix: `start it (\`ollama serve\`) and fetch the model (\`ollama pull ${model}\`); until then its vote counts as HIGH.` };
  try {
    const answer = await fetch(new URL('/api/tags', host), { signal: AbortSignal.timeout(ANSWER_MS) });
    if (!answer.ok) return { ...without, found: `${host} answered ${String(answer.status)}` };
    return hasModel(await answer.json(), model) ? ok(`${model} at ${host}`) : { ...without, found: `${host} answers, but has no ${model}` };
  } catch (error) {
    return { ...without, found: `${host} does not answer (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** The list is the model host's: anybody may listen on that port. */
function hasModel(list: unknown, model: string): boolean {
  const models = typeof list === 'object' && list !== null && 'models' in list ? list.models : null;
  if (!Array.isArray(models)) return false;
  return models.some((entry: unknown) => {
    const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : null;
    return name === model || name === `${model}:latest`;
  });
}
