/** dist/: the compiled product and the workflow bundle, made again only when a source has changed. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './root.mjs';
import { requireRoomInClone } from './room-in-clone.mjs';
import { runProgram } from './run-program.mjs';
import { SetupProblem, say, whileSaying } from './screen.mjs';

const NEEDED_MB = 50;
const STAMP = join(root, 'dist', '.built');

export async function ensureBuild() {
  const wanted = fingerprint();
  if (readStamp() === wanted) return;
  requireRoomInClone(NEEDED_MB);
  rmSync(STAMP, { force: true });
  await step('compiling', [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  await step('bundling the workflows', [join('dist', 'temporal', 'build-workflow-bundle.js')]);
  writeFileSync(STAMP, wanted);
  say('build: done');
}

async function step(text, args) {
  const { code, output } = await whileSaying(text, () => runProgram(process.execPath, args));
  if (code !== 0) throw new SetupProblem(`${text} failed:\n${output.trim()}`, 'correct what the compiler names; in an unchanged clone, `git status` and `npm ci` show what differs.');
}

/** Path, size and time of every source: also a deleted or renamed file makes a new build. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  for (const name of ['tsconfig.json', 'package-lock.json', ...include]) {
    for (const file of filesOf(join(root, name))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || /\.(?:ts|tsx|json)$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesOf(join(path, entry.name)));
}

function readStamp() {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    // Never built, or a build was cut off.
    return null;
  }
}
