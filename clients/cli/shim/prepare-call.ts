/** What is typed here, as words that mean the same elsewhere: whole paths, pinned Compose files, a file where bytes go through a pipe. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withAbsolutePaths } from './absolute-paths';
import { withPinnedProject } from './pin-project';
import { spoolOf, withSpoolFile } from './with-spool-file';

export interface PreparedCall {
  readonly argv: readonly string[];
  /** After it ran: hands the bytes on, if it made any. */
  finish(): Promise<void>;
  /** Whatever became of it. */
  dispose(): Promise<void>;
}

export async function prepareCall(argv: readonly string[], dir: string): Promise<PreparedCall> {
  const way = spoolOf(argv);
  const plain = withPinnedProject(withAbsolutePaths(argv, dir), dir);
  if (way === null) return { argv: plain, finish: async () => undefined, dispose: async () => undefined };
  const spool = join(await mkdtemp(join(await realpath(tmpdir()), 'wingman-spool-')), 'bytes');
  if (way === 'in') await pipeline(process.stdin, createWriteStream(spool, { flags: 'wx', mode: 0o600 }));
  return {
    argv: withAbsolutePaths(withSpoolFile(argv, spool), dir),
    finish: async () => {
      if (way === 'out') await pipeline(createReadStream(spool), process.stdout, { end: false });
    },
    dispose: () => rm(join(spool, '..'), { recursive: true, force: true }),
  };
}
