import type { Inventory } from '../../../../domain/command/action';
import { baselineProbes } from '../../../../domain/claim/baseline-probes';
import { blastRadius } from '../../../../domain/plan/blast-radius';
import { buildActions, requireDeclared, serviceBuilds } from '../../../../domain/command/compose/builds';
import { contextPath, declaredBuilds } from '../../../../domain/command/compose/declared-builds';
import { worldOf } from '../../../../domain/recovery/world';
import { effectsOf } from '../../../../domain/engine/effects';
import { actionCreates, actionReversibility, actionTargets, parseAction, renderAction } from '../../../../domain/command/parse-action';
import { parsePlan } from '../../../../domain/plan/plan';
import { touchedThings } from '../../../../domain/plan/touched';
import { matchesRule } from '../../../../domain/policy/match';
import { EMPTY_REGISTRY, type ComposeProject, type Registry } from '../../../../domain/command/registry';
import { refusedCode } from '../../../support/run-verb';

const shop: ComposeProject = {
  dir: '/srv/shop', files: [{ name: 'compose.yaml', sha256: 'a'.repeat(64) }], services: ['web', 'worker', 'api', 'db', 'odd'], default: true,
  // Not in the order of the services: how a database keeps them says nothing.
  builds: { api: { image: 'shop/api:2', context: 'shop-api' }, worker: { image: 'shop/web:1', context: 'shop-web' }, web: { image: 'shop/web:1', context: 'shop-web' } },
};
const registryOf = (builds: ComposeProject['builds'], more: Partial<Registry> = {}): Registry => ({
  ...EMPTY_REGISTRY,
  images: ['shop/*'],
  build_contexts: { 'shop-web': { path: '/srv/shop/web', dockerfile: 'Dockerfile' }, 'shop-api': { path: '/srv/shop/api', dockerfile: 'deploy/Dockerfile' } },
  compose: { shop: { ...shop, ...(builds === undefined ? {} : { builds }) } },
  ...more,
});
const registry = registryOf(shop.builds);
const parsed = (command: string, by: Registry = registry) => parseAction(command, by);
const inventory: Inventory = {
  as_of: '2026-01-01T00:00:00Z', containers: [{ id: 'c'.repeat(64), name: 'shop_web_1', image: 'shop/web:1', state: 'running', status: 'Up', ports: [], project: 'shop', service: 'web' }],
  images: [{ id: 'sha256:1', tags: ['shop/web:1'] }], networks: [], volumes: [],
};
const AS_DOCKER = ['docker build -t shop/web:1 shop-web', 'docker build -t shop/api:2 shop-api'];

