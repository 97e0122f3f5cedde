/** What must be true of the machine before anything is installed. */
import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { SetupProblem } from './screen.mjs';

/** node_modules and dist take 700 MB, the Temporal server another 220. */
const NEEDED_MB = 1_500;
const MB = 1_048_576;

export function requireNode(version = process.versions.node) {
  const needed = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  const minimum = numbers(needed);
  const actual = numbers(version);
  const isEnough = actual[0] > minimum[0] || (actual[0] === minimum[0] && actual[1] >= minimum[1]);
  if (!isEnough) throw new SetupProblem(`Node ${version} is too old; Wingman needs ${needed}.`, 'install Node 20 LTS or later and run this again.');
}

/** Asked only before something is installed or built: a second start writes nothing here. */
export function requireRoomInClone() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    // Whatever the reason is, nothing can be installed here.
    throw new SetupProblem(`${root} cannot be written to.`, 'make it yours (chown -R $(id -u) .), or clone it into a directory of yours.');
  }
  const { bavail, bsize } = statfsSync(root);
  const freeMb = Math.floor((bavail * bsize) / MB);
  if (freeMb < NEEDED_MB) throw new SetupProblem(`only ${freeMb} MB are free at ${root}; installing and building needs ${NEEDED_MB} MB.`, 'free some space, or clone to another disk.');
}

const numbers = (text) => text.replace(/^[^\d]*/, '').split('.').map(Number);
