/** Every verb, by every way of naming a thing: a rule, a protection, a wall and a risk are of the thing, and there is no way around. */
import { assessRequest, type Assessment } from '../../../domain/approval/assessment';
import type { Inventory } from '../../../domain/command/action';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';
import { VERBS } from '../../../domain/command/verbs';
import { toEnvironment, toTenantId, toWorkerId } from '../../../domain/ids';
import { actionReversibility, parseAction } from '../../../domain/command/parse-action';
import type { Policy } from '../../../domain/policy/policy';
import { registryFor } from '../../../domain/policy/registry-for';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { sha256Hex } from '../../../security/digest';

const ID = { container: `ab12${'c'.repeat(60)}`, network: `de34${'f'.repeat(60)}`, image: `9f8e${'7'.repeat(60)}` };
const OTHER = `0000${'1'.repeat(60)}`;
const inventory: Inventory = {
  as_of: '2026-12-01T12:00:00.000Z',
  containers: [
    {
      id: ID.container, name: 'prod-db', image: 'prod-img:1', image_id: `sha256:${ID.image}`, state: 'exited', status: 'Exited (0)', ports: [], networks: ['prod-net'], volumes: ['prod-data'],
      project: 'store', service: 'pg', labels: { tier: 'gold' },
    },
    { id: OTHER, name: 'web', image: 'nginx:1.27', state: 'running', status: 'Up', ports: [], networks: [], volumes: [] },
  ],
  images: [{ id: `sha256:${ID.image}`, tags: ['prod-img:1', 'prod-img:latest'], digests: [`prod-img@sha256:${'5'.repeat(64)}`] }, { id: `sha256:${OTHER}`, tags: ['nginx:1.27'], digests: [] }, { id: `sha256:${'6'.repeat(64)}`, tags: ['prod-unused:1'], digests: [] }],
  networks: [{ id: ID.network, name: 'prod-net' }, { id: OTHER, name: 'plain-net' }],
  volumes: [{ name: 'prod-data', id: 'prod-data@2026' }, { name: 'prod-unused', id: 'prod-unused@2026' }, { name: 'plain', id: 'plain@2026' }],
};

const ways = (id: string): readonly string[] => [id, id.slice(0, 12), id.slice(0, 4)];
const CONTAINER = ['prod-db', ...ways(ID.container)];
const NETWORK = ['prod-net', ...ways(ID.network)];
const VOLUME = ['prod-data'];
const IMAGE = ['prod-img:1', 'prod-img', `prod-img@sha256:${'5'.repeat(64)}`, ...ways(ID.image)];
/** Names that a registry's list can allow: an image that is run or built is named by its reference. */
const REFERENCE = ['prod-img:1'];

