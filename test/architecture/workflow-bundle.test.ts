import { readFileSync } from 'node:fs';
import { sharedServers } from '../support/shared-servers';

/** `failure-converter` runs inside workflows: their failures are encoded there. */
const OURS = /^\.\/(?:dist\/)?(?:workflows\/[\w-]+|domain\/[\w/-]+|temporal\/names|temporal\/failure-converter)\.(?:ts|js)$/;
const SDK = /node_modules\/(?:@temporalio\/(?:common|workflow)|nexus-rpc|long|ms)\//;

describe('the workflow bundle', () => {
  const code = readFileSync(sharedServers().bundle, 'utf8');
  const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"]+)"/gm)].map(([, name = '']) => name);

  it('holds workflows, domain, names and the SDK, and nothing else', () => {
    expect(modules.length).toBeGreaterThan(50);
    expect(modules.filter((name) => !OURS.test(name) && !SDK.test(name) && !name.startsWith('?'))).toEqual([]);
  });

  it('holds no zod, no Postgres, no keys', () => {
    expect(modules.filter((name) => /\/(?:zod|pg|jose|dockerode)\/|security\/|stores\/|activities\//.test(name))).toEqual([]);
  });
});
