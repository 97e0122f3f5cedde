/** What set-up says: one line each, with the time since this process began. Colour on a terminal only (and never with NO_COLOR). */
const isColoured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';

const paint = (code, text) => (isColoured ? `\x1b[${code}m${text}\x1b[0m` : text);

export function say(text) {
  const seconds = `${process.uptime().toFixed(1)} s`;
  process.stdout.write(`${paint('2', seconds.padStart(8))}  ${text}\n`);
}

/** A line every few seconds while something long runs: silence looks like a hang. */
export async function whileSaying(text, act, everyMs = 5_000) {
  const since = Date.now();
  say(text);
  const timer = setInterval(() => say(`${text} (${Math.round((Date.now() - since) / 1_000)} s so far)`), everyMs);
  try {
    return await act();
  } finally {
    clearInterval(timer);
  }
}

/** A problem that the user can fix: what is wrong, and the fix. Exit code 1. */
export class SetupProblem extends Error {
  constructor(problem, fix) {
    super(`${problem}\n  Fix: ${fix}`);
  }
}

/** Runs a whole script: a SetupProblem is two lines, anything else is a fault of ours and keeps its stack. */
export async function runScript(act) {
  try {
    process.exitCode = await act();
  } catch (error) {
    const text = error instanceof SetupProblem ? error.message : error.stack;
    process.stderr.write(`${paint('31', 'wingman:')} ${text}\n`);
    process.exitCode = 1;
  }
}
