/**
 * `npm run attacks -- --file F --fixture G`: every command, instruction, token and http entry of a file of that form, and every
 * telegram entry if it has some, end to end against the product as it runs, with a witness at the Docker engine.
 * Ends with 1 if one entry differs from what it expects. Without arguments it takes the project's own file.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { root } from './root.mjs';
import { say } from './screen.mjs';

const { values } = parseArgs({ options: { file: { type: 'string' }, fixture: { type: 'string' } } });
const data = join(root, 'test', 'attacks', 'data');
const file = resolve(values.file ?? join(data, 'attacks.jsonl'));
const fixture = resolve(values.fixture ?? join(data, 'fixture.json'));

process.exitCode = await main();

async function main() {
  const kinds = kindsOf(readFileSync(file, 'utf8'));
  JSON.parse(readFileSync(fixture, 'utf8'));
  await ensureDependencies();
  const problem = await ensureEngine({ mayAsk: true });
  if (problem !== null) {
    say(`Docker engine: none (${problem}). The attacks are judged by what an engine sees, so they need one.`);
    return 1;
  }
  await ensureBuild();
  const { findTemporalBinary } = createRequire(import.meta.url)(join(root, 'dist', 'temporal', 'server-binary.js'));
  const env = { ...process.env, WINGMAN_TEMPORAL_BIN: await findTemporalBinary({ log: say }), WINGMAN_ATTACK_FILE: file, WINGMAN_ATTACK_FIXTURE: fixture };
  const suites = ['test/attacks/attacks.test.ts', ...(kinds.has('telegram') ? ['test/attacks/telegram.test.ts'] : [])];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '-i', ...suites], { cwd: root, env, stdio: 'inherit' });
  return status === 0 ? 0 : 1;
}

/** @returns {Map<string, number>} how many entries of each kind */
function kindsOf(text) {
  const kinds = new Map();
  for (const line of text.split('\n').filter((entry) => entry.trim() !== '')) {
    const { kind } = JSON.parse(line);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}