describe('docker compose build', () => {
  it('is the builds of docker, one for each image, in the order of the services', () => {
    const { program, verb, args } = parsed('docker compose build');
    expect([program, verb]).toEqual(['compose', 'compose build']);
    expect(args).toMatchObject({
      services: [], files: shop.files,
      builds: [{ services: ['web', 'worker'], image: 'shop/web:1', context: 'shop-web', dockerfile: 'Dockerfile' }, { services: ['api'], image: 'shop/api:2', context: 'shop-api', dockerfile: 'deploy/Dockerfile' }],
    });
    expect(buildActions(parsed('docker compose build'))).toEqual(AS_DOCKER.map((command) => parsed(command)));
    expect(buildActions(parsed('docker compose -p shop build api'))).toEqual([parsed(AS_DOCKER[1] as string)]);
    expect(buildActions(parsed('docker compose up -d'))).toEqual([]);
    expect(parsed('docker compose up -d').args).not.toHaveProperty('builds');
  });

  it('has the class, the creations, the looks and the events of these builds', () => {
    const action = parsed('docker compose build');
    const docker = AS_DOCKER.map((command) => parsed(command));
    expect(actionReversibility(action)).toBe('REVERSIBLE');
    expect(actionTargets(action)).toEqual([]);
    expect(actionCreates(action)).toEqual(docker.flatMap(actionCreates));
    expect(actionCreates(action)).toHaveLength(2);
    expect(baselineProbes(action, new Map())).toEqual(docker.flatMap((one) => baselineProbes(one, new Map())));
    expect(effectsOf(action, new Map())).toEqual(docker.flatMap((one) => effectsOf(one, new Map())));
    expect(blastRadius(parsePlan(['docker compose build'], registry), inventory)).toEqual(blastRadius(parsePlan(AS_DOCKER, registry), inventory));
    expect(blastRadius(parsePlan(['docker compose build'], registry), inventory)).toMatchObject({ word: 'reversible', complete: false, containers: [] });
    const world = (command: string) => worldOf({ commands: [command], probe: [] }, registry, inventory);
    expect(world('docker compose build')).toEqual([]);
    expect(world('docker compose stop')).toHaveLength(1);
  });

  it('says on the card which image comes from which context, and which it replaces', () => {
    expect(renderAction(parsed('docker compose build'), inventory)).toBe(
      'builds web, worker, api of compose project shop (compose.yaml): for web, worker it builds image shop/web:1 from the registered context shop-web (Dockerfile), in the place of the image of that name; ' +
        'for api it builds image shop/api:2 from the registered context shop-api (deploy/Dockerfile)',
    );
  });

  it.each<readonly [string, object]>([
    ['verb', { verb: ['build'] }],
    ['verb of compose', { verb: ['compose build'] }],
    ['image', { target: ['shop/api:*'] }],
    ['context', { target: ['shop-api'] }],
    ['program', { program: ['docker'], verb: ['build'] }],
  ])('is under the rules about building: by %s', (_, when) => {
    const matches = (command: string): boolean => matchesRule({ name: 'x', when, then: {} }, { environment: 'dev', worker_id: 'a', task_name: 't', plan: parsePlan([command], registry), touched: touchedThings(parsePlan([command], registry).steps, registry, null), risk_level: 'LOW' });
    expect(matches('docker compose build')).toBe(true);
    expect(matches('docker compose up -d')).toBe(false);
  });

  it('is another plan when image or context are others', () => {
    const other = registryOf({ ...shop.builds, api: { image: 'shop/api:3', context: 'shop-api' } });
    expect(parsed('docker compose build api', other).args).not.toEqual(parsed('docker compose build api').args);
  });

  it.each<readonly [string, ComposeProject['builds'], string, string, RegExp]>([
    ['a service without a build', shop.builds, 'build db', 'COMMAND_COMPOSE', /service db has no registered build/],
    ['a service that is none', shop.builds, 'build evil', 'COMMAND_COMPOSE', /evil is not a service/],
    ['a name of an object', shop.builds, 'build constructor', 'COMMAND_COMPOSE', /constructor is not a service/],
    ['a project without builds', {}, 'build', 'COMMAND_COMPOSE', /no service of this project has a registered build/],
    ['a flag of compose after the verb', shop.builds, 'build -p shop', 'COMMAND_UNKNOWN_FLAG', /-p/],
    ['a refused service', { odd: { refused: 'has build.args, which it does not do' } }, 'build odd', 'COMMAND_COMPOSE', /service odd has build\.args, which/],
    ['all, and one of them is refused', { ...shop.builds, odd: { refused: 'has build.ssh' } }, 'build', 'COMMAND_COMPOSE', /service odd has build\.ssh/],
    ['an image that is not allowed', { web: { image: 'postgres:17', context: 'shop-web' } }, 'build', 'COMMAND_IMAGE_NOT_ALLOWED', /postgres:17/],
    ['an image with a digest', { web: { image: `shop/web:1@sha256:${'ab'.repeat(32)}`, context: 'shop-web' } }, 'build', 'COMMAND_ARGUMENTS', /digest/],
    ['an image that is a flag', { web: { image: '--network=host', context: 'shop-web' } }, 'build', 'COMMAND_TARGET_NAME', /reference/],
    ['a context that is not registered', { web: { image: 'shop/web:1', context: 'globex-web' } }, 'build', 'COMMAND_ARGUMENTS', /globex-web is not registered/],
    ['a context that is a name of an object', { web: { image: 'shop/web:1', context: 'constructor' } }, 'build', 'COMMAND_ARGUMENTS', /constructor is not registered/],
    ['one image from two contexts', { web: { image: 'shop/web:1', context: 'shop-web' }, api: { image: 'shop/web:1', context: 'shop-api' } }, 'build', 'COMMAND_COMPOSE', /service api is built as shop\/web:1, and so is web/],
    ...['--build-arg X=1', '--push', '--ssh default', '--progress plain', '--memory 1g', '--builder b', '--parallel', '--with-dependencies', '--print', '--check', '--sbom', '-m 1g', '--', '-'].map(
      (flag) => [`the flag ${flag}`, shop.builds, `build ${flag} web`, 'COMMAND_UNKNOWN_FLAG', /./] as const,
    ),
    ['up that builds first, where nobody is asked', shop.builds, 'up -d --build', 'COMMAND_COMPOSE', /builds the images first/],
  ])('is refused for %s', (_, builds, words, code, why) => {
    const by = registryOf(builds);
    expect(refusedCode(() => parsed(`docker compose ${words}`, by))).toBe(code);
    expect(() => parsed(`docker compose ${words}`, by)).toThrow(why);
  });

  it('needs builds of a project whose entry has none', () => {
    const { builds: _, ...before } = shop;
    expect(() => serviceBuilds(before, [], registry)).toThrow(/no service of this project/);
    expect(() => serviceBuilds(before, ['web'], registry)).toThrow(/service web has no registered build/);
  });
});

