/** The product's own processes, from the build, to be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DIST = join(__dirname, '..', '..', 'dist');

export interface TestChild {
  readonly pid: number;
  /** Resolves when the process has ended, with its signal or code. */
  readonly ended: Promise<string>;
  isAlive(): boolean;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `dist/<name>/main.js` with exactly this environment and waits until it says that it is ready. */
export async function startChild(name: 'api' | 'workers' | 'gateway' | 'workers/prober', env: Readonly<Record<string, string>>): Promise<TestChild> {
  const main = join(DIST, name, 'main.js');
  if (!existsSync(main)) throw new Error(`${main} is not built; run \`npm run build\` before this suite`);
  const child: ChildProcess = spawn(process.execPath, [main], { env: { ...env, PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(String(signal ?? code))));
  let alive = true;
  void ended.then(() => (alive = false));
  const last: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const watch = (line: string): void => {
      last.push(line);
      if (line.includes('"event":"ready"')) resolve();
    };
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', watch);
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => last.push(line));
    void ended.then((how) => reject(new Error(`${name} ended (${how}) before it was ready: ${last.slice(-5).join('\n')}`)));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    isAlive: () => alive,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}
