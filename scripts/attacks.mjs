/**
 * `npm run attacks -- --file F --fixture G`: judges every command, instruction, token and http entry of a file of that form.
 * Ends with 1 if one entry differs from what it expects. Without arguments it takes the project's own file.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { root } from './root.mjs';

const { values } = parseArgs({ options: { file: { type: 'string' }, fixture: { type: 'string' } } });
const env = {
  ...process.env,
  ...(values.file === undefined ? {} : { WINGMAN_ATTACK_FILE: resolve(values.file) }),
  ...(values.fixture === undefined ? {} : { WINGMAN_ATTACK_FIXTURE: resolve(values.fixture) }),
};
const suites = ['test/domain/command-attacks', 'test/domain/instruction-attacks', 'test/security/token-attacks', 'test/attacks/http'];
const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', '-i', ...suites], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status === 0 ? 0 : 1;
