import { imageName, unregisteredImage, unregisteredPull, targetName } from '../../../domain/command/read-names';
import { requireAskable } from '../../../domain/command/unregistered';
import { refusedCode, registryWith } from '../../support/run-verb';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const registry = registryWith({
  images: ['alpine:3.20', 'nginx:1.27', 'registry.example.com/shop/*', 'localhost:5000/team/*'],
  protected: { containers: ['wingman-*', 'temporal'], networks: ['wingman_internal'], volumes: ['pg*'] },
});

test.each(['web', 'prod.web_1', 'a', 'A1b2', '3f2a9c77d001', 'a'.repeat(128), 'temporal-ui'])(
  '%p is a name',
  (name) => {
    expect(targetName('container', name, registry)).toBe(name);
  },
);

test.each([
  '',
  ' web',
  'web ',
  '-web',
  '.web',
  '_web',
  '/web',
  'we/b',
  '..',
  'we b',
  'web*',
  'wéb',
  'wеb',
  'web\n',
  'web\0',
  'a'.repeat(129),
  'web@1',
  'a:b',
  '%77eb',
])('%p is no name', (name) => {
  expect(refusedCode(() => targetName('container', name, registry))).toBe('COMMAND_TARGET_NAME');
});

test.each([
  ['container', 'wingman-gateway'],
  ['container', 'wingman-'],
  ['container', 'temporal'],
  ['network', 'wingman_internal'],
  ['volume', 'pgdata'],
] as const)('the %s %s is protected', (kind, name) => {
  expect(refusedCode(() => targetName(kind, name, registry))).toBe('COMMAND_TARGET_PROTECTED');
});

test('what is protected as one kind of thing is free as another', () => {
  expect(targetName('network', 'wingman-gateway', registry)).toBe('wingman-gateway');
});

test.each([
  'alpine:3.20',
  'nginx:1.27',
  `nginx:1.27@${DIGEST}`,
  'registry.example.com/shop/job:7',
  'registry.example.com/shop/deep/er_name-x:1.0-rc.1',
  'localhost:5000/team/x:1',
])('the image %s is allowed', (image) => {
  expect([imageName(image), unregisteredImage(image, registry)]).toEqual([image, []]);
});

test.each<[string, string]>([
  ['alpine', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['alpine:3.21', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['alpine:latest', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['docker.io/library/alpine:3.20', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['evil.example/alpine:3.20', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['evil.example/x:latest', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['registry.example.com/other/x:1', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['registry.example.com/shop/job', 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`registry.example.com/shop/job@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['registry.example.com.evil.example/shop/api:1', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['registry.example.com:5000/shop/api:1', 'COMMAND_IMAGE_NOT_ALLOWED'],
  ['registry.example.com@evil.example/shop/api:1', 'COMMAND_TARGET_NAME'],
  ['REGISTRY.example.com/shop/api:1', 'COMMAND_TARGET_NAME'],
  ['registry.example.com/shop/../evil:1', 'COMMAND_TARGET_NAME'],
  ['registry.example.com/shop//x:1', 'COMMAND_TARGET_NAME'],
  ['registry.example.com/shop/:1', 'COMMAND_TARGET_NAME'],
  ['alpine:3.20/../evil', 'COMMAND_TARGET_NAME'],
  ['https://registry.example.com/shop/x:1', 'COMMAND_TARGET_NAME'],
  ['alpine:3.20@sha256:abc', 'COMMAND_TARGET_NAME'],
  [`alpine:3.20@${DIGEST}@${DIGEST}`, 'COMMAND_TARGET_NAME'],
  ['alpine:', 'COMMAND_TARGET_NAME'],
  ['-alpine:3.20', 'COMMAND_TARGET_NAME'],
  ['alpine:3.20 ', 'COMMAND_TARGET_NAME'],
  ['alpine:3.20\n', 'COMMAND_TARGET_NAME'],
  ['аlpine:3.20', 'COMMAND_TARGET_NAME'],
  ['', 'COMMAND_TARGET_NAME'],
  [`registry.example.com/shop/${'a'.repeat(600)}:1`, 'COMMAND_TARGET_NAME'],
])('the image %j is refused with %s', (image, code) => {
  expect(refusedCode(() => requireAskable(unregisteredImage(imageName(image), registry), registry))).toBe(code);
});

test.each(['nginx', 'nginx:1.27', `nginx@${DIGEST}`, DIGEST, '76dd69a6f568'])(
  '%s names an image that is there',
  (image) => {
    expect(imageName(image)).toBe(image);
  },
);

test.each([
  'nginx:1.27',
  `nginx:1.27@${DIGEST}`,
  'registry.example.com/shop/job:7',
  `registry.example.com/shop/job@${DIGEST}`,
  `registry.example.com/shop/deep/er@${DIGEST}`,
])('the image %s may be pulled', (image) => {
  expect([imageName(image), unregisteredPull(image, registry)]).toEqual([image, []]);
});

test.each<[string, string]>([
  ['registry.example.com/shop/job', 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`nginx@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`nginx:1.28@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`registry.example.com/shopping/job@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`registry.example.com/shop@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`registry.example.com:5000/shop/job@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`registry.example.com.evil.example/shop/job@${DIGEST}`, 'COMMAND_IMAGE_NOT_ALLOWED'],
  [`someone@registry.example.com/shop/job@${DIGEST}`, 'COMMAND_TARGET_NAME'],
  [`registry.example.com/shop/../job@${DIGEST}`, 'COMMAND_TARGET_NAME'],
  ['registry.example.com/shop/job@sha256:abc', 'COMMAND_TARGET_NAME'],
  [`registry.example.com/shop/job@sha512:${'ab'.repeat(32)}`, 'COMMAND_TARGET_NAME'],
])('the image %j is not pulled: %s', (image, code) => {
  expect(refusedCode(() => requireAskable(unregisteredPull(imageName(image), registry), registry))).toBe(code);
});

test.each([unregisteredImage, unregisteredPull])(
  '%p takes an image that is registered with its digest with this one only',
  (allow) => {
    const other = `sha256:${'cd'.repeat(32)}`;
    const pinned = registryWith({ images: [`redis:7@${DIGEST}`, `registry.example.com/shop/job@${DIGEST}`] });
    for (const image of pinned.images) expect(allow(image, pinned)).toEqual([]);
    for (const image of ['redis:7', `redis:7@${other}`, `redis@${DIGEST}`, `registry.example.com/shop/job@${other}`])
      expect(allow(image, pinned).map(({ code }) => code)).toEqual(['COMMAND_IMAGE_NOT_ALLOWED']);
  },
);

test('a list without entries allows nothing', () => {
  expect(unregisteredImage('alpine:3.20', registryWith({})).map(({ code }) => code)).toEqual(['COMMAND_IMAGE_NOT_ALLOWED']);
});

test.each(['a', 'a-', 'a.'])('a reference that is long, almost right and made of %j is refused at once', (piece) => {
  const almost = (length: number): string => `${piece.repeat(length)}!`;
  expect(refusedCode(() => imageName(almost(200)))).toBe('COMMAND_TARGET_NAME');
  expect(growth((text) => refusedCode(() => imageName(text)), almost, 200)).toBeLessThan(LINEAR_AT_MOST);
});
