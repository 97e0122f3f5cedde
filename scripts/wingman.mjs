#!/usr/bin/env node
/** `npx wingman`: the command, once it is built. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './root.mjs';

const main = join(root, 'dist', 'clients', 'cli', 'main.js');
if (existsSync(main)) {
  createRequire(import.meta.url)(main);
} else {
  process.stderr.write('wingman: not built yet.\n  Fix: run `npm start` once in the clone (it installs and builds), then try again.\n');
  process.exitCode = 1;
}
