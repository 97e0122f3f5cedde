/** One supervisor for one data directory. The lock of a supervisor that was killed is taken over by the next. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identityOf, isSameProcess, parseIdentity, type ProcessIdentity } from './process-identity';
import { setupRefusal } from './setup-refusal';

export interface HeldLock {
  /** Gives it back, if it is still ours. */
  release(): void;
}

/** @throws WingmanError CONFIG_INVALID when a live supervisor holds it */
export function acquireLock(file: string, pid: number = process.pid): HeldLock {
  const own = identityOf(pid);
  if (own === null) throw new TypeError(`no process has the pid ${String(pid)}`);
  const content = `${JSON.stringify(own)}\n`;
  const draft = `${file}.${String(pid)}`;
  // Written beside and linked: whoever sees the lock sees all of it.
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    while (!isLinked(draft, file)) removeStale(file, pid);
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (readOrNull(file) === content) rmSync(file, { force: true });
    },
  };
}

/** Who holds it now; null when nobody alive does. */
export function lockHolder(file: string): ProcessIdentity | null {
  const content = readOrNull(file);
  const holder = content === null ? null : parseIdentity(content);
  return holder !== null && isSameProcess(holder) ? holder : null;
}

function removeStale(file: string, pid: number): void {
  const seen = readOrNull(file);
  if (seen === null) return;
  const holder = parseIdentity(seen);
  if (holder !== null && isSameProcess(holder)) {
    throw setupRefusal(
      `Wingman already runs on this data directory (pid ${String(holder.pid)}, lock ${file}).`,
      'use that one, stop it with Ctrl-C, or set WINGMAN_DATA_DIR and WINGMAN_PORT for a second one.',
    );
  }
  const aside = `${file}.stale.${String(pid)}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    // Another start was quicker; the loop looks again at what is there now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Between our look and the rename another start may have taken over: then what we moved is its lock, and goes back.
  if (readOrNull(aside) !== seen) isLinked(aside, file);
  rmSync(aside, { force: true });
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
