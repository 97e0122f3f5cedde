/** The prober's lookers: a few children, one look each at a time, the one that hangs replaced. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Look } from '../../domain/claim/blind';
import type { LookTask } from './look';

export interface Lookers {
  /** @returns PROBE_TIMED_OUT after `timeoutMs`, the waiting for a free looker included */
  look(tenant: string, task: LookTask, timeoutMs: number): Promise<Look>;
  /** Of the children that live, for tests and the log. */
  pids(): readonly number[];
  close(): Promise<void>;
}

export interface LookersOptions {
  /** The compiled looker-main. */
  readonly script: string;
  readonly count?: number;
}

interface Waiting {
  readonly tenant: string;
  readonly task: LookTask;
  readonly done: (look: Look) => void;
  readonly late: NodeJS.Timeout;
}

interface Looker {
  readonly child: ChildProcess;
  work: Waiting | null;
}

const COUNT = 4;
/** One that hangs in the kernel dies when its file system answers, not when it is killed. More of them would fill the host. */
const MAX_UNDEAD = 16;

export function createLookers({ script, count = COUNT }: LookersOptions): Lookers {
  const living = new Set<Looker>();
  const dying = new Set<ChildProcess>();
  const waiting: Waiting[] = [];
  let isClosed = false;
  /** So that the dead file system of one tenant leaves room for the others. */
  const perTenant = Math.max(1, Math.floor(count / 2));

  const busyFor = (tenant: string): number => [...living].filter(({ work }) => work?.tenant === tenant).length;

  function start(): Looker {
    // An environment of its own, and no stream: whatever it has to say goes through the channel.
    const child = fork(script, [], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'json' });
    const looker: Looker = { child, work: null };
    living.add(looker);
    child.on('message', (answer) => finish(looker, answer as Look));
    const gone = (): void => {
      dying.delete(child);
      if (living.delete(looker)) finish(looker, { blind: 'PROBE_FAILED' });
      else pump();
    };
    child.once('exit', gone);
    child.once('error', () => {
      child.kill('SIGKILL');
      gone();
    });
    return looker;
  }

  function finish(looker: Looker, answer: Look): void {
    const { work } = looker;
    looker.work = null;
    if (work !== null) {
      clearTimeout(work.late);
      work.done(answer);
    }
    pump();
  }

  function pump(): void {
    if (isClosed) return;
    for (let index = 0; index < waiting.length; ) {
      const next = waiting[index];
      if (next === undefined) return;
      const free = busyFor(next.tenant) < perTenant ? freeLooker() : null;
      if (free === null) {
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      free.work = next;
      free.child.send(next.task, (error) => {
        if (error !== null) abandon(free);
      });
    }
  }

  function freeLooker(): Looker | null {
    const idle = [...living].find(({ work, child }) => work === null && child.connected);
    if (idle !== undefined) return idle;
    return living.size < count && dying.size < MAX_UNDEAD ? start() : null;
  }

  function abandon(looker: Looker): void {
    if (!living.delete(looker)) return;
    dying.add(looker.child);
    looker.child.kill('SIGKILL');
    finish(looker, { blind: 'PROBE_TIMED_OUT' });
  }

  function giveUp(request: Waiting): void {
    const at = waiting.indexOf(request);
    if (at !== -1) {
      waiting.splice(at, 1);
      request.done({ blind: 'PROBE_TIMED_OUT' });
      return;
    }
    for (const looker of living) if (looker.work === request) abandon(looker);
  }

  return {
    look: (tenant, task, timeoutMs) =>
      new Promise<Look>((done) => {
        if (isClosed || timeoutMs <= 0) {
          done({ blind: 'PROBE_TIMED_OUT' });
          return;
        }
        const request: Waiting = { tenant, task, done, late: setTimeout(() => giveUp(request), timeoutMs) };
        waiting.push(request);
        pump();
      }),
    pids: () => [...living].flatMap(({ child }) => child.pid ?? []),
    async close() {
      isClosed = true;
      for (const request of [...waiting]) giveUp(request);
      const ends = [...living].map(
        ({ child }) =>
          new Promise<void>((done) => {
            child.once('exit', () => done());
            // Killed already and stuck in the kernel: nothing more can be done for it.
            setTimeout(done, 1_000).unref();
          }),
      );
      for (const looker of [...living]) abandon(looker);
      await Promise.all(ends);
    },
  };
}
