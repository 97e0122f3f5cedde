/** The Node that package.json asks for. Written so that an old Node can run it and say so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { SetupProblem } from './screen.mjs';

export function requireNode(version = process.versions.node) {
  const needed = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  const minimum = numbers(needed);
  const actual = numbers(version);
  const isEnough = actual[0] > minimum[0] || (actual[0] === minimum[0] && actual[1] >= minimum[1]);
  if (!isEnough) throw new SetupProblem(`Node ${version} is too old; Wingman needs ${needed}.`, 'install Node 20 LTS or later and run this again.');
}

const numbers = (text) => text.replace(/^[^\d]*/, '').split('.').map(Number);
