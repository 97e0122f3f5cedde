/** The table at the end of a run: where its time went. */
import { relative } from 'node:path';
import { root } from './root.mjs';

const MOST = 20;

/** @param suites `testResults` of jest's JSON. @returns lines of text: the slowest suites, then the slowest tests */
export function slowest(suites) {
  const files = suites.map(({ name, startTime, endTime }) => ({ ms: endTime - startTime, what: relative(root, name) }));
  const tests = suites.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ duration, fullName }) => ({ ms: duration ?? 0, what: `${relative(root, name)}: ${fullName}` })),
  );
  return [`The slowest suites (all ${String(files.length)}: ${seconds(total(files))} of work)`, ...table(files), `The slowest tests (all ${String(tests.length)})`, ...table(tests)].join('\n');
}

const table = (rows) =>
  [...rows].sort((one, other) => other.ms - one.ms).slice(0, MOST).map(({ ms, what }) => `${seconds(ms).padStart(9)}  ${what.length > 150 ? `${what.slice(0, 149)}…` : what}`);

const total = (rows) => rows.reduce((sum, { ms }) => sum + ms, 0);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
