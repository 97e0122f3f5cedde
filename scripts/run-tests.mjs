/**
 * Sets up what is missing, then runs everything on real parts. Arguments go to jest (`npm test -- test/domain`).
 * The last lines are the counts, and the waiver after them if Docker's suites were waived.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { dockerSuites } from './docker-suites.mjs';
import { ensureEngine, flag } from './engine.mjs';
import { root } from './root.mjs';
import { say } from './screen.mjs';
import { slowest } from './slowest-tests.mjs';

/** On two cores. Half of a suite's time is waiting (for a timer, a process that comes up, an engine), so a third keeps both busy. */
const WORKERS = 3;

/** @param jestArguments of the command line. @returns the exit code */
export async function runTests(jestArguments) {
  await ensureDependencies();
  const waiver = await engineWaiver();
  const leftOut = waiver === null ? [] : dockerSuites();
  await ensureBuild();
  const { findTemporalBinary } = createRequire(import.meta.url)(join(root, 'dist', 'temporal', 'server-binary.js'));
  const binary = await findTemporalBinary({ log: say });
  const counts = await runJest(binary, leftOut, jestArguments);
  if (counts.suites.length > 1) process.stdout.write(`${slowest(counts.suites)}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  if (waiver !== null) process.stdout.write(`WAIVED: ${leftOut.length} suites that need a Docker engine did not run (${waiver})\n`);
  return counts.isGood ? 0 : 1;
}

/** Null: Docker's suites run. Without an engine they run as well, and fail, unless somebody says that they need not. */
async function engineWaiver() {
  const problem = await ensureEngine({ mayAsk: true });
  if (problem === null) {
    say('Docker engine: answers');
    return null;
  }
  if (flag('WINGMAN_WAIVE_DOCKER')) return `WINGMAN_WAIVE_DOCKER is set; ${problem}`;
  say(`Docker engine: none (${problem}). The suites that need one will fail; WINGMAN_WAIVE_DOCKER=1 leaves them out, and says so at the end.`);
  return null;
}

async function runJest(binary, leftOut, jestArguments) {
  const directory = mkdtempSync(join(tmpdir(), 'wingman-counts-'));
  const file = join(directory, 'results.json');
  const args = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), `--maxWorkers=${String(WORKERS)}`, '--json', `--outputFile=${file}`, ...jestArguments];
  // Last: this option takes every word after it.
  if (leftOut.length > 0) args.push('--testPathIgnorePatterns', ...leftOut.map((suite) => `${escape(suite)}$`));
  try {
    const code = await run(args, { ...process.env, WINGMAN_TEMPORAL_BIN: binary });
    return readCounts(file, code);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(args, env) {
  // jest reports on stderr; its --json on stdout is a copy of the file.
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['inherit', 'ignore', 'inherit'] });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
}

/** A file that does not even load counts as one failure, and so does a run that was cut off: nothing fails in silence. */
function readCounts(file, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // jest ended before it wrote any.
    return { passed: 0, failed: 1, isGood: false, suites: [] };
  }
  const listed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const failed = listed === 0 && code !== 0 ? 1 : listed;
  return { passed: results.numPassedTests, failed, isGood: code === 0 && failed === 0 && results.numPassedTests > 0, suites: results.testResults };
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
