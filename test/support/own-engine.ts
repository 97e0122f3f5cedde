/** An engine of a test's own, for what must not meet the things of other suites: a prune, for one. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../gateway/engine';
import { until } from './until';

export interface OwnEngine {
  readonly socket: string;
  close(): Promise<void>;
}

/**
 * In a network namespace of its own, without a bridge: an engine that is told to make none takes away the `docker0` that it finds, and
 * that is the machine's. Its containers have no network.
 */
export async function startOwnEngine(): Promise<OwnEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'wm-engine-'));
  const socket = join(dir, 'docker.sock');
  const log = openSync(join(dir, 'log'), 'a');
  const child = spawn(
    'unshare',
    ['--net', 'dockerd', '--host', `unix://${socket}`, '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec'), '--pidfile', join(dir, 'pid'), '--storage-driver', 'vfs', '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(String(signal ?? code)));
  });
  let end: string | null = null;
  void ended.then((how) => (end = how));
  const engine = createEngine({ socketPath: socket });
  await until('the engine of this test answers', async () => {
    if (end !== null) throw new Error(`dockerd ended (${end}): ${readFileSync(join(dir, 'log'), 'utf8').slice(-600)}`);
    return engine.ping().then(() => true, () => false);
  }, 60_000);
  return {
    socket,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