describe('what files say about building', () => {
  const declared = (...files: readonly object[]) => declaredBuilds(files as never, '/srv/shop');

  it.each<readonly [string, readonly object[], object]>([
    ['a path', [{ web: { image: 'shop/web:1', build: './web' } }], { path: '/srv/shop/web', dockerfile: 'Dockerfile' }],
    ['the directory itself', [{ web: { image: 'shop/web:1', build: { context: '.', dockerfile: './web.Dockerfile' } } }], { path: '/srv/shop', dockerfile: 'web.Dockerfile' }],
    ['a directory above', [{ web: { image: 'shop/web:1', build: { context: '..//lib/./x/', dockerfile: 'a/Dockerfile' } } }], { path: '/srv/lib/x', dockerfile: 'a/Dockerfile' }],
    ['an absolute path', [{ web: { image: 'shop/web:1', build: '/opt/web' } }], { path: '/opt/web', dockerfile: 'Dockerfile' }],
    ['a later file over an earlier', [{ web: { image: 'shop/web:0', build: { context: './a', dockerfile: 'D' } } }, { web: { image: 'shop/web:1', build: './b' } }, { db: {} }], { path: '/srv/shop/b', dockerfile: 'D' }],
    ['a base that builds nothing', [{ web: { image: 'shop/web:1', build: 'web' }, db: { extends: 'base' }, base: { image: 'x:1' } }], { path: '/srv/shop/web', dockerfile: 'Dockerfile' }],
  ])('is understood: %s', (_, files, is) => {
    expect(declared(...files)).toEqual({ web: { image: 'shop/web:1', ...is } });
  });

  it.each<readonly [string, object, RegExp]>([
    ['no image', { build: '.' }, /no image/],
    ['an image with a digest', { image: `shop/web@sha256:${'ab'.repeat(32)}`, build: '.' }, /digest/],
    ['an image that is a flag', { image: '--network', build: '.' }, /cannot be built/],
    ['an image that is a pattern', { image: 'shop/*', build: '.' }, /cannot be built/],
    ['an image by a variable', { image: 'shop/web:${TAG}', build: '.' }, /variable/],
    ['a context by a variable', { image: 'shop/web:1', build: '$HOME' }, /variable/],
    ['a dockerfile by a variable', { image: 'shop/web:1', build: { context: '.', dockerfile: '${D}' } }, /variable/],
    ['no context', { image: 'shop/web:1', build: { dockerfile: 'D' } }, /no directory/],
    ['an empty context', { image: 'shop/web:1', build: '' }, /no directory/],
    ['nothing', { image: 'shop/web:1', build: null }, /neither/],
    ['a list', { image: 'shop/web:1', build: ['.'] }, /neither/],
    ['a number for a context', { image: 'shop/web:1', build: { context: 1 } }, /no directory/],
    ['a repository', { image: 'shop/web:1', build: 'https://example.com/x.git' }, /no directory/],
    ['a repository by ssh', { image: 'shop/web:1', build: 'git@example.com:x.git' }, /no directory/],
    ['a repository by the old name', { image: 'shop/web:1', build: 'github.com/x/y' }, /no directory/],
    ['a home', { image: 'shop/web:1', build: '~/web' }, /no directory/],
    ['hidden characters in a context', { image: 'shop/web:1', build: 'we\u200bb' }, /no directory/],
    ['a dockerfile above', { image: 'shop/web:1', build: { context: '.', dockerfile: '../D' } }, /no path inside/],
    ['a dockerfile elsewhere', { image: 'shop/web:1', build: { context: '.', dockerfile: '/etc/D' } }, /no path inside/],
    ['a dockerfile that is none', { image: 'shop/web:1', build: { context: '.', dockerfile: 7 } }, /no path inside/],
    ...['args', 'target', 'secrets', 'ssh', 'cache_from', 'cache_to', 'additional_contexts', 'dockerfile_inline', 'network', 'labels', 'extra_hosts', 'isolation', 'privileged', 'entitlements', 'platforms', 'pull', 'no_cache', 'shm_size', 'tags', 'ulimits', 'provenance', 'sbom', 'x-own', 'tomorrow'].map(
      (key) => [`the key ${key}`, { image: 'shop/web:1', build: { context: '.', [key]: null } }, new RegExp(`build\\.${key}`)] as const,
    ),
    ['extends', { image: 'shop/web:1', build: '.', extends: 'db' }, /extends/],
    ['a platform', { image: 'shop/web:1', build: '.', platform: 'linux/arm64' }, /platform/],
    ['profiles', { image: 'shop/web:1', build: '.', profiles: ['debug'] }, /profiles/],
  ])('is refused, with the reason: %s', (_, web, why) => {
    expect(declared({ web, db: { image: 'postgres:17' } })).toEqual({ web: { refused: expect.stringMatching(why) } });
  });

  it('is refused where a build comes by extends', () => {
    const base = { image: 'shop/web:1', build: '.' };
    expect(declared({ base, web: { image: 'shop/x:1', extends: { service: 'base' } } })['web']).toEqual({ refused: expect.stringMatching(/extends/) });
    expect(declared({ base, mid: { extends: 'base' }, web: { extends: 'mid' } })['web']).toEqual({ refused: expect.stringMatching(/extends/) });
    expect(declared({ base: { image: 'x:1' }, web: { extends: 'base' } }, { base })['web']).toEqual({ refused: expect.stringMatching(/extends/) });
  });

  it('is a key of a later file that counts too', () => {
    expect(declared({ web: { image: 'shop/web:1', build: '.' } }, { web: { build: { args: { A: '1' } } } })).toEqual({ web: { refused: expect.stringMatching(/build\.args/) } });
  });

  it.each([['/srv/shop/./web/', '/srv/shop/web'], ['/srv//shop/../web', '/srv/web'], ['/../..', '/'], ['/', '/']])('%s is %s', (path, is) => expect(contextPath(path)).toBe(is));
});

