import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFiles } from '../../../security/keys/files';
import { loadApiKeys, loadGatewayKeys, loadKeyset, loadWorkerKeys } from '../../../security/keys/load';
import { publicJwks } from '../../../security/keys/keyset';
import { rotateKey } from '../../../security/keys/rotate';
import { sealFor, unseal } from '../../../security/tokens/seal';
import { codeOf } from '../test-keys';

const now = 1_800_000_000;
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wingman-keys-'));
  await createKeyFiles(root, now);
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function allFiles(): Promise<Record<string, string>> {
  const paths = await readdir(root, { recursive: true, withFileTypes: true });
  const files = paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path.slice(root.length + 1), await readFile(path, 'utf8')] as const)),
  );
}
const at = (path: string) => join(root, path);
const load = {
  api: () => loadApiKeys(at('api')),
  worker: () => loadWorkerKeys(at('worker')),
  gateway: () => loadGatewayKeys(at('gateway')),
};

describe('key files', () => {
  test('give each process its own keys and the public keys of all', async () => {
    expect(Object.keys(await allFiles())).toEqual([
      'api/attestation-key.json',
      'api/codec-keys.json',
      'api/keyset.json',
      'gateway/codec-keys.json',
      'gateway/decryption-keys.json',
      'gateway/keyset.json',
      'gateway/receipt-key.json',
      'keyset.json',
      'operator/policy-key.json',
      'prober/codec-keys.json',
      'prober/keyset.json',
      'worker/checkpoint-key.json',
      'worker/codec-keys.json',
      'worker/keyset.json',
      'worker/mint-key.json',
      'worker/webhook-keys.json',
    ]);
    const [api, worker, gateway] = await Promise.all([load.api(), load.worker(), load.gateway()]);
    expect(api.attestation.purpose).toBe('attestation');
    expect([worker.mint.purpose, worker.checkpoint.purpose, gateway.receipt.purpose]).toEqual([
      'mint',
      'checkpoint',
      'receipt',
    ]);
    expect(new Set([api, worker, gateway].map(({ codec }) => codec.currentKid)).size).toBe(1);
    expect(gateway.keyset.get(worker.mint.kid)?.status).toBe('active');
    expect(gateway.keyset.get(api.attestation.kid)?.status).toBe('active');
    expect(
      await unseal(gateway.decryption, await sealFor(worker.gatewaySeal, 'x', { purpose: 'gateway-token' }), {
        purpose: 'gateway-token',
      }),
    ).toBe('x');
  });

  test('are readable by their owner alone', async () => {
    for (const path of Object.keys(await allFiles())) expect((await stat(at(path))).mode & 0o777).toBe(0o600);
    for (const directory of ['.', 'api', 'worker', 'gateway', 'prober'])
      expect((await stat(at(directory))).mode & 0o777).toBe(0o700);
  });

  test('hold private parts only where they belong', async () => {
    for (const [path, text] of Object.entries(await allFiles())) {
      expect({ path, isPrivate: /"(d|k)": /.test(text) }).toEqual({ path, isPrivate: !path.endsWith('keyset.json') });
    }
  });

  test('stay as they are when they are made again', async () => {
    const before = await allFiles();
    await createKeyFiles(root, now + 5);
    expect(await allFiles()).toEqual(before);
  });

  test('that several processes make at once fit together', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'wingman-keys-'));
    await Promise.all(Array.from({ length: 8 }, () => createKeyFiles(fresh, now)));
    const [api, gateway] = [await loadApiKeys(join(fresh, 'api')), await loadGatewayKeys(join(fresh, 'gateway'))];
    expect(gateway.keyset.has(api.attestation.kid)).toBe(true);
    expect(api.codec.currentKid).toBe(gateway.codec.currentKid);
    expect((await readdir(fresh, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await rm(fresh, { recursive: true });
  });

  test('of a first run that broke off are completed by the next', async () => {
    for (const path of [
      'keyset.json',
      'api/keyset.json',
      'worker/keyset.json',
      'gateway/keyset.json',
      'gateway/receipt-key.json',
      'gateway/codec-keys.json',
      'prober/keyset.json',
    ])
      await unlink(at(path));
    const kid = (await readFile(at('worker/mint-key.json'), 'utf8')).match(/"kid": "([^"]+)"/)?.[1];
    await createKeyFiles(root, now);
    expect((await load.worker()).mint.kid).toBe(kid);
    await expect(load.gateway()).resolves.toBeDefined();
  });

  test('are published for everybody without their private parts, and without the seal key', async () => {
    const { keys } = publicJwks(await loadKeyset(root));
    expect(keys.map(({ purpose }) => purpose)).toEqual(['attestation', 'mint', 'checkpoint', 'receipt', 'policy']);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'purpose', 'use', 'x']);
  });
});

