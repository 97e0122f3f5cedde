import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../../../domain/command/verbs/build';
import type { Registry } from '../../../../domain/command/registry';
import type { StepFailure } from '../../../../gateway/step-failure';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { readVerb, refusedCode, registryWith, runVerb } from '../../../support/run-verb';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

function context(dockerfile: string): Registry {
  const path = mkdtempSync(join(tmpdir(), 'wm-build-'));
  writeFileSync(join(path, 'Dockerfile'), dockerfile);
  writeFileSync(join(path, 'hello.txt'), 'hi');
  return registryWith({ images: [`wm-${world.run}/*`], build_contexts: { shop: { path, dockerfile: 'Dockerfile' } } });
}
const tag = (short: string): string => `wm-${world.run}/${short}:1`;

test('an image is built from the registered context', async () => {
  const registry = context(`FROM ${world.image}\nCOPY hello.txt /hello.txt\n`);
  const { exit_code, output } = await runVerb(world, build, ['-t', tag('built'), 'shop'], registry);
  expect(exit_code).toBe(0);
  expect(output).toContain(`Successfully tagged ${tag('built')}\n`);
  expect(await world.get(`/images/${encodeURIComponent(tag('built'))}/json`)).toMatchObject({
    RepoTags: [tag('built')],
  });
});

test('a build that fails is a failure, with what it printed', async () => {
  const registry = context(`FROM ${world.image}\nRUN echo before && false\n`);
  const failed = runVerb(world, build, ['-t', tag('failed'), 'shop'], registry).catch(
    (error: unknown) => error as StepFailure,
  );
  const { code, message, output } = (await failed) as StepFailure;
  expect(code).toBe('ENGINE_ERROR');
  expect(message).toMatch(/returned a non-zero code: 1/);
  expect(output).toMatch(/Step 2\/2 : RUN echo before/);
});

test('steps of a build have no network', async () => {
  const registry = context(`FROM ${world.image}\nRUN ls /sys/class/net > /net\nRUN cat /net\n`);
  const { output } = await runVerb(world, build, ['-t', tag('net'), 'shop'], registry);
  expect(output).not.toMatch(/eth0/);
  expect(output).toMatch(/\blo\b/);
});

test('a build is one call', () => {
  const registry = context('FROM scratch\n');
  const args = build.parse(['--tag', tag('one'), 'shop'], registry);
  const calls = build.run(args, new Map());
  expect(calls.next().value).toMatchObject({
    method: 'POST',
    path: '/build',
    context: { name: 'shop', dockerfile: 'Dockerfile' },
    query: { networkmode: 'none' },
  });
  expect(calls.next({ status: 200, json: [] })).toEqual({ done: true, value: { exit_code: 0, output: '' } });
  expect(build.creates(args)).toEqual([{ kind: 'image', name: tag('one') }]);
});

test.each<[readonly string[], string]>([
  [['-t', 'wm/a:1', '.'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', '/etc'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', 'other'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', 'constructor'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', 'https://evil.example/x.git'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', '-'], 'COMMAND_UNKNOWN_FLAG'],
  [['-t', 'wm/a:1'], 'COMMAND_ARGUMENTS'],
  [['-t', 'wm/a:1', 'shop', 'shop'], 'COMMAND_ARGUMENTS'],
  [['shop'], 'COMMAND_ARGUMENTS'],
  [['-t', 'other/a:1', 'shop'], 'COMMAND_IMAGE_NOT_ALLOWED'],
  [['-t', 'wm/a:1', '-f', '/tmp/Dockerfile', 'shop'], 'COMMAND_FLAG_VALUE'],
  [['-t', 'wm/a:1', '--network', 'host', 'shop'], 'COMMAND_FLAG_VALUE'],
  [['-t', 'wm/a:1', '--build-arg', 'X=1', 'shop'], 'COMMAND_UNKNOWN_FLAG'],
  [['-t', 'wm/a:1', '--secret', 'id=x', 'shop'], 'COMMAND_UNKNOWN_FLAG'],
  [['-t', 'wm/a:1', '--push', 'shop'], 'COMMAND_UNKNOWN_FLAG'],
])('build %j is refused with %s', (words, code) => {
  const registry = registryWith({
    images: ['wm/*'],
    build_contexts: { shop: { path: '/srv/shop', dockerfile: 'Dockerfile' } },
  });
  expect(refusedCode(() => readVerb(build, words, registry))).toBe(code);
});

test('an image gets no digest before it is built', () => {
  const registry = registryWith({ images: ['shop/*'], build_contexts: { shop: { path: '/srv/shop', dockerfile: 'Dockerfile' } } });
  for (const image of [`shop/web@sha256:${'ab'.repeat(32)}`, `shop/web:1@sha256:${'ab'.repeat(32)}`]) {
    expect(refusedCode(() => build.parse(['-t', image, 'shop'], registry))).toBe('COMMAND_ARGUMENTS');
  }
  expect(build.parse(['-t', 'shop/web:1', 'shop'], registry)).toMatchObject({ image: 'shop/web:1' });
});