type Naming = readonly [line: (name: string) => string, names: readonly string[]];
/** By verb: lines that touch a thing. None: it names nothing, or lists everything. A verb that is missing here fails the test. */
const LINES: Readonly<Record<string, readonly Naming[]>> = {
  build: [[(name) => `docker build -t ${name} ctx`, REFERENCE]],
  commit: [[(name) => `docker commit ${name} shop/copy:1`, CONTAINER], [(name) => `docker commit web ${name}`, REFERENCE]],
  'container prune': [[() => 'docker container prune -f', ['']]],
  cp: [[(name) => `docker cp ${name}:/x /srv/x`, CONTAINER], [(name) => `docker cp /srv/x ${name}:/x`, CONTAINER]],
  create: [[(name) => `docker create --name ${name} nginx:1.27`, ['prod-db']], [(name) => `docker create -v ${name}:/data nginx:1.27`, VOLUME]],
  diff: [[(name) => `docker diff ${name}`, CONTAINER]],
  exec: [[(name) => `docker exec ${name} ls`, CONTAINER]],
  export: [[(name) => `docker export -o /srv/x.tar ${name}`, CONTAINER]],
  history: [[(name) => `docker history ${name}`, IMAGE]],
  'image inspect': [[(name) => `docker image inspect ${name}`, IMAGE]],
  'image prune': [[() => 'docker image prune -af', ['']]],
  import: [[(name) => `docker import /srv/x.tar ${name}`, REFERENCE]],
  inspect: [[(name) => `docker inspect ${name}`, CONTAINER]],
  kill: [[(name) => `docker kill ${name}`, CONTAINER]],
  logs: [[(name) => `docker logs ${name}`, CONTAINER]],
  'network connect': [[(name) => `docker network connect ${name} web`, NETWORK], [(name) => `docker network connect plain-net ${name}`, CONTAINER]],
  'network create': [[(name) => `docker network create ${name}`, ['prod-net']]],
  'network disconnect': [[(name) => `docker network disconnect ${name} web`, NETWORK], [(name) => `docker network disconnect plain-net ${name}`, CONTAINER]],
  'network inspect': [[(name) => `docker network inspect ${name}`, NETWORK]],
  'network prune': [[() => 'docker network prune -f', ['']]],
  'network rm': [[(name) => `docker network rm ${name}`, NETWORK]],
  pause: [[(name) => `docker pause ${name}`, CONTAINER]],
  port: [[(name) => `docker port ${name}`, CONTAINER]],
  push: [[(name) => `docker push ${name}`, REFERENCE]],
  pull: [[(name) => `docker pull ${name}`, REFERENCE]],
  rename: [[(name) => `docker rename ${name} web2`, CONTAINER], [(name) => `docker rename web ${name}`, ['prod-db']]],
  restart: [[(name) => `docker restart ${name}`, CONTAINER]],
  rm: [[(name) => `docker rm -f ${name}`, CONTAINER]],
  rmi: [[(name) => `docker rmi ${name}`, IMAGE]],
  run: [
    [(name) => `docker run -d --name ${name} nginx:1.27`, ['prod-db']],
    [(name) => `docker run -d --network ${name} nginx:1.27`, ['prod-net']],
    [(name) => `docker run -d -v ${name}:/data nginx:1.27`, VOLUME],
  ],
  save: [[(name) => `docker save -o /srv/x.tar ${name}`, IMAGE]],
  start: [[(name) => `docker start ${name}`, CONTAINER]],
  stats: [[(name) => `docker stats --no-stream ${name}`, CONTAINER]],
  stop: [[(name) => `docker stop ${name}`, CONTAINER]],
  tag: [[(name) => `docker tag nginx:1.27 ${name}`, REFERENCE]],
  top: [[(name) => `docker top ${name}`, CONTAINER]],
  unpause: [[(name) => `docker unpause ${name}`, CONTAINER]],
  update: [[(name) => `docker update --memory 64m ${name}`, CONTAINER]],
  'volume create': [[(name) => `docker volume create ${name}`, VOLUME]],
  'volume inspect': [[(name) => `docker volume inspect ${name}`, VOLUME]],
  'volume prune': [[() => 'docker volume prune -af', ['']]],
  'volume rm': [[(name) => `docker volume rm ${name}`, VOLUME]],
  wait: [[(name) => `docker wait ${name}`, CONTAINER]],
};
/** Name nothing of their own. */
const NAMELESS = [
  'images', 'info', 'network ls', 'ps', 'system df', 'version', 'volume ls', '--version', 'builder prune', 'buildx ls', 'buildx version', 'compose ls', 'compose version', 'context ls', 'context show', 'events', 'load',
];
const COMPOSE = ['up -d', 'up -d --no-deps pg', 'start', 'stop', 'restart pg', 'pause', 'unpause', 'rm -f', 'down', 'down -t 0', 'ps', 'logs', 'top', 'stop -t 0 pg'];

const registry: Registry = {
  ...EMPTY_REGISTRY,
  images: ['prod-img:1', 'nginx:1.27'],
  exec: Object.fromEntries(CONTAINER.map((name) => [name, [['ls']]])),
  run_networks: ['prod-net'],
  run_volumes: ['prod-data'],
  build_contexts: { ctx: { path: '/srv/ctx', dockerfile: 'Dockerfile' } },
  compose: {
    store: { dir: '/srv/store', files: [{ name: 'compose.yaml', sha256: 'a'.repeat(64) }], services: ['pg'], container_names: { pg: 'prod-db' }, networks: ['prod-net'], volumes: ['prod-data'], default: true },
    // Nothing of it is there yet, and its registration tells what it will make.
    fresh: { dir: '/srv/fresh', files: [{ name: 'compose.yaml', sha256: 'b'.repeat(64) }], services: ['one'], container_names: { one: 'prod-new' }, networks: [], volumes: [], default: false },
  },
  commands: Object.fromEntries(
    ways(ID.container).concat('prod-db').map((name, at) => [`tool${String(at)}`, { argv: ['/usr/bin/tool', name], summary: 'x', reversibility: 'REVERSIBLE' as const, cwd: '/', user: null, env: {}, timeout_seconds: 9, max_output_bytes: 99 }]),
  ),
};
const plain = parsePolicyFile('version: 1\nname: plain\nenvironments:\n  dev: {}\n  prd: {}\nreviewers: { may_decide: [{ everyone: true, environments: ["*"], risk_up_to: HIGH }] }\n');
const policyWith = (more: Partial<Policy>): Policy => ({ ...plain, registry, instruction: 'off', ...more });

