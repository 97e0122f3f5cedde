/** A prober on a real Temporal, from its own file and keys. */
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import type { Running } from '../../../platform/running';
import { createKeyFiles } from '../../../security/keys/files';
import { loadProberKeys } from '../../../security/keys/load';
import { ensureProberFile } from '../../../supervisor/prober-file';
import { dataPaths } from '../../../supervisor/data-directory';
import { createDataConverter, FAILURE_CONVERTER_PATH } from '../../../temporal/data-converter';
import { proberQueue } from '../../../temporal/names';
import { startProber, type ProberConfig } from '../../../workers/prober/start-prober';
import { sharedServers } from '../../support/shared-servers';
import { LOOKER_SCRIPT } from './prober-world';
import type { probeOnce } from './probe-workflow';

const log = pino({ level: 'silent' });
const core = `t-${randomBytes(5).toString('hex')}`;
let dir: string;
let config: ProberConfig;
let prober: Running;
let caller: Worker;
let called: Promise<void>;
let client: Client;
let close: () => Promise<void>;

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'wingman-prober-')));
  const paths = dataPaths(dir);
  await createKeyFiles(paths.keys);
  expect(ensureProberFile(paths)).toBe(true);
  config = { temporalAddress: sharedServers().temporalAddress, temporalNamespace: 'default', keysDir: join(paths.keys, 'prober'), host: 'Host-1', configFile: paths.proberFile, lookerScript: LOOKER_SCRIPT, taskQueue: core, log };
  prober = await startProber(config);
  const dataConverter = createDataConverter((await loadProberKeys(config.keysDir)).codec);
  const native = await NativeConnection.connect({ address: config.temporalAddress });
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: require.resolve('./probe-workflow'), failureConverterPath: FAILURE_CONVERTER_PATH, logger: new DefaultLogger('WARN', () => undefined) });
  caller = await Worker.create({ connection: native, namespace: 'default', taskQueue: core, workflowBundle, dataConverter });
  called = caller.run();
  const connection = await Connection.connect({ address: config.temporalAddress });
  client = new Client({ connection, namespace: 'default', dataConverter });
  close = async () => {
    caller.shutdown();
    await called;
    await native.close();
    await connection.close();
  };
});
afterAll(async () => {
  await prober.close();
  await close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = (host: string, probes: readonly unknown[]) =>
  client.workflow.execute<typeof probeOnce>('probeOnce', { workflowId: `probe-${randomBytes(6).toString('hex')}`, taskQueue: core, args: [proberQueue(host, core), { tenant: 'default', probes: probes as never }] });

it('answers on its host’s queue, under the first prober.yaml that is written', async () => {
  const root = join(dir, 'workspaces', 'default');
  writeFileSync(join(root, 'report.txt'), 'two\nlines\n');
  const answers = await ask('host-1', [
    { kind: 'file', path: join(root, 'report.txt'), want: ['lines'] }, { kind: 'file', path: '/etc/passwd', want: [] }, { kind: 'port', port: Number(config.temporalAddress.split(':')[1]) }, { kind: 'exec' },
  ]);
  expect(answers).toMatchObject([
    { host: 'host-1', seen: { exists: true, size: 10, lines: 2 } }, { host: 'host-1', blind: { code: 'PATH_NOT_REGISTERED' } }, { seen: { listening: true } }, { blind: { code: 'PROBE_NOT_UNDERSTOOD' } },
  ]);
});

it('leaves a host without a prober unanswered, within the time that it was given', async () => {
  await expect(ask('host-2', [])).rejects.toMatchObject({ cause: { cause: { timeoutType: 'SCHEDULE_TO_START' } } });
});

it('does not write the file again over what an operator wrote', () => {
  expect(ensureProberFile(dataPaths(dir))).toBe(false);
});

describe('does not start', () => {
  const with_ = (text: string): string => {
    const file = join(dir, `prober-${randomBytes(4).toString('hex')}.yaml`);
    writeFileSync(file, text);
    return file;
  };
  it.each<[string, string, string]>([
    ['a word that is not known', 'tenants:\n  default:\n    root: [/srv]\n', 'line 3: tenants.default.root is not known'],
    ['the root of all', 'tenants:\n  default:\n    roots: [/]\n', 'may not be /'],
    ['the kernel’s file system', 'tenants:\n  default:\n    roots: [/proc/self]\n', 'may not be /'],
    ['a root with ..', 'tenants:\n  default:\n    roots: [/srv/../etc]\n', 'must not hold . or ..'],
    ['a relative root', 'tenants:\n  default:\n    roots: [srv]\n', 'must be an absolute path'],
    ['one tenant in another’s root', 'tenants:\n  a:\n    roots: [/srv]\n  b:\n    roots: [/srv/b]\n', 'lies in a root of the tenant a'],
    ['credentials in a target', 'tenants:\n  a:\n    http: [{ url: "http://u:p@x/" }]\n', 'must be http:// or https://'],
    ['a target of another scheme', 'tenants:\n  a:\n    http: [{ url: "file:///etc" }]\n', 'must be http:// or https://'],
    ['a target in disguise', 'tenants:\n  a:\n    http: [{ url: "http://2130706433/" }]\n', 'must be http:// or https://'],
    ['an address that is a name', 'tenants:\n  a:\n    ports: { addresses: { localhost: [1] } }\n', 'line 3: tenants.a.ports.addresses.localhost'],
    ['nothing', '', 'prober file'],
  ])('with %s', async (_, text, message) => {
    await expect(startProber({ ...config, configFile: with_(text) })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) });
  });

  it('without its file, with a host’s name that is none, with another process’s key, or with keys that others may read', async () => {
    await expect(startProber({ ...config, configFile: join(dir, 'absent.yaml') })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    for (const host of ['', 'a b', '../x', 'x'.repeat(64), '-x']) await expect(startProber({ ...config, host })).rejects.toMatchObject({ code: 'INVALID_FIELD' });
    const keys = join(dir, 'other-keys');
    mkdirSync(keys, { mode: 0o700 });
    await expect(startProber({ ...config, keysDir: keys })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    for (const name of ['codec-keys.json', 'keyset.json']) copyFileSync(join(config.keysDir, name), join(keys, name));
    copyFileSync(join(dir, 'keys', 'worker', 'mint-key.json'), join(keys, 'mint-key.json'));
    await expect(startProber({ ...config, keysDir: keys })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('may not hold the mint key') });
    rmSync(join(keys, 'mint-key.json'));
    chmodSync(join(keys, 'codec-keys.json'), 0o644);
    await expect(startProber({ ...config, keysDir: keys })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