describe('what was approved against what the files say', () => {
  const web = { image: 'shop/web:1', path: '/srv/shop/web', dockerfile: 'Dockerfile' };
  const api = { image: 'shop/api:2', path: '/srv/shop/api', dockerfile: 'deploy/Dockerfile' };
  const all = { web, worker: web, api };
  const holds = (declared: Parameters<typeof requireDeclared>[2], services: readonly string[] = [], by: Registry = registry): void =>
    requireDeclared(serviceBuilds(by.compose['shop'] as ComposeProject, services, by), services, declared, by);

  it('is the same: nothing is refused', () => {
    expect(() => holds(all)).not.toThrow();
    expect(() => holds({ web, odd: { refused: 'has build.args' } }, ['web'])).not.toThrow();
    expect(() => holds(all, [], registryOf(shop.builds, { build_contexts: { ...registry.build_contexts, 'shop-web': { path: '/srv/shop/web/', dockerfile: 'Dockerfile' } } }))).not.toThrow();
  });

  it.each<readonly [string, Parameters<typeof requireDeclared>[2], readonly string[], RegExp]>([
    ['a build that nobody registered', { ...all, db: web }, [], /service db has a build that is not registered/],
    ['a build that is gone', { web, worker: web }, [], /service api has no build in the files/],
    ['a build that has become another', { ...all, web: { refused: 'has build.args' } }, ['web'], /service web has build\.args/],
    ['another image', { ...all, web: { ...web, image: 'shop/other:1' } }, ['web'], /service web is image shop\/other:1 in its files/],
    ['the context of another project', { ...all, web: { ...web, path: '/srv/globex/web' } }, ['web'], /service web is built from \/srv\/globex\/web/],
    ['another Dockerfile', { ...all, web: { ...web, dockerfile: 'evil' } }, ['web'], /service web is built by evil/],
    ['a second service of one image', { ...all, worker: { ...web, path: '/x' } }, [], /service worker is built from \/x/],
  ])('is refused: %s', (_, declared, services, why) => {
    expect(refusedCode(() => holds(declared, services))).toBe('COMMAND_COMPOSE');
    expect(() => holds(declared, services)).toThrow(why);
  });
});
