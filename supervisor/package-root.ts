/** The clone: from `dist/` as from the sources it is where package.json and the migrations are. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function packageRoot(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json')) && existsSync(join(directory, 'stores', 'migrations'))) return directory;
    if (dirname(directory) === directory) throw new TypeError(`no package.json above ${__dirname}`);
  }
}

export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

/** Compiled code, also for tests that run from the sources. */
export function distFile(...path: readonly string[]): string {
  return join(packageRoot(), 'dist', ...path);
}
