/** node_modules, exactly as package-lock.json says. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { requireRoomInClone } from './room-in-clone.mjs';
import { runNpm } from './run-program.mjs';
import { SetupProblem, say, whileSaying } from './screen.mjs';

/** Measured: node_modules is 500 MB, and npm keeps packages of its own while it unpacks. */
const NEEDED_MB = 1_000;

export async function ensureDependencies() {
  if (areInstalled()) return;
  requireRoomInClone(NEEDED_MB);
  const { code, output } = await whileSaying('installing the dependencies (npm ci)', () =>
    // NODE_ENV=production would leave out the compiler.
    runNpm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']),
  );
  if (code !== 0) throw new SetupProblem(`npm ci failed:\n${output.trim().split('\n').slice(-15).join('\n')}`, 'check that the npm registry can be reached, then run this again.');
  say('dependencies: installed');
}

/** npm writes node_modules/.package-lock.json last: it is missing after an install that was cut off. */
function areInstalled() {
  const installed = modified(join(root, 'node_modules', '.package-lock.json'));
  return installed !== null && installed >= modified(join(root, 'package-lock.json'));
}

function modified(file) {
  try {
    return statSync(file).mtimeMs;
  } catch {
    // Not there.
    return null;
  }
}
