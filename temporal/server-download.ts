/** Temporal's own release of its command and server: taken only when it is, byte for byte, the one that is pinned here. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { WingmanError } from '../domain/errors';

/** Its server is newer than what we build, because the release with our version carries a server with known faults. */
const CLI_VERSION = '1.8.3';

/**
 * SHA-256 of the archives. Each was found alike in at least four unrelated public projects that pin this release; the release
 * page itself could not be read where this was written, so a wrong one can only refuse, never let something else in.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  linux_amd64: '6f0afac1e9ddea71f480c43a49f5db5167a244c21db923707f069a79bcabdfea',
  linux_arm64: '5972ce781d7f28644b353e4177007e7da8e48a316b8458267054b24de2308e09',
  darwin_amd64: '0eed9a02008ba0d1c5417fc1aa706c9016166eae7216ae161ad95eccc6a775ca',
  darwin_arm64: '77c5bef1753ddfcdcaced2a2d44207aeced1c776e7bcbf94520c7911bd0c4080',
};

/** Without an answer by then there is no way to that host from here, and the build is tried. */
const ANSWER_MS = 5_000;
/** 45 MB; a slow line gets its time, a dead one does not. */
const DOWNLOAD_MS = 10 * 60_000;
const PROGRESS_MS = 5_000;

export interface TemporalRelease {
  readonly url: string;
  readonly sha256: string;
  /** The name of the cached program: another digest is another file. */
  readonly name: string;
}

/** Null: nothing is pinned for this platform. */
export function temporalRelease(platform: string = process.platform, arch: string = process.arch): TemporalRelease | null {
  const target = `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
  const sha256 = DIGESTS[target];
  if (sha256 === undefined) return null;
  return {
    sha256,
    url: `https://github.com/temporalio/cli/releases/download/v${CLI_VERSION}/temporal_cli_${CLI_VERSION}_${target}.tar.gz`,
    name: `temporal-${CLI_VERSION}-release-${target}-${sha256.slice(0, 12)}`,
  };
}

export interface DownloadOptions {
  readonly release: TemporalRelease;
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  readonly answerMs?: number;
}

/** @returns the program's file. @throws WingmanError CONFIG_INVALID, with nothing kept, when it cannot be had or is another */
export async function downloadTemporal({ release, cacheDir, log, answerMs = ANSWER_MS }: DownloadOptions): Promise<string> {
  const file = join(cacheDir, release.name);
  const draft = `${file}.${String(process.pid)}`;
  const archive = `${draft}.tar.gz`;
  await mkdir(cacheDir, { recursive: true });
  try {
    await fetchPinned(release, archive, answerMs, log);
    await unpack(archive, draft);
    // One rename: whoever finds it finds all of it.
    await rename(draft, file);
    return file;
  } finally {
    await rm(archive, { force: true });
    await rm(draft, { force: true });
  }
}

async function fetchPinned({ url, sha256 }: TemporalRelease, archive: string, answerMs: number, log: (line: string) => void): Promise<void> {
  log(`asking ${new URL(url).host} for the Temporal server (${String(answerMs / 1_000)} s at most)`);
  const controller = new AbortController();
  const late = setTimeout(() => controller.abort(), answerMs);
  let received = 0;
  const progress = setInterval(() => log(`downloading the Temporal server: ${String(Math.round(received / 1e6))} MB`), PROGRESS_MS);
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([controller.signal, AbortSignal.timeout(DOWNLOAD_MS)]) });
    clearTimeout(late);
    if (!answer.ok || answer.body === null) throw new WingmanError('CONFIG_INVALID', `${url} answered ${String(answer.status)}`);
    const hash = createHash('sha256');
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    // Opened before anything flows: a stream that opens by itself may do so after it was given up, and leave a file behind.
    const file = await open(archive, 'w', 0o600);
    await pipeline(Readable.fromWeb(answer.body), measure, file.createWriteStream());
    const actual = hash.digest('hex');
    if (actual !== sha256) throw new WingmanError('CONFIG_INVALID', `${url} is not the pinned file: its SHA-256 is ${actual}, not ${sha256}`);
  } catch (error) {
    if (error instanceof WingmanError) throw error;
    const isLate = controller.signal.aborted;
    throw new WingmanError('CONFIG_INVALID', isLate ? `${new URL(url).host} did not answer within ${String(answerMs / 1_000)} s` : reasonOf(url, error), {}, { cause: error });
  } finally {
    clearTimeout(late);
    clearInterval(progress);
  }
}

function reasonOf(url: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `${new URL(url).host} cannot be reached (${cause instanceof Error ? cause.message : String(cause)})`;
}

const STOPPED_READING = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Only the member `temporal`, by the system's tar: the archive has been proven to be the pinned one. */
async function unpack(archive: string, file: string): Promise<void> {
  const tar = spawn('tar', ['-xOf', '-', 'temporal'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((done, fail) => {
    tar.once('error', fail);
    tar.once('close', done);
  });
  const [, , code] = await Promise.all([
    // tar may end before it has read the padding behind the last member; whether it did its work, its exit code says.
    pipeline(createReadStream(archive), createGunzip(), tar.stdin).catch((error: unknown) => {
      if (!STOPPED_READING.has(String((error as NodeJS.ErrnoException).code))) throw error;
    }),
    pipeline(tar.stdout, createWriteStream(file, { mode: 0o755 })),
    ended,
  ]);
  if (code !== 0) throw new WingmanError('CONFIG_INVALID', `tar could not unpack ${archive} (${String(code)})`);
}
