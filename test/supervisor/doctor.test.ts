import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFiles } from '../../security/keys/files';
import { prepareDataDirectory } from '../../supervisor/data-directory';
import { runDoctor } from '../../supervisor/doctor';
import type { DoctorCheck } from '../../supervisor/doctor-check';
import { acquireLock } from '../../supervisor/lock-file';
import { ensureProberFile } from '../../supervisor/prober-file';

let dir: string;
const servers: Server[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-doctor-'));
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(dir, { recursive: true, force: true });
});

async function listen(body: string): Promise<number> {
  const server = createServer((_request, answer) => answer.end(body));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** One check of a run on this directory. The Temporal binary is named so that nothing is looked for elsewhere. */
async function check(name: string, env: Readonly<Record<string, string>> = {}): Promise<DoctorCheck> {
  const report = await runDoctor({ PATH: '/nowhere', XDG_CACHE_HOME: dir, WINGMAN_DATA_DIR: dir, WINGMAN_PORT: '1', ...env });
  const found = report.checks.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no check ${name}: ${JSON.stringify(report)}`);
  expect(found.state === 'ok').toBe(found.fix === null);
  if (found.state === 'failed') expect(report.ok).toBe(false);
  return found;
}

it('finds a machine in order that has all it needs', async () => {
  await createKeyFiles(join(dir, 'keys'));
  for (const name of ['Node', 'Postgres', 'Data directory', 'Disk', 'Keys', 'Telegram', 'Model']) expect(await check(name)).toMatchObject({ name, state: 'ok' });
});

it('tells what the prober would start with, and what is wrong with its file', async () => {
  const env = { WINGMAN_PROBER_HOST: 'web-1' };
  expect(await check('Prober', env)).toMatchObject({ state: 'ok', found: expect.stringContaining('host web-1; the first start writes') as unknown });
  expect(ensureProberFile(prepareDataDirectory(dir))).toBe(true);
  expect(await check('Prober', env)).toMatchObject({ state: 'ok', found: `host web-1, not running; 1 tenants, 1 roots in ${join(dir, 'prober.yaml')}` });
  rmSync(join(dir, 'workspaces'), { recursive: true });
  expect(await check('Prober', env)).toMatchObject({ state: 'warning', found: expect.stringContaining('workspaces/default is not there') as unknown });
  const lock = acquireLock(join(dir, 'lock'));
  expect(await check('Prober', env)).toMatchObject({ state: 'failed', found: expect.stringContaining('does not run') as unknown });
  lock.release();
  writeFileSync(join(dir, 'prober.yaml'), 'tenants:\n  default:\n    rots: []\n');
  expect(await check('Prober', env)).toMatchObject({ state: 'failed', found: expect.stringContaining('line 3: tenants.default.rots') as unknown });
});

it('says what is open to others, and the command that closes it', async () => {
  prepareDataDirectory(dir);
  writeFileSync(join(dir, 'credentials.json'), '{}', { mode: 0o644 });
  expect(await check('Data directory')).toMatchObject({ state: 'failed', fix: expect.stringContaining('chmod 600') as unknown });
  chmodSync(dir, 0o755);
  expect(await check('Data directory')).toMatchObject({ state: 'failed', fix: `run \`chmod 700 ${dir}\`.` });
});

it.each<[string, (keys: string) => void]>([
  ['open to others', (keys) => chmodSync(join(keys, 'worker', 'mint-key.json'), 0o644)],
  ['missing', (keys) => rmSync(join(keys, 'gateway', 'receipt-key.json'))],
  ['cut off', (keys) => writeFileSync(join(keys, 'api', 'attestation-key.json'), '{"ke')],
])('finds a key file that is %s', async (_name, spoil) => {
  await createKeyFiles(join(dir, 'keys'));
  spoil(join(dir, 'keys'));
  const found = await check('Keys');
  expect(found.state).toBe('failed');
  expect(found.found).toContain(join(dir, 'keys'));
});

it('tells a port that Wingman holds from one that somebody else holds', async () => {
  const port = String(await listen(''));
  prepareDataDirectory(dir);
  expect(await check('API', { WINGMAN_PORT: port })).toMatchObject({ state: 'failed', fix: expect.stringContaining('WINGMAN_PORT') as unknown });
  acquireLock(join(dir, 'lock'));
  expect(await check('API', { WINGMAN_PORT: port })).toMatchObject({ state: 'ok', found: `http://127.0.0.1:${port} is ready` });
});

it('says when Wingman runs and does not answer', async () => {
  prepareDataDirectory(dir);
  acquireLock(join(dir, 'lock'));
  expect(await check('API')).toMatchObject({ state: 'failed', found: expect.stringContaining('does not answer') as unknown });
});

it('warns where no engine answers, and goes on', async () => {
  expect(await check('Docker', { WINGMAN_DOCKER_SOCKET: join(dir, 'absent.sock') })).toMatchObject({ state: 'warning', found: expect.stringContaining('there is no socket') as unknown });
});

it.each(['12345', 'bot123456789:AAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '123456789:short'])('refuses the bot token %s by its form, without showing it', async (token) => {
  const found = await check('Telegram', { WINGMAN_TELEGRAM_TOKEN: token });
  expect(found.state).toBe('failed');
  expect(JSON.stringify(found)).not.toContain(token);
});

it('asks the model host for the model', async () => {
  const port = await listen(JSON.stringify({ models: [{ name: 'small:latest' }] }));
  const host = `http://127.0.0.1:${String(port)}`;
  expect(await check('Model', { WINGMAN_OLLAMA_HOST: host, WINGMAN_OLLAMA_MODEL: 'small' })).toMatchObject({ state: 'ok' });
  expect(await check('Model', { WINGMAN_OLLAMA_HOST: host, WINGMAN_OLLAMA_MODEL: 'large' })).toMatchObject({ state: 'warning', fix: expect.stringContaining('ollama pull large') as unknown });
  expect(await check('Model', { WINGMAN_OLLAMA_HOST: 'http://127.0.0.1:1', WINGMAN_OLLAMA_MODEL: 'small' })).toMatchObject({ state: 'warning' });
});

it('never shows the password of a database of your own', async () => {
  const found = await check('Postgres', { WINGMAN_DATABASE_OWNER_URL: 'postgres://boss:geheim@db.example:5432/wingman' });
  expect(found).toMatchObject({ state: 'ok', found: expect.stringContaining('db.example:5432') as unknown });
  expect(JSON.stringify(found)).not.toContain('geheim');
});

it('names a setting that cannot be read, and still looks at the machine', async () => {
  const report = await runDoctor({ PATH: '/nowhere', XDG_CACHE_HOME: dir, WINGMAN_PORT: 'eight' });
  expect(report.ok).toBe(false);
  expect(report.checks).toContainEqual({ name: 'Settings', state: 'failed', found: 'WINGMAN_PORT=eight is not a port.', fix: 'set it to a number from 1 to 65535, or unset it.' });
  expect(report.checks.map(({ name }) => name)).toContain('Node');
});
