/**
 * The highest number that was seen for each name, kept where no database can turn it back. Written before the number counts, so
 * that a crash forgets nothing that was acted on.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { WingmanError } from '../domain/errors';

export interface SeenVersions {
  /** 0: none yet. */
  highest(name: string): number;
  /** Lower ones change nothing. */
  saw(name: string, version: number): void;
}

/** Gone with the process: for those that keep no state of their own. */
export const forgetfulVersions = (): SeenVersions => remember(new Map(), () => undefined);

/** @throws WingmanError CONFIG_INVALID for a file that is not what this wrote: started without it, an old version would count again */
export function openSeenVersions(path: string): SeenVersions {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return remember(read(path), (seen) => replace(path, seen));
}

function remember(seen: Map<string, number>, keep: (seen: ReadonlyMap<string, number>) => void): SeenVersions {
  return {
    highest: (name) => seen.get(name) ?? 0,
    saw(name, version) {
      if (version <= (seen.get(name) ?? 0)) return;
      keep(new Map(seen).set(name, version));
      seen.set(name, version);
    },
  };
}

function read(path: string): Map<string, number> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
    if (entries?.every((entry): entry is [string, number] => Number.isSafeInteger(entry[1])) === true) return new Map(entries);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new WingmanError('CONFIG_INVALID', `${path} is not what Wingman wrote: restore it, or remove it after you have looked at the policy in force`, { file: path });
}

function replace(path: string, seen: ReadonlyMap<string, number>): void {
  const draft = `${path}.${String(process.pid)}.tmp`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(Object.fromEntries(seen))}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
