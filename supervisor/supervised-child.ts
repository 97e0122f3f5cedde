/**
 * One child process: started with an environment of its own, ready when it says so, restarted when it crashes, drained when
 * told to stop. Its lines go to its log; warnings and errors to the screen as well.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { WingmanError } from '../domain/errors';
import { parseChildLine, printable, readLines } from './child-output';
import { createBackoff, type Part, type PartState } from './part';
import type { PidFiles } from './pid-files';
import type { RotatingLog } from './rotating-log';
import type { Screen } from './screen';

export interface SupervisedChildOptions {
  readonly name: string;
  /** A JavaScript file, run by this very Node. */
  readonly script: string;
  /** All of its environment: nothing is inherited, so a part holds only what it is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: RotatingLog;
  readonly screen: Screen;
  readonly pidFiles: PidFiles;
  readonly readyMs?: number;
  readonly stopMs?: number;
  readonly firstBackoffMs?: number;
}

/** Loading Temporal's core takes 2 s on an idle core, and 30 on a machine that is compiling. */
const READY_MS = 90_000;
/** Longer than a part takes to drain (25 s, `platform/process-main.ts`). */
const STOP_MS = 28_000;
/** What fails three times in a row at the first start is not a hiccup but a wrong setting. */
const FIRST_TRIES = 3;

export function createSupervisedChild(options: SupervisedChildOptions): Part {
  const { name, script, env, log, screen, pidFiles, readyMs = READY_MS, stopMs = STOP_MS } = options;
  const backoff = createBackoff(options.firstBackoffMs);
  let state: PartState = { kind: 'stopped' };
  let child: ChildProcess | null = null;
  let again: NodeJS.Timeout | null = null;
  let isStopping = false;
  let lastWords: string | null = null;

  /** Resolves when ready, rejects when it ended or stayed silent before. After that, a crash restarts it. */
  function launch(): Promise<void> {
    // Detached: a terminal's Ctrl-C goes to the whole group, and the order of stopping is the supervisor's.
    // The channel tells the child that the supervisor is gone, even after a kill -9.
    const started = spawn(process.execPath, ['--enable-source-maps', script], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    child = started;
    state = { kind: 'starting' };
    lastWords = null;
    let readyAt: number | null = null;
    if (started.pid !== undefined) pidFiles.record(name, started.pid);
    return new Promise((done, fail) => {
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        lastWords = `not ready after ${String(readyMs / 1_000)} s`;
        started.kill('SIGKILL');
      }, readyMs);
      readLines(started.stdout, (line) => {
        log.write(line);
        if (!heard(line) || readyAt !== null) return;
        clearTimeout(late);
        readyAt = Date.now();
        state = { kind: 'ready', pid: started.pid ?? 0 };
        done();
      });
      readLines(started.stderr, (line) => {
        log.write(line);
        if (!heard(line) && !line.startsWith(' ') && line.trim() !== '') lastWords ??= printable(line);
      });
      void untilEnded(started).then(({ failure, code, signal }) => {
        clearTimeout(late);
        if (child === started) child = null;
        pidFiles.forget(name);
        // A signal came from outside; the last error line may be an hour old then and have nothing to do with it.
        const reason = failure ?? (signal === null || isLate ? lastWords : null) ?? `ended with ${String(code ?? signal)}`;
        state = { kind: 'stopped' };
        if (readyAt === null) fail(new WingmanError('CONFIG_INVALID', `${name} does not start: ${reason}\n  Its log: ${log.file}`));
        else if (!isStopping) restart(`${name} ended (${reason})`, Date.now() - readyAt);
      });
    });
  }

  /** @returns whether the line says that the part is ready */
  function heard(line: string): boolean {
    const said = parseChildLine(line);
    if (said.kind === 'error') lastWords = said.message;
    if (said.kind === 'error' || said.kind === 'warning') screen.warn(`${name}: ${said.message}`);
    return said.kind === 'ready';
  }

  function restart(reason: string, readyForMs: number): void {
    const wait = backoff(readyForMs);
    state = { kind: 'restarting', reason };
    screen.warn(`${reason}; it is started again in ${(wait / 1_000).toFixed(1)} s`);
    again = setTimeout(() => {
      again = null;
      launch().then(
        () => screen.say(`${name}: ready again`),
        (error: unknown) => {
          if (!isStopping) restart(error instanceof Error ? (error.message.split('\n')[0] ?? name) : String(error), 0);
        },
      );
    }, wait);
  }

  return {
    name,
    state: () => state,
    async start() {
      for (let tried = 1; ; tried++) {
        try {
          return await launch();
        } catch (error) {
          if (tried >= FIRST_TRIES || isStopping) throw error;
          await new Promise((done) => setTimeout(done, backoff(0)));
          if (isStopping) throw error;
        }
      }
    },
    async stop() {
      isStopping = true;
      if (again !== null) clearTimeout(again);
      const running = child;
      if (running !== null) await endGently(running, stopMs);
      state = { kind: 'stopped' };
      log.close();
    },
    kill() {
      isStopping = true;
      child?.kill('SIGKILL');
    },
  };
}

interface End {
  /** It could not be started at all. */
  readonly failure: string | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Its last lines come after its exit; a grandchild that holds the pipes open may keep them back for good. */
const LAST_LINES_MS = 500;

function untilEnded(child: ChildProcess): Promise<End> {
  return new Promise((done) => {
    child.once('error', (error) => done({ failure: error.message, code: null, signal: null }));
    child.once('exit', (code, signal) => {
      const end = { failure: null, code, signal };
      const enough = setTimeout(() => done(end), LAST_LINES_MS);
      child.once('close', () => {
        clearTimeout(enough);
        done(end);
      });
    });
  });
}

async function endGently(child: ChildProcess, stopMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const insist = setTimeout(() => child.kill('SIGKILL'), stopMs);
  const ended = untilEnded(child);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(insist);
}
