import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FILE_LIMITS, lookAtFile } from '../../../workers/prober/look-file';
import { claimedPaths } from './attack-claims';
import { openProberWorld, type ProberWorld } from './prober-world';

let world: ProberWorld;
const file = (path: string, want: readonly string[] = []) => world.look({ kind: 'file', path, want });
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

beforeAll(() => {
  world = openProberWorld((root) => `roots: [${root}]`);
  mkdirSync(join(world.root, 'reports'));
  writeFileSync(join(world.root, 'reports', 'q1.json'), 'x'.repeat(120), { mode: 0o640 });
  writeFileSync(join(world.root, 'backup.tar'), Buffer.alloc(10_240));
  writeFileSync(join(world.root, 'notes with spaces.txt'), 'a\nb\nc');
  writeFileSync(join(world.root, 'reports', 'übersicht.md'), 'übersic\n');
  writeFileSync(join(world.root, 'empty.txt'), '');
  mkdirSync(join(world.dir, 'ws', 'globex'));
  writeFileSync(join(world.dir, 'ws', 'globex', 'secret.json'), 'secret');
  symlinkSync('/etc/passwd', join(world.root, 'evil_link'));
  symlinkSync('/etc', join(world.root, 'evil_dir'));
  symlinkSync('loop_link', join(world.root, 'loop_link'));
  symlinkSync('reports', join(world.root, 'inner_link'));
  execFileSync('mkfifo', [join(world.root, 'fifo1')]);
});
afterAll(() => world.close());

describe('what a file probe tells', () => {
  it('of a file: size, times, mode, links, and what was wanted of its contents', async () => {
    const path = join(world.root, 'notes with spaces.txt');
    const facts = statSync(path, { bigint: true });
    // The time in whole milliseconds; a Date of the plain numbers rounds.
    const iso = (ms: bigint): string => new Date(Number(ms)).toISOString();
    const seen = await file(path, ['sha256', 'lines', 'entries']);
    expect(seen).toMatchObject({ owner: expect.any(String), group: expect.any(String) });
    expect(seen).toEqual({
      owner: seen['owner'], group: seen['group'],
      exists: true, type: 'file', size: 5, mode: (facts.mode & 0o7777n).toString(8).padStart(4, '0'), links: 1,
      modified_at: iso(facts.mtimeMs), changed_at: iso(facts.ctimeMs), created_at: iso(facts.birthtimeMs),
      sha256: sha256('a\nb\nc'), lines: 3, line_feeds: 2, entries: null, entries_unknown: 'NOT_APPLICABLE',
    });
    expect(await file(join(world.root, 'reports/übersicht.md'), ['lines'])).toMatchObject({ size: 9, lines: 1, line_feeds: 1 });
    expect(await file(join(world.root, 'empty.txt'), ['lines'])).toMatchObject({ size: 0, lines: 0 });
  });

  it('of a text: how many lines hold a literal or set a key, and never what they hold', async () => {
    writeFileSync(join(world.root, 'app.env'), '#!/bin/sh\nAPI_KEY=hunter2-abc\nDEBUG=on\n# DEBUG=off\nvalue = evaluate(x)\n');
    const asked = (more: object) => world.look({ kind: 'file', path: join(world.root, 'app.env'), want: [], ...more });
    expect(await asked({ literal: 'evaluate(' })).toMatchObject({ literal_lines: 1, literal_first: false });
    expect(await asked({ literal: '#!/bin/sh' })).toMatchObject({ literal_lines: 1, literal_first: true });
    // A piece of a word is not found, so that nobody learns a secret letter by letter.
    for (const literal of ['eval', 'API_KEY=h', 'API_KEY=hunter', 'unter2-abc']) expect(await asked({ literal })).toMatchObject({ literal_lines: 0 });
    expect(await asked({ key: 'DEBUG', value: 'true' })).toMatchObject({ settings: 1, settings_equal: 1 });
    expect(await asked({ key: 'API_KEY', value: 'x' })).toMatchObject({ settings: 1, settings_equal: 0 });
    expect(JSON.stringify(await asked({ key: 'API_KEY', value: 'x' })).includes('hunter2')).toBe(false);
  });

  it('of a relative path below the workspace; without one, what is missing below the only root proves nothing', async () => {
    expect(await file('/@workspace/empty.txt')).toMatchObject({ exists: true, size: 0 });
    expect(await file('/@workspace/nowhere.txt')).not.toHaveProperty('exists');
    expect(await file('/@workspace/../globex/secret.json')).not.toHaveProperty('exists');
  });

  it('of a directory: its entries, and no size', async () => {
    expect(await file(`${join(world.root, 'reports')}/`, ['entries'])).toMatchObject({ exists: true, type: 'directory', entries: 2, files: 2, directories: 0 });
    const listed = readdirSync(world.root, { withFileTypes: true });
    // Links are entries, and neither files nor directories.
    expect(await file(world.root, ['entries'])).toMatchObject({ files: listed.filter((entry) => entry.isFile()).length, directories: listed.filter((entry) => entry.isDirectory()).length, entries: listed.length });
    expect(await file(world.root)).not.toHaveProperty('size');
  });

  it('of what is not there: that, also below a file and in a directory that is missing', async () => {
    for (const path of ['reports/missing.json', 'no/such/directory', 'empty.txt/below']) expect(await file(join(world.root, path), ['sha256'])).toEqual({ exists: false });
  });

  it('that a name has other links, and a time that no calendar has as none', async () => {
    linkSync(join(world.root, 'backup.tar'), join(world.root, 'twin.tar'));
    expect(await file(join(world.root, 'twin.tar'))).toMatchObject({ links: 2 });
    writeFileSync(join(world.root, 'future'), '');
    utimesSync(join(world.root, 'future'), 4_000_000_000, 4_000_000_000);
    expect((await file(join(world.root, 'future')))['modified_at']).toBe('2096-10-02T07:06:40.000Z');
  });

  it('no digest of more than the limit, also of a sparse one that costs nothing to make', async () => {
    const path = join(world.root, 'huge');
    writeFileSync(path, '');
    truncateSync(path, FILE_LIMITS.maxBytes + 1);
    expect(await file(path, ['sha256', 'lines'])).toMatchObject({ size: FILE_LIMITS.maxBytes + 1, sha256: null, sha256_unknown: 'TOO_LARGE', lines: null });
  });

  it('no more entries than the limit, and no digest beyond the time', () => {
    const task = { kind: 'file', root: world.root, segments: [], want: ['entries'], limits: { ...FILE_LIMITS, maxEntries: 3 } } as const;
    expect(lookAtFile(task)).toMatchObject({ seen: { entries: null, entries_unknown: 'TOO_LARGE' } });
    expect(lookAtFile({ ...task, segments: ['backup.tar'], want: ['sha256'], limits: { ...FILE_LIMITS, maxReadMs: -1 } })).toMatchObject({ seen: { sha256: null, sha256_unknown: 'TIMED_OUT' } });
  });
});

