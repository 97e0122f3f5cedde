/** The directory of one run of the tests: found and removed by the next run when this one was killed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isSameProcess, signalProcess, waitForEnd, type ProcessIdentity } from '../../supervisor/process-identity';

const PREFIX = 'wingman-test-';
const FILE = 'run.json';

interface RunRecord {
  readonly owner: ProcessIdentity;
  readonly servers: readonly ProcessIdentity[];
}

export interface TestRun {
  readonly dir: string;
  /** A server that must not outlive the run. */
  record(pid: number): void;
}

export function createTestRun(parent: string = tmpdir(), pid: number = process.pid): TestRun {
  const dir = mkdtempSync(join(parent, PREFIX));
  const owner = identityOf(pid);
  if (owner === null) throw new Error(`no process has the pid ${String(pid)}`);
  const servers: ProcessIdentity[] = [];
  const write = (): void => writeFileSync(join(dir, FILE), JSON.stringify({ owner, servers } satisfies RunRecord), { mode: 0o600 });
  write();
  return {
    dir,
    record(server) {
      const identity = identityOf(server);
      if (identity !== null) servers.push(identity);
      write();
    },
  };
}

/** Ends the servers and removes the directories of runs whose own process is gone. */
export async function removeDeadRuns(parent: string = tmpdir()): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const dir = join(parent, name);
    const run = readRecord(join(dir, FILE));
    if (run === null || isSameProcess(run.owner)) continue;
    for (const server of [...run.servers, ...postmasterOf(dir)]) {
      signalProcess(server, 'SIGKILL');
      await waitForEnd(server, 5_000);
    }
    // Two runs may start at once and both find it.
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Null: another user's, or being made at this moment. */
function readRecord(file: string): RunRecord | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch {
    // Whoever runs there says nothing that could be read: it is left alone.
    return null;
  }
}

/** Of a run that was killed before it could record its Postgres. */
function postmasterOf(dir: string): readonly ProcessIdentity[] {
  const file = join(dir, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return [];
  const identity = identityOf(Number(readFileSync(file, 'utf8').split('\n')[0]));
  const isOurs = identity !== null && process.platform === 'linux' && readFileSync(`/proc/${String(identity.pid)}/cmdline`, 'utf8').includes(dir);
  return isOurs ? [identity] : [];
}
