/** The suites that need a Docker engine: those that import, also through others, one of the files that speak to a real one. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './root.mjs';

const REAL_ENGINE = ['test/support/docker-world.ts', 'test/support/stack.ts'];

/** @returns paths from the root */
export function dockerSuites() {
  const reached = new Map();
  const needsEngine = (file) => {
    if (REAL_ENGINE.includes(relative(root, file))) return true;
    if (reached.has(file)) return reached.get(file);
    reached.set(file, false);
    const needs = importsOf(file).some(needsEngine);
    reached.set(file, needs);
    return needs;
  };
  return suitesOf(join(root, 'test')).filter(needsEngine).map((file) => relative(root, file));
}

/** Only of the test tree: the product's own files start nothing by being imported. */
function importsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)]
    .map(([, specifier]) => `${resolve(dirname(file), specifier)}.ts`)
    .filter((path) => path.startsWith(join(root, 'test')) && existsSync(path));
}

function suitesOf(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return suitesOf(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