const assess = (policy: Policy, commands: readonly string[]): Assessment =>
  assessRequest({
    tenant: toTenantId('default'), environment: toEnvironment('dev'), worker_id: toWorkerId('agent-1'), task_name: 'Look after it', instruction: 'As asked.', commands, ordered: true,
    policy, inventory, now: Date.parse('2026-12-01T12:00:00Z'), sha256: sha256Hex,
  });
const codesOf = (policy: Policy, commands: readonly string[]): readonly string[] => assess(policy, commands).reasons.map(({ code }) => code);

const ruled = policyWith({ rules: [{ name: 'production is not touched here', when: { target: ['prod-*'] }, then: { refuse: 'no' } }] });
const guarded = policyWith({ registry: { ...registry, protected: { containers: ['prod-*'], networks: ['prod-*'], volumes: ['prod-*'] } } });
const walled = policyWith({
  environments: { ...plain.environments, prd: { ...(plain.environments['prd'] as Policy['environments'][string]), governed: { containers: ['prod-*'], images: ['prod-*'], networks: ['prod-*'], volumes: ['prod-*'], labels: [] } } },
});
const labelled = policyWith({
  environments: { ...plain.environments, prd: { ...(plain.environments['prd'] as Policy['environments'][string]), governed: { containers: [], images: [], networks: [], volumes: [], labels: ['tier=gold'] } } },
});
const open = policyWith({});

const verbs = VERBS.map(({ verb }) => verb);
const lines = Object.entries(LINES).flatMap(([verb, namings]) => namings.flatMap(([line, names]) => names.map((name) => ({ verb, command: line(name) }))));
const composed = ['store', 'fresh'].flatMap((project) => COMPOSE.filter((line) => project === 'store' || !line.includes('pg')).map((line) => `docker compose -p ${project} ${line}`));
const changes = (command: string): boolean => actionReversibility(parseAction(command, registryFor(open, 'dev'))) !== 'READ_ONLY';
/** An image is protected by no name. */
const IMAGE_VERBS = ['build', 'history', 'image inspect', 'image prune', 'import', 'pull', 'push', 'rmi', 'save', 'tag'];

const isOfImage = ({ verb, command }: { readonly verb: string; readonly command: string }): boolean => IMAGE_VERBS.includes(verb) || command === 'docker commit web prod-img:1';
/** The image stays what it is: reading it is no change to what another environment governs. */
const ONLY_USE = ['push', 'save'];

let tried = 0;
afterAll(() => process.stderr.write(`things, not words: ${String(tried)} ways tried, of ${String(lines.length)} lines, ${String(composed.length)} of Compose\n`));
const isTried = (): void => void (tried += 1);

describe('every verb, by every name of a thing', () => {
  it('is in the table', () => {
    expect(verbs.filter((verb) => LINES[verb] === undefined && !NAMELESS.includes(verb))).toEqual([]);
    expect(lines.length).toBeGreaterThan(90);
  });

  it.each(lines)('meets a rule about the thing: $command', ({ command }) => {
    isTried();
    expect(codesOf(ruled, [command])).toContain('POLICY_REFUSED');
  });

  it.each(lines.filter((line) => !isOfImage(line) && !line.verb.endsWith('prune')))('finds it protected: $command', ({ command }) => {
    isTried();
    expect(codesOf(guarded, [command])).toEqual(expect.arrayContaining(['COMMAND_TARGET_PROTECTED']));
  });

  it.each(lines.filter(({ verb, command }) => changes(command) && !ONLY_USE.includes(verb)))('meets the wall of the environment that governs it: $command', ({ command }) => {
    isTried();
    expect(codesOf(walled, [command])).toContain('TARGET_GOVERNED_ELSEWHERE');
  });

  it.each(lines.filter((line) => changes(line.command) && !isOfImage(line)))('is HIGH by the name of the thing: $command', ({ command }) => {
    isTried();
    const { risk_level, risk_reason } = assess(open, [command]);
    expect(risk_level).toBe('HIGH');
    expect(risk_reason).toMatch(/named as a production thing/);
  });

  it('is not hindered where the thing is another one', () => {
    for (const command of ['docker restart web', `docker stop ${OTHER.slice(0, 12)}`, 'docker logs web', 'docker network rm plain-net', 'docker volume rm plain', 'docker run -d --name api nginx:1.27', 'docker run -d --name two prod-img:1']) {
      isTried();
      expect([command, codesOf(guarded, [command]), codesOf(walled, [command])]).toEqual([command, [], []]);
    }
    expect(codesOf(ruled, ['docker restart web'])).toEqual([]);
  });
});

