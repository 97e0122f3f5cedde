/** What must be true of the clone before anything is installed or built in it. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { root } from './root.mjs';
import { SetupProblem } from './screen.mjs';

const MB = 1_048_576;

/** Asked only before something is installed or built: a second start writes nothing here. */
export function requireRoomInClone(neededMb) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    // Whatever the reason is, nothing can be installed here.
    throw new SetupProblem(`${root} cannot be written to.`, 'make it yours (chown -R $(id -u) .), or clone it into a directory of yours.');
  }
  const { bavail, bsize } = statfsSync(root);
  const freeMb = Math.floor((bavail * bsize) / MB);
  if (freeMb < neededMb) throw new SetupProblem(`only ${freeMb} MB are free at ${root}; ${neededMb} MB are needed.`, 'free some space, or clone to another disk.');
}
