import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  // All workflows of a thread share its modules (they are loaded once, temporal/bundle.ts): one that kept something would tell it to the others.
  it('holds no module of ours that keeps anything between workflows', () => {
    const files = modules.filter((name) => OURS.test(name)).map((name) => name.replace(/^\.\/(?:dist\/)?/, '').replace(/\.(?:ts|js)$/, '.ts'));
    expect(files.length).toBeGreaterThan(15);
    const kept = files.flatMap((file) =>
      readFileSync(join(__dirname, '..', '..', file), 'utf8').split('\n').flatMap((line) => (/^(?:export )?(?:let|var)\b|^(?:export )?const .*= (?:new (?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\)|\[\])/.test(line) ? [`${file}: ${line}`] : [])),
    );
    expect(kept).toEqual([]);
  });
});