describe('a process does not start', () => {
  test.each<[keyof typeof load, string]>([
    ['api', 'attestation-key.json'],
    ['api', 'keyset.json'],
    ['api', 'codec-keys.json'],
    ['worker', 'mint-key.json'],
    ['worker', 'checkpoint-key.json'],
    ['worker', 'codec-keys.json'],
    ['gateway', 'decryption-keys.json'],
    ['gateway', 'receipt-key.json'],
    ['gateway', 'keyset.json'],
  ])('as %s without its %s', async (name, file) => {
    const path = at(join(name, file));
    await unlink(path);
    await expect(load[name]()).rejects.toMatchObject({
      code: 'CONFIG_MISSING',
      details: { file: path },
      message: expect.stringContaining(path),
    });
    await writeFile(path, 'not json, a secret', { mode: 0o600 });
    await expect(load[name]()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.not.stringContaining('a secret'),
    });
    for (const text of ['{}', '[]', 'null', '{"keys":[]}', '{"keys":[null]}', '{"keys":[{}]}']) {
      await writeFile(path, text, { mode: 0o600 });
      await expect(load[name]()).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { file: path } });
    }
  });

  test.each([0o640, 0o604, 0o660, 0o610])('when a key file has mode %o', async (mode) => {
    await chmod(at('worker/mint-key.json'), mode);
    await expect(load.worker()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('chmod 600'),
    });
  });

  test('when others may enter its directory', async () => {
    await chmod(at('api'), 0o755);
    await expect(load.api()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('chmod 700'),
    });
    expect(await codeOf(() => createKeyFiles(root, now))).toBe('CONFIG_INVALID');
  });

  test('when its directory is missing', async () => {
    expect(await codeOf(() => loadApiKeys(at('nowhere')))).toBe('CONFIG_MISSING');
  });

  test('when two key files were swapped', async () => {
    await copyFile(at('worker/mint-key.json'), at('worker/checkpoint-key.json'));
    await expect(load.worker()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('swapped'),
    });
  });

  test('when it holds a key of another process, or all of them', async () => {
    await copyFile(at('worker/mint-key.json'), at('gateway/mint-key.json'));
    await expect(load.gateway()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('must not be there'),
    });
    expect(await codeOf(() => loadApiKeys(root))).toMatch(/^CONFIG_/);
  });

  test('when its private key is from another installation', async () => {
    const other = await mkdtemp(join(tmpdir(), 'wingman-keys-'));
    await createKeyFiles(other, now);
    await copyFile(join(other, 'worker/mint-key.json'), at('worker/mint-key.json'));
    await expect(load.worker()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('not the active mint key'),
    });
    await rm(other, { recursive: true });
  });

  test('when the public and private part of a key do not belong together', async () => {
    const path = at('worker/mint-key.json');
    const other = await readFile(at('worker/checkpoint-key.json'), 'utf8');
    const privatePart = other.match(/"d": "([^"]+)"/)?.[1] ?? 'none';
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"d": "[^"]+"/, `"d": "${privatePart}"`));
    await expect(load.worker()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('does not fit together'),
    });
  });

  test.each<[string, (text: string) => string]>([
    ['two active keys of one purpose', (text) => text.replaceAll('"overlap"', '"active"')],
    ['a kid twice', (text) => JSON.stringify({ keys: [...JSON.parse(text).keys, JSON.parse(text).keys[0]] })],
    ['a kid of another key', (text) => text.replace(/"kid": "[^"]+"/, '"kid": "AAAAAAAAAAAAAAAA"')],
    ['a private part', (text) => text.replace('"kty"', '"d": "AA", "kty"')],
    ['an unknown status', (text) => text.replace('"active"', '"fine"')],
    ['an end that is no time', (text) => text.replace(/"not_after": \d+/, '"not_after": "never"')],
    ['a key on another curve', (text) => text.replace('"Ed25519"', '"Ed448"')],
  ])('when its keyset has %s', async (_, alter) => {
    await rotateKey(root, 'mint', { revokeOld: false, now });
    await writeFile(at('gateway/keyset.json'), alter(await readFile(at('gateway/keyset.json'), 'utf8')));
    await expect(load.gateway()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { file: at('gateway/keyset.json') },
    });
  });
});

