import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadTemporal, temporalRelease, type TemporalRelease } from '../../temporal/server-download';

let dir: string;
let server: Server | null = null;
const log = (): void => undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-download-'));
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(dir, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${String((started.address() as AddressInfo).port)}/temporal.tar.gz`;
}

function archive(): Buffer {
  writeFileSync(join(dir, 'temporal'), '#!/bin/sh\necho served\n');
  writeFileSync(join(dir, 'LICENSE'), 'free');
  const bytes = execFileSync('tar', ['-czf', '-', '-C', dir, 'LICENSE', 'temporal']);
  rmSync(join(dir, 'temporal'));
  rmSync(join(dir, 'LICENSE'));
  return bytes;
}

const release = (url: string, bytes: Buffer): TemporalRelease => ({ url, name: 'temporal-test', sha256: createHash('sha256').update(bytes).digest('hex') });

it('keeps the program of the pinned archive, ready to run', async () => {
  const bytes = archive();
  const url = await serve((_request, answer) => answer.end(bytes));
  const file = await downloadTemporal({ release: release(url, bytes), cacheDir: join(dir, 'cache'), log });
  expect(readFileSync(file, 'utf8')).toContain('echo served');
  expect(statSync(file).mode & 0o111).toBe(0o111);
  expect(readdirSync(join(dir, 'cache'))).toEqual(['temporal-test']);
});

it('refuses another archive, and keeps nothing of it', async () => {
  const bytes = archive();
  const url = await serve((_request, answer) => answer.end(Buffer.concat([bytes, Buffer.from('x')])));
  await expect(downloadTemporal({ release: release(url, bytes), cacheDir: join(dir, 'cache'), log })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('is not the pinned file') as unknown,
  });
  expect(readdirSync(join(dir, 'cache'))).toEqual([]);
});

it.each<[string, RequestListener, RegExp]>([
  ['that is silent', () => undefined, /did not answer within 0\.3 s/],
  ['that has no such file', (_request, answer) => answer.writeHead(404).end(), /answered 404/],
  ['that hangs up', (request) => request.socket.destroy(), /cannot be reached/],
  ['that stops half-way', (_request, answer) => {
    answer.writeHead(200, { 'content-length': '1000' });
    answer.write('half', () => answer.destroy());
  }, /cannot be reached/],
])('refuses a host %s', async (_name, listener, message) => {
  const url = await serve(listener);
  await expect(downloadTemporal({ release: release(url, Buffer.from('')), cacheDir: join(dir, 'cache'), log, answerMs: 300 })).rejects.toThrow(message);
  expect(readdirSync(join(dir, 'cache'))).toEqual([]);
});

it.each([['linux', 'x64'], ['linux', 'arm64'], ['darwin', 'x64'], ['darwin', 'arm64']])('has a digest for %s %s', (platform, arch) => {
  expect(temporalRelease(platform, arch)?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

it('has none for what nobody has pinned', () => {
  expect(temporalRelease('freebsd', 'x64')).toBeNull();
});
