/** Who was started, by name, so that the start after a kill finds the parts that were left behind and ends them. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isSameProcess, parseIdentity, signalProcess, waitForEnd } from './process-identity';

export interface PidFiles {
  record(name: string, pid: number): void;
  forget(name: string): void;
  /** Ends every recorded process that still lives. @returns their names */
  endOrphans(patienceMs?: number): Promise<readonly string[]>;
}

/** A part may drain for 25 s (`platform/process-main.ts`); a gateway that is cut off leaves an execution UNKNOWN. */
const PATIENCE_MS = 27_000;
const KILL_MS = 5_000;
const ENDING = '.pid';

export function createPidFiles(directory: string): PidFiles {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const fileOf = (name: string): string => join(directory, `${name}${ENDING}`);

  async function endOne(name: string, patienceMs: number): Promise<boolean> {
    const identity = parseIdentity(readFileSync(fileOf(name), 'utf8'));
    const isAlive = identity !== null && isSameProcess(identity);
    if (isAlive) {
      signalProcess(identity, 'SIGTERM');
      if (!(await waitForEnd(identity, patienceMs))) {
        signalProcess(identity, 'SIGKILL');
        await waitForEnd(identity, KILL_MS);
      }
    }
    rmSync(fileOf(name), { force: true });
    return isAlive;
  }

  return {
    record(name, pid) {
      const identity = identityOf(pid);
      // It ended at once; then there is nothing to find later.
      if (identity !== null) writeFileSync(fileOf(name), `${JSON.stringify(identity)}\n`, { mode: 0o600 });
    },
    forget(name) {
      rmSync(fileOf(name), { force: true });
    },
    async endOrphans(patienceMs = PATIENCE_MS) {
      const names = readdirSync(directory).filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
      const ended = await Promise.all(names.map(async (name) => ((await endOne(name, patienceMs)) ? [name] : [])));
      return ended.flat();
    },
  };
}