describe('what a file probe does not look at', () => {
  it.each(['evil_link', 'evil_dir', 'evil_dir/passwd', 'loop_link', 'loop_link/x', 'inner_link', 'inner_link/q1.json'])('%s is, or leads through, a link', async (path) => {
    expect(await file(join(world.root, path), ['sha256', 'entries'])).toEqual({ blind: 'PATH_THROUGH_LINK' });
  });

  it('a pipe, a socket and a device are not opened', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(world.root, 'sock'), done));
    expect(await file(join(world.root, 'fifo1'), ['sha256'])).toEqual({ blind: 'PATH_NOT_A_FILE' });
    expect(await file(join(world.root, 'sock'), ['sha256'])).toEqual({ blind: 'PATH_NOT_A_FILE' });
    await new Promise((done) => server.close(done));
    expect(lookAtFile({ kind: 'file', root: '/dev', segments: ['zero'], want: ['sha256'], limits: FILE_LIMITS })).toEqual({ blind: 'PATH_NOT_A_FILE' });
  });

  const outside = (): readonly string[] => [
    '/etc/passwd', '/etc/does-not-exist', '/proc/self/environ', '/dev/zero', '/', '', '~/.ssh/id_ed25519', '$HOME/x', 'reports/q1.json', './reports', 'C:\\x',
    `${world.root}/../globex/secret.json`, `${world.root}/../globex/missing.json`, join(world.dir, 'ws', 'globex', 'secret.json'), join(world.dir, 'ws'), `${world.root}x`,
    `${world.root}/./reports`, `${world.root}//reports`, `${world.root}/....//....//etc/passwd`, `${world.root}/.../x`, `${world.root}/reports/q1.json\0.txt`, `${world.root}/a\nb`,
    `${world.root}/~root`, `${world.root}/$HOME`, `${world.root}/${'a'.repeat(256)}`, `${world.root}/${'a'.repeat(5_000)}`, `${world.root}/${'a/'.repeat(100)}b`, `${world.root}/\ud800`,
    `file://${world.root}/empty.txt`, `${world.root}\\..\\globex\\secret.json`, ` ${world.root}/empty.txt`,
  ];

  it('whatever lies below no root of the tenant, or is not written plainly: the same answer, and no looker is asked', async () => {
    const asked: unknown[] = [];
    const lookers = { ...world.lookers, look: (...args: unknown[]) => (asked.push(args), Promise.resolve({ blind: 'PROBE_FAILED' as const })) };
    const answers = await world.probe(outside().map((path) => ({ kind: 'file', path, want: ['sha256'] })), { lookers });
    const codes = answers.map((answer) => ('blind' in answer ? answer.blind.code : 'seen'));
    // The empty text is no probe at all.
    expect(codes.map((code, index) => [outside()[index]?.slice(-40), code])).toEqual(outside().map((path) => [path.slice(-40), path === '' ? 'PROBE_NOT_UNDERSTOOD' : 'PATH_NOT_REGISTERED']));
    expect(new Set(answers.flatMap((answer) => ('blind' in answer && answer.blind.code === 'PATH_NOT_REGISTERED' ? [answer.blind.message] : []))).size).toBe(1);
    expect(asked).toEqual([]);
  });

  it('anything, for a tenant that is not registered', async () => {
    for (const tenant of ['globex', '__proto__', 'constructor', '']) {
      const [answer] = await world.probe([{ kind: 'file', path: join(world.root, 'empty.txt'), want: [] }], {}, tenant);
      expect(answer).toMatchObject({ blind: { code: 'PATH_NOT_REGISTERED' } });
    }
  });

  it('a root that is not there, or is a link: its files are not proven deleted', () => {
    const task = (root: string) => lookAtFile({ kind: 'file', root, segments: ['x'], want: [], limits: FILE_LIMITS });
    symlinkSync(world.root, join(world.dir, 'linked'));
    for (const root of [join(world.dir, 'unmounted'), join(world.dir, 'linked'), join(world.root, 'empty.txt')]) expect(task(root)).toEqual({ blind: 'ROOT_UNAVAILABLE' });
  });
});

