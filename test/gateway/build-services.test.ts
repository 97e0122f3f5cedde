import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StepResult } from '../../domain/command/action';
import { parseAction } from '../../domain/command/parse-action';
import type { ComposeProject, Registry } from '../../domain/command/registry';
import type { Engine } from '../../gateway/engine';
import { runAction } from '../../gateway/run-action';
import type { StepFailure } from '../../gateway/step-failure';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { registryWith } from '../support/run-verb';

const NO_ENGINE = {} as Engine;
let world: DockerWorld;
let dir: string;
beforeAll(async () => {
  world = await openDockerWorld();
});
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-build-services-')));
  for (const service of ['web', 'api']) {
    mkdirSync(join(dir, service));
    dockerfile(service, `RUN echo made ${service}`);
  }
});
afterEach(() => rmSync(dir, { recursive: true }));
afterAll(() => world.close());

const tag = (service: string): string => `wm-${world.run}/${service}:1`;
const dockerfile = (service: string, line: string): void => writeFileSync(join(dir, service, 'Dockerfile'), `FROM ${world.image}\n${line}\n`);
const services = (): Record<string, object> => ({ web: { image: tag('web'), build: './web' }, api: { image: tag('api'), build: { context: 'api', dockerfile: 'Dockerfile' } }, db: { image: world.image } });
const idOf = async (service: string): Promise<string | null> => {
  const found = (await world.get('/images/json', { filters: JSON.stringify({ reference: [tag(service)] }) })) as { Id: string }[];
  return found[0]?.Id ?? null;
};

/** Registered as these files are now. */
function registered(file: object = services(), more: Partial<ComposeProject> = {}, contexts: Registry['build_contexts'] = {}): Registry {
  const text = stringify({ services: file });
  writeFileSync(join(dir, 'compose.yaml'), text);
  const builds = Object.fromEntries(['web', 'api'].map((service) => [service, { image: tag(service), context: `ctx-${service}` }]));
  return registryWith({
    images: [`wm-${world.run}/*`],
    build_contexts: { ...Object.fromEntries(['web', 'api'].map((service) => [`ctx-${service}`, { path: join(dir, service), dockerfile: 'Dockerfile' }])), ...contexts },
    compose: { shop: { dir, files: [{ name: 'compose.yaml', sha256: createHash('sha256').update(text).digest('hex') }], services: ['web', 'api', 'db'], builds, default: true, ...more } },
  });
}
const run = (command: string, registry: Registry, engine: Engine = world.engine, maxOutputBytes = 20_000): Promise<StepResult> =>
  // No compose program: none is asked for.
  runAction({ engine, dockerSocket: '/run/none.sock', compose: null, stepTimeoutMs: 60_000, maxOutputBytes }, { action: parseAction(command, registry), targets: new Map(), registry });

describe('docker compose build on a real engine', () => {
  it('builds the services one after the other, without a compose program', async () => {
    const { exit_code, output } = await run('docker compose build', registered());
    expect(exit_code).toBe(0);
    expect(output).toMatch(new RegExp(`^Building web: ${tag('web')}\n[^]*made web[^]*Building api: ${tag('api')}\n[^]*made api`));
    expect([await idOf('web'), await idOf('api')]).toEqual([expect.any(String), expect.any(String)]);
  });

  it('builds the services that are named, and no others', async () => {
    const before = await idOf('web');
    dockerfile('web', 'RUN echo another web');
    dockerfile('api', 'RUN echo another api');
    const { output } = await run('docker compose build api', registered());
    expect(output).toContain('another api');
    expect(output).not.toContain('another web');
    expect(await idOf('web')).toBe(before);
  });

  it('has no network, as docker build has none', async () => {
    dockerfile('web', 'RUN ls /sys/class/net > /net\nRUN cat /net');
    const { output } = await run('docker compose build web', registered());
    expect(output).toMatch(/\blo\b/);
    expect(output).not.toMatch(/eth0/);
  });

  it('ends at a build that fails: the old image stays, and what was built before it is named', async () => {
    await run('docker compose build', registered());
    const [web, api] = [await idOf('web'), await idOf('api')];
    dockerfile('web', 'RUN echo newer web');
    dockerfile('api', 'RUN echo too far && false');
    const failed = (await run('docker compose build', registered()).catch((error: unknown) => error)) as StepFailure;
    expect(failed).toMatchObject({ code: 'ENGINE_ERROR', message: expect.stringMatching(/^service api: .*non-zero code: 1/), details: { calls: 1 } });
    expect(failed.output).toMatch(/Building web:[^]*newer web[^]*Building api:[^]*too far/);
    expect(await idOf('api')).toBe(api);
    expect(await idOf('web')).not.toBe(web);
  });

  it('prints no more for many services than for one', async () => {
    const { output } = await run('docker compose build', registered(), world.engine, 200);
    expect(output.replace(/\n\[output cut.*$/s, '').length).toBeLessThanOrEqual(200);
    expect(output).toMatch(/output cut/);
  });

  it('sends a link of the context as a link: nothing of the host comes in by it', async () => {
    writeFileSync(join(dir, 'secret'), 'of the host');
    symlinkSync(join(dir, 'secret'), join(dir, 'web', 'inside'));
    dockerfile('web', 'COPY inside /copied');
    await expect(run('docker compose build web', registered())).rejects.toMatchObject({ code: 'ENGINE_ERROR', message: expect.not.stringContaining('of the host') });
  });
});

describe('docker compose build runs nothing', () => {
  it('when a pinned file is another one', async () => {
    const registry = registered();
    writeFileSync(join(dir, 'compose.yaml'), `${stringify({ services: services() })}# later\n`);
    await expect(run('docker compose build', registry, NO_ENGINE)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it.each<readonly [string, () => Registry, string, RegExp]>([
    ['a file that builds from the context of another project', () => registered({ ...services(), web: { image: tag('web'), build: '../globex/web' } }), 'build web', /service web is built from \S+globex\/web in its files/],
    ['a registry that names the context of another project', () => registered(services(), {}, { 'ctx-web': { path: '/srv/globex/web', dockerfile: 'Dockerfile' } }), 'build web', /the context ctx-web is \/srv\/globex\/web/],
    ['another image in the file', () => registered({ ...services(), web: { image: tag('foreign'), build: './web' } }), 'build web', /service web is image \S+foreign:1 in its files/],
    ['another Dockerfile in the file', () => registered({ ...services(), web: { image: tag('web'), build: { context: 'web', dockerfile: 'evil' } } }), 'build web', /service web is built by evil/],
    ['a build argument', () => registered({ ...services(), web: { image: tag('web'), build: { context: 'web', args: { A: '1' } } } }), 'build web', /service web has build\.args/],
    ['a second service that is built', () => registered({ ...services(), db: { image: world.image, build: './web' } }), 'build', /service db has a build that is not registered/],
    ['a service that nobody registered', () => registered({ ...services(), miner: { image: tag('web'), build: './web' } }), 'build web', /miner that is not registered/],
    ['a build that is gone', () => registered({ ...services(), web: { image: tag('web') } }), 'build web', /service web has no build/],
  ])('for %s', async (_, registry, words, why) => {
    const by = registry();
    await expect(run(`docker compose ${words}`, by, NO_ENGINE)).rejects.toMatchObject({ code: 'COMMAND_COMPOSE', message: expect.stringMatching(why) });
  });

  it('for a context that is not there, and says which service', async () => {
    const registry = registered();
    rmSync(join(dir, 'api'), { recursive: true });
    await expect(run('docker compose build api', registry)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^service api: the build context/) });
  });
});
