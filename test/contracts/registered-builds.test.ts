/** Builds of Compose services in a policy file: what could not be asked for is not registered. */
import { parse, stringify } from 'yaml';
import { parsePolicyFile } from '../../contracts/policy-file';
import { DEFAULT_POLICY } from '../support/stack';
import { refusedCode } from '../support/run-verb';

const policyWith = (builds: object | null): string => {
  const policy = parse(DEFAULT_POLICY) as { registry: object };
  const shop = { dir: '/srv/shop', files: [{ name: 'compose.yaml', sha256: 'a'.repeat(64) }], services: ['web', 'api'], ...(builds === null ? {} : { builds }) };
  return stringify({ ...policy, registry: { ...policy.registry, images: ['shop/*'], build_contexts: { 'shop-web': { path: '/srv/shop/web' }, 'shop-api': { path: '/srv/shop/api' } }, compose: { shop } } });
};

it('are taken with their context and image, and with the reason of those that are refused', () => {
  const builds = { web: { image: 'shop/web:1', context: 'shop-web' }, api: { refused: 'has build.args' } };
  expect(parsePolicyFile(policyWith(builds)).registry.compose['shop']?.builds).toEqual(builds);
  expect(parsePolicyFile(policyWith(null)).registry.compose['shop']?.builds).toEqual({});
});

it.each<readonly [string, object, RegExp]>([
  ['a context that is not registered', { web: { image: 'shop/web:1', context: 'globex' } }, /globex is not registered/],
  ['an image that is not allowed', { web: { image: 'nginx:1.27', context: 'shop-web' } }, /nginx:1\.27 is not registered/],
  ['an image without a tag', { web: { image: 'nginx', context: 'shop-web' } }, /nginx:latest is not registered/],
  ['an image with a digest', { web: { image: `shop/web@sha256:${'ab'.repeat(32)}`, context: 'shop-web' } }, /digest/],
  ['a service that is none', { miner: { image: 'shop/web:1', context: 'shop-web' } }, /miner, which is not under services/],
  ['one image from two contexts', { web: { image: 'shop/web:1', context: 'shop-web' }, api: { image: 'shop/web:1', context: 'shop-api' } }, /one would overwrite the other/],
  ['a build with arguments', { web: { image: 'shop/web:1', context: 'shop-web', args: { A: '1' } } }, /builds/],
  ['a build without an image', { web: { context: 'shop-web' } }, /builds/],
])('are refused: %s', (_, builds, why) => {
  expect(refusedCode(() => parsePolicyFile(policyWith(builds)))).toBe('CONFIG_INVALID');
  expect(() => parsePolicyFile(policyWith(builds))).toThrow(why);
});
