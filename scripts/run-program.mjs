/** Programs that set-up calls. Their output is kept and shown only when they fail. */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** @returns {Promise<{code: number|null, output: string}>} output: the end of stdout and stderr together */
export function runProgram(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-8_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((done) => {
    child.once('error', (error) => done({ code: null, output: error.message }));
    child.once('close', (code, signal) => done({ code: code ?? null, output: signal === null ? output : `${output}\nended by ${signal}` }));
  });
}

/** npm, by the one that runs us where there is one. Without a usable HOME it gets a cache in the clone. */
export function runNpm(args) {
  const own = process.env.npm_execpath;
  const [command, prefix] = own === undefined || !/npm-cli\.c?js$/.test(own) ? ['npm', []] : [process.execPath, [own]];
  return runProgram(command, [...prefix, ...args], { env: npmEnvironment() });
}

function npmEnvironment() {
  const home = accountHome();
  if (home.startsWith('/') && home !== '/nonexistent') return process.env;
  return { ...process.env, HOME: root, npm_config_cache: join(root, '.wingman-cache', 'npm') };
}

/** An account that only a number names (a container's) has no home, and asking for it throws. */
function accountHome() {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}
