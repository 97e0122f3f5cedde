import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { DEFAULT_POLICY } from '../../support/stack';
import { runWingman } from './run-wingman';

const dir = mkdtempSync(join(tmpdir(), 'wm-inspect-'));
const file = join(dir, 'docker-compose.yml');
afterAll(() => rmSync(dir, { recursive: true }));

it('compose inspect shows what would be done, and an entry that the policy takes', async () => {
  writeFileSync(join(dir, 'web.env'), 'A=1\n');
  writeFileSync(
    file,
    'services:\n  web: { image: "nginx:1.27", ports: ["8080:80"], env_file: web.env, volumes: ["data:/data", "./site:/site:ro"] }\n' +
      '  db: { image: "postgres:17", privileged: true, network_mode: host, cap_add: [SYS_ADMIN], volumes: [{ type: bind, source: /var/run/docker.sock, target: /s }] }\nvolumes: { data: {} }\n',
  );
  const { code, out, err } = await runWingman(['compose', 'inspect', file, '--project', 'shop']);
  expect([code, err]).toEqual([0, '']);
  for (const line of ['publishes 8080:80', 'volumes data:/data', 'mounts ./site:/site:ro of the host', 'privileged', 'network_mode: host', 'cap_add: SYS_ADMIN', 'socket: whoever is in it is root on the host']) expect(out).toContain(line);
  const { registry } = parse(out.slice(out.indexOf('registry:'))) as { registry: { compose: object } };
  const policy = parsePolicyFile(DEFAULT_POLICY.replace(/^ {2}compose: \{\}$/m, `  compose: ${JSON.stringify(registry.compose)}`));
  expect(policy.registry.compose['shop']).toMatchObject({ dir, files: [{ name: 'docker-compose.yml' }], env_files: [{ name: 'web.env' }], services: ['web', 'db'] });
});

it('compose inspect refuses what the gateway would refuse, with line and path', async () => {
  writeFileSync(file, 'services:\n  web: { image: x }\ninclude: [other.yaml]\n');
  const { code, err } = await runWingman(['compose', 'inspect', file]);
  expect(code).toBe(1);
  expect(err).toContain('docker-compose.yml file, line 3: include has Compose read files that no hash pins');
});

it('compose inspect shows what is built from where, and what the policy needs for it; with the reason for what is not', async () => {
  const override = join(dir, 'override.yml');
  writeFileSync(file, 'services:\n  web: { image: "shop/web:0", build: ./web }\n  worker: { image: "shop/web:1", build: web/ }\n  jobs: { image: "shop/jobs:1", build: { context: ., args: { A: "1" } } }\n  loose: { build: . }\n');
  writeFileSync(override, 'services:\n  web: { image: "shop/web:1" }\n');
  const { code, out, err } = await runWingman(['compose', 'inspect', file, override, '--project', 'shop']);
  expect([code, err]).toEqual([0, '']);
  for (const line of [`service web is built as shop/web:1 from ${dir}/web (Dockerfile), whose content no hash pins`, 'service jobs is not built: it has build.args', 'service loose is not built: it has a build and no image']) expect(out).toContain(line);
  const { registry } = parse(out.slice(out.indexOf('registry:'))) as { registry: { images: object; build_contexts: object; compose: object } };
  const policy = parsePolicyFile(Object.entries(registry).reduce((text, [key, value]) => text.replace(new RegExp(`^ {2}${key}: (?:\\{\\}|\\[\\])$`, 'm'), `  ${key}: ${JSON.stringify(value)}`), DEFAULT_POLICY));
  expect(policy.registry).toMatchObject({ images: ['shop/web:1'], build_contexts: { 'shop-web': { path: `${dir}/web`, dockerfile: 'Dockerfile' } } });
  expect(policy.registry.compose['shop']?.builds).toEqual({
    web: { image: 'shop/web:1', context: 'shop-web' }, worker: { image: 'shop/web:1', context: 'shop-web' },
    jobs: { refused: expect.stringMatching(/^has build\.args/) }, loose: { refused: expect.stringMatching(/no image/) },
  });
});