it('the claims of the shared attacks that name a file are blind or absent, as they must be', async () => {
  for (const { id, expect: expected, paths } of claimedPaths(world.root)) {
    const seen = await Promise.all(paths.map((path) => file(path)));
    const kinds = new Set(seen.map((one) => ('blind' in one ? 'unverifiable' : one['exists'] === true ? 'allow' : 'false')));
    expect([id, ...kinds]).toEqual([id, expected]);
  }
});

it('a directory that is swapped for a link in a loop never leads outside', async () => {
  const secret = 'outside the root: '.repeat(10);
  mkdirSync(join(world.dir, 'outside'));
  writeFileSync(join(world.dir, 'outside', 'target'), secret);
  mkdirSync(join(world.root, 'race'));
  writeFileSync(join(world.root, 'race', 'target'), 'inside');
  symlinkSync(join(world.dir, 'outside'), join(world.root, 'race-link'));
  symlinkSync(join(world.dir, 'outside', 'target'), join(world.root, 'target-link'));
  const shared = new SharedArrayBuffer(4);
  const swaps = new Worker(
    `const { renameSync } = require('node:fs'); const { workerData, parentPort } = require('node:worker_threads');
     const flag = new Int32Array(workerData.shared); const at = (name) => workerData.root + '/' + name; let count = 0;
     parentPort.postMessage('ready');
     while (Atomics.load(flag, 0) === 0) {
       renameSync(at('race'), at('race-away')); renameSync(at('race-link'), at('race')); renameSync(at('race'), at('race-link')); renameSync(at('race-away'), at('race'));
       renameSync(at('race/target'), at('target-away')); renameSync(at('target-link'), at('race/target')); renameSync(at('race/target'), at('target-link')); renameSync(at('target-away'), at('race/target'));
       count += 1;
     }
     parentPort.postMessage(count);`,
    { eval: true, workerData: { root: world.root, shared } },
  );
  await new Promise((done) => swaps.once('message', done));
  const counts = { inside: 0, absent: 0, link: 0 };
  for (let look = 0; look < 6_000; look += 1) {
    const found = lookAtFile({ kind: 'file', root: world.root, segments: ['race', 'target'], want: ['sha256'], limits: FILE_LIMITS });
    if ('blind' in found) {
      expect(found.blind).toBe('PATH_THROUGH_LINK');
      counts.link += 1;
    } else if (found.seen['exists'] === false) counts.absent += 1;
    else {
      expect(found.seen['size']).toBe('inside'.length);
      // Moving a file changes its ctime: then it says so rather than give a digest.
      expect([sha256('inside'), null]).toContain(found.seen['sha256']);
      counts.inside += 1;
    }
  }
  const stopped = new Promise((done) => swaps.once('message', done));
  Atomics.store(new Int32Array(shared), 0, 1);
  expect(await stopped).toBeGreaterThan(100);
  expect(counts.inside).toBeGreaterThan(0);
  expect(counts.link).toBeGreaterThan(0);
  expect(readFileSync(join(world.dir, 'outside', 'target'), 'utf8')).toBe(secret);
});
