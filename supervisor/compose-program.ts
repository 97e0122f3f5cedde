/** The program that runs registered Compose projects: docker-compose, or docker with its compose plugin. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const ANSWER_MS = 5_000;

/** @returns absolute path and fixed arguments, separated by spaces (WINGMAN_COMPOSE_BIN); null when there is none on this PATH */
export function findComposeProgram(path: string | undefined): string | null {
  const standalone = onPath(path, 'docker-compose');
  if (standalone !== null) return standalone;
  const docker = onPath(path, 'docker');
  if (docker === null) return null;
  const { status } = spawnSync(docker, ['compose', 'version'], { timeout: ANSWER_MS, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } });
  return status === 0 ? `${docker} compose` : null;
}

/** A directory with a space in it is passed over: the setting is split at spaces. */
function onPath(path: string | undefined, program: string): string | null {
  const directories = path?.split(delimiter).filter((directory) => /^\/\S*$/.test(directory)) ?? [];
  return directories.map((directory) => join(directory, program)).find(mayRun) ?? null;
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for this user.
    return false;
  }
}