describe('a lost file', () => {
  test.each(['api/attestation-key.json', 'gateway/decryption-keys.json', 'worker/codec-keys.json', 'keyset.json'])(
    '(%s) is never replaced in silence',
    async (path) => {
      await unlink(at(path));
      await expect(createKeyFiles(root, now)).rejects.toMatchObject({
        code: 'CONFIG_MISSING',
        message: expect.stringContaining(at(path)),
      });
    },
  );

  test('of which there is an original is copied from it', async () => {
    for (const path of ['api/codec-keys.json', 'gateway/keyset.json']) await unlink(at(path));
    await createKeyFiles(root, now);
    await expect(Promise.all([load.api(), load.gateway()])).resolves.toBeDefined();
  });
});

describe('rotating', () => {
  test.each(['mint', 'attestation', 'seal'] as const)('the %s key leaves the old one an overlap', async (purpose) => {
    const before = [...(await loadKeyset(root)).values()].find((key) => key.purpose === purpose);
    const { kid, restart } = await rotateKey(root, purpose, { revokeOld: false, now });
    const keyset = await loadKeyset(at('gateway'));
    expect(keyset.get(kid)?.status).toBe('active');
    expect(keyset.get(before?.kid ?? '')).toMatchObject({
      status: 'overlap',
      notAfter: now + (purpose === 'attestation' ? 30 : 1) * 86_400,
    });
    expect(restart[0]).toBe('gateway');
    await expect(Promise.all([load.api(), load.worker(), load.gateway()])).resolves.toBeDefined();
  });

  test('the receipt key leaves the old one readable for good', async () => {
    const { receipt } = await load.gateway();
    await rotateKey(root, 'receipt', { revokeOld: false, now });
    expect((await loadKeyset(root)).get(receipt.kid)).toMatchObject({ status: 'overlap', notAfter: null });
  });

  test('with revocation leaves nothing of the old key believed', async () => {
    const old = await load.worker();
    await rotateKey(root, 'mint', { revokeOld: false, now });
    await rotateKey(root, 'mint', { revokeOld: true, now });
    const mints = [...(await loadKeyset(at('gateway'))).values()].filter(({ purpose }) => purpose === 'mint');
    expect(mints.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'active']);
    expect(publicJwks(await loadKeyset(root)).keys.some(({ kid }) => kid === old.mint.kid)).toBe(false);
  });

  test('the seal key keeps what is sealed already readable, for a day', async () => {
    const sealed = await sealFor((await load.worker()).gatewaySeal, 'x', { purpose: 'gateway-token' });
    await rotateKey(root, 'seal', { revokeOld: false, now });
    expect(await unseal((await load.gateway()).decryption, sealed, { purpose: 'gateway-token' })).toBe('x');
    await rotateKey(root, 'seal', { revokeOld: false, now: now + 86_401 });
    expect(
      await codeOf(async () => unseal((await load.gateway()).decryption, sealed, { purpose: 'gateway-token' })),
    ).toBe('SEAL_INVALID');
  });

  test('the codec key keeps the older ones, and revoking it is refused', async () => {
    const before = await load.worker();
    const { kid } = await rotateKey(root, 'codec', { revokeOld: false, now });
    const after = await load.api();
    expect(after.codec.currentKid).toBe(kid);
    expect([...after.codec.byKid.keys()]).toEqual([kid, before.codec.currentKid]);
    expect(await codeOf(() => rotateKey(root, 'codec', { revokeOld: true, now }))).toBe('INVALID_FIELD');
  });

  test('that broke off after the new key was written is completed by the next start', async () => {
    const before = await allFiles();
    const { kid } = await rotateKey(root, 'mint', { revokeOld: false, now });
    for (const path of ['keyset.json', 'api/keyset.json', 'worker/keyset.json', 'gateway/keyset.json'])
      await writeFile(at(path), before[path] ?? '');
    await createKeyFiles(root, now);
    expect((await loadKeyset(at('gateway'))).get(kid)?.status).toBe('active');
    expect((await load.worker()).mint.kid).toBe(kid);
  });

  test('that broke off after the revocation leaves nothing that starts, until it is run again', async () => {
    await rotateKey(root, 'mint', { revokeOld: false, now });
    const old = await readFile(at('worker/mint-key.json'), 'utf8');
    await rotateKey(root, 'mint', { revokeOld: true, now });
    await writeFile(at('worker/mint-key.json'), old);
    await expect(createKeyFiles(root, now)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('keys rotate mint'),
    });
    await rotateKey(root, 'mint', { revokeOld: true, now });
    await expect(load.worker()).resolves.toBeDefined();
  });

  test('a lost key replaces it', async () => {
    await unlink(at('gateway/decryption-keys.json'));
    await rotateKey(root, 'seal', { revokeOld: true, now });
    await expect(load.gateway()).resolves.toBeDefined();
  });

  test('before there are keys is refused', async () => {
    expect(await codeOf(() => rotateKey(at('nowhere'), 'mint', { revokeOld: false, now }))).toBe('CONFIG_MISSING');
  });
});