describe('other ways to the same thing', () => {
  it.each(composed)('through Compose: %s', (command) => {
    isTried();
    expect(codesOf(ruled, [command])).toContain('POLICY_REFUSED');
    expect(codesOf(guarded, [command])).toContain('COMMAND_TARGET_PROTECTED');
    if (!changes(command)) return;
    expect(codesOf(walled, [command])).toContain('TARGET_GOVERNED_ELSEWHERE');
    expect(assess(open, [command]).risk_level).toBe('HIGH');
  });

  it.each(Object.values(registry.commands).map(({ argv }) => argv.join(' ')))('through a registered program: %s', (command) => {
    isTried();
    expect(codesOf(ruled, [command])).toContain('POLICY_REFUSED');
    expect(codesOf(guarded, [command])).toContain('COMMAND_TARGET_PROTECTED');
    expect(codesOf(walled, [command])).toContain('TARGET_GOVERNED_ELSEWHERE');
    expect(assess(open, [command]).risk_level).toBe('HIGH');
  });

  it.each(CONTAINER)('by another name that an earlier step gives it: rename %s', (name) => {
    isTried();
    const plan = [`docker rename ${name} harmless`, 'docker rm -f harmless'];
    const { reasons } = assess(ruled, plan);
    expect(reasons.map(({ code }) => code)).toEqual(['POLICY_REFUSED']);
    const onlyRemoving = policyWith({ rules: [{ name: 'no removal', when: { verb: ['rm'], target: ['prod-*'] }, then: { refuse: 'no' } }] });
    expect(codesOf(onlyRemoving, plan)).toEqual(['POLICY_REFUSED']);
  });

  it('by its image, its project, its service, its label', () => {
    for (const target of ['prod-img:*', 'store', 'pg', 'store/pg', 'tier=gold']) {
      isTried();
      expect(codesOf(policyWith({ rules: [{ name: 'x', when: { target: [target] }, then: { refuse: 'no' } }] }), [`docker restart ${ID.container.slice(0, 12)}`])).toEqual(['POLICY_REFUSED']);
    }
  });

  it('by a label that another environment governs', () => {
    expect(codesOf(labelled, [`docker restart ${ID.container.slice(0, 4)}`])).toEqual(['TARGET_GOVERNED_ELSEWHERE']);
    expect(codesOf(labelled, ['docker logs prod-db'])).toEqual([]);
    expect(codesOf(labelled, ['docker restart web'])).toEqual([]);
  });
});

describe('a project that declares a protected thing', () => {
  const registered = (project: string): string => `version: 1\nname: x\nenvironments: { dev: {} }\nreviewers: { may_decide: [{ everyone: true, environments: ["*"], risk_up_to: HIGH }] }\nregistry:\n  protected: { containers: ['wingman*'], networks: ['inner*'], volumes: [] }\n  compose:\n    prot: { dir: /srv/p, files: [{ name: compose.yaml, sha256: ${'a'.repeat(64)} }], services: [gov], ${project} }\n`;
  it.each([['container_names: { gov: wingman-x }'], ["networks: ['inner-net']"]])('cannot be registered: %s', (project) => {
    isTried();
    expect(() => parsePolicyFile(registered(project))).toThrow(/compose\.prot.*(?:wingman-x|inner-net), which is protected/s);
  });
  it('can, where it declares none', () => expect(() => parsePolicyFile(registered('container_names: { gov: shop }'))).not.toThrow());
});
