/** Postgres or Temporal: started by its adapter, watched by its pid, started again on the same data when it ends. */
import { createBackoff, type Part, type PartState } from './part';
import type { PidFiles } from './pid-files';
import { identityOf, isSameProcess, type ProcessIdentity } from './process-identity';
import type { Screen } from './screen';

export interface StartedServer {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface SupervisedServerOptions {
  readonly name: string;
  /** Starts it, on the same directory and ports each time; `onSpawn` is told its pid before it serves. */
  readonly launch: (onSpawn: (pid: number) => void) => Promise<StartedServer>;
  readonly screen: Screen;
  /** Null: the server knows its own orphans (Postgres: postmaster.pid). */
  readonly pidFiles: PidFiles | null;
  readonly watchMs?: number;
}

const WATCH_MS = 500;
const FIRST_TRIES = 3;

export function createSupervisedServer({ name, launch, screen, pidFiles, watchMs = WATCH_MS }: SupervisedServerOptions): Part {
  const backoff = createBackoff();
  let state: PartState = { kind: 'stopped' };
  let server: StartedServer | null = null;
  let identity: ProcessIdentity | null = null;
  let timer: NodeJS.Timeout | null = null;
  let readyAt = 0;
  let isStopping = false;
  let underWay: Promise<void> = Promise.resolve();

  async function bring(): Promise<void> {
    state = { kind: 'starting' };
    server = await launch((pid) => pidFiles?.record(name, pid));
    identity = identityOf(server.pid);
    readyAt = Date.now();
    state = { kind: 'ready', pid: server.pid };
    timer = setTimeout(watch, watchMs);
  }

  /** Asked, not told: a server that was found running is nobody's child, and sends no exit. */
  function watch(): void {
    timer = null;
    if (isStopping) return;
    if (identity !== null && isSameProcess(identity)) timer = setTimeout(watch, watchMs);
    else restart(`${name} ended`, Date.now() - readyAt);
  }

  function restart(reason: string, readyForMs: number): void {
    const wait = backoff(readyForMs);
    state = { kind: 'restarting', reason };
    screen.warn(`${reason}; it is started again in ${(wait / 1_000).toFixed(1)} s`);
    timer = setTimeout(() => {
      timer = null;
      underWay = bring().then(
        () => screen.say(`${name}: ready again`),
        (error: unknown) => {
          if (!isStopping) restart(error instanceof Error ? (error.message.split('\n')[0] ?? name) : String(error), 0);
        },
      );
    }, wait);
  }

  /** A port may be taken between the look and the start; what fails three times in a row has another cause. */
  async function start(): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        return await bring();
      } catch (error) {
        state = { kind: 'stopped' };
        if (tried >= FIRST_TRIES || isStopping) throw error;
        await new Promise((done) => setTimeout(done, backoff(0)));
      }
    }
  }

  return {
    name,
    state: () => state,
    start,
    async stop() {
      isStopping = true;
      await underWay;
      if (timer !== null) clearTimeout(timer);
      await server?.stop();
      pidFiles?.forget(name);
      state = { kind: 'stopped' };
    },
    kill() {
      isStopping = true;
      // Its data outlives a kill: Postgres replays its log, SQLite its journal.
      if (identity !== null && isSameProcess(identity)) process.kill(identity.pid, 'SIGKILL');
    },
  };
}
