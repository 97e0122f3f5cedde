/** Postgres's programs where the user nobody may run them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Root's own, open to all: a clone in /root is closed to everybody else, and a name in /tmp could be taken by anybody. */
const COPIES = '/var/lib/wingman';

/**
 * initdb asks access(2) about its neighbours, which counts no capabilities, so passing closed directories is not enough for it.
 *
 * @param native the package's directory. @param asNobody command and arguments that run a program as nobody
 */
export function reachablePrograms(native: string, asNobody: readonly string[]): string {
  const [command = '', ...args] = asNobody;
  const { status } = spawnSync(command, [...args, 'test', '-x', join(native, 'bin', 'initdb')]);
  if (status === 0) return native;
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { readonly version: string };
  const copy = join(COPIES, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${String(process.pid)}`;
  mkdirSync(COPIES, { recursive: true, mode: 0o755 });
  try {
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  } catch (error) {
    // Another start was quicker with the same copy.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return copy;
}
