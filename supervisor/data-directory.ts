/** Where everything that Wingman keeps on one machine lies (docs/data-directory.md). */
import { accessSync, chmodSync, constants, mkdirSync, statSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setupRefusal } from './setup-refusal';

export interface DataPaths {
  readonly root: string;
  readonly lock: string;
  readonly pids: string;
  readonly logs: string;
  readonly keys: string;
  readonly gateway: string;
  readonly gatewayFile: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly telegram: string;
  readonly checkpoints: string;
  readonly workspaces: string;
  readonly proberFile: string;
  readonly credentials: string;
  readonly rolePasswords: string;
  readonly ports: string;
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    lock: join(root, 'lock'),
    pids: join(root, 'pids'),
    logs: join(root, 'logs'),
    keys: join(root, 'keys'),
    gateway: join(root, 'gateway'),
    gatewayFile: join(root, 'gateway.yaml'),
    postgres: join(root, 'postgres'),
    temporal: join(root, 'temporal'),
    telegram: join(root, 'telegram'),
    checkpoints: join(root, 'checkpoints'),
    workspaces: join(root, 'workspaces'),
    proberFile: join(root, 'prober.yaml'),
    credentials: join(root, 'credentials.json'),
    rolePasswords: join(root, 'role-passwords.json'),
    ports: join(root, 'ports.json'),
  };
}

const MB = 1_048_576;
/** A ledger, histories and logs of a busy day; below it Postgres could stop in the middle of one. */
export const NEEDED_FREE_MB = 500;

/** Makes what is missing, for the owner alone. @throws WingmanError CONFIG_INVALID with a fix: not a directory, not writable, not ours, full */
export function prepareDataDirectory(root: string, neededMb: number = NEEDED_FREE_MB): DataPaths {
  const paths = dataPaths(root);
  try {
    makeDirectory(root);
    requireOwn(root);
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    chmodSync(root, 0o700);
    for (const directory of [paths.pids, paths.logs, paths.temporal, paths.telegram, paths.checkpoints]) {
      makeDirectory(directory);
    }
  } catch (error) {
    throw toRefusal(root, error as NodeJS.ErrnoException);
  }
  requireFreeSpace(root, neededMb);
  return paths;
}

/** Not Node's `recursive`: on a file system that makes no directories (/proc) that one never returns. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Two starts at once: the lock decides later.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

export function freeMegabytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return Math.floor((bavail * bsize) / MB);
}

function requireFreeSpace(root: string, neededMb: number): void {
  const free = freeMegabytes(root);
  if (free < neededMb) {
    throw setupRefusal(`only ${String(free)} MB are free at ${root}; ${String(neededMb)} MB are needed.`, 'free some space there, or set WINGMAN_DATA_DIR to a directory on another disk.');
  }
}

/** A directory that another account made (a start with sudo, say) holds keys that we can neither read nor protect. */
function requireOwn(root: string): void {
  const own = process.getuid?.();
  const { uid } = statSync(root);
  if (own !== undefined && own !== 0 && uid !== own) {
    throw setupRefusal(`${root} belongs to another user (uid ${String(uid)}).`, `start Wingman as that user, run \`sudo chown -R $(id -u) ${root}\`, or set WINGMAN_DATA_DIR.`);
  }
}

function toRefusal(root: string, error: NodeJS.ErrnoException): unknown {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
      return setupRefusal(`the data directory ${root} cannot be written to (${error.code}).`, `make it writable (\`chmod u+rwx ${dirname(root)}\`), or set WINGMAN_DATA_DIR to a directory of yours.`);
    case 'EEXIST':
    case 'ENOTDIR':
      return setupRefusal(`the data directory ${root} is not a directory.`, 'move that file away, or set WINGMAN_DATA_DIR to a directory of yours.');
    case 'ENOSPC':
      return setupRefusal(`the disk of ${root} is full.`, 'free some space there, or set WINGMAN_DATA_DIR to a directory on another disk.');
    default:
      return error;
  }
}
