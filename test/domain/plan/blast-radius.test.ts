import type { ContainerFacts, Inventory } from '../../../domain/command/action';
import { blastLines, blastRadius } from '../../../domain/plan/blast-radius';
import { parsePlan } from '../../../domain/plan/plan';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';

const shop = (service: string, more: Partial<ContainerFacts> = {}): ContainerFacts => ({
  id: service.padEnd(64, '0'), name: `shop-${service}`, image: `shop/${service}:1`, image_id: `sha256:${service}`, state: 'running', status: 'Up', ports: [], networks: ['shop_net'], volumes: [], project: 'shop', service, ...more,
});
const inventory: Inventory = {
  as_of: '2026-01-01T00:00:00Z',
  containers: [shop('db', { volumes: ['shop_data'] }), shop('api', { depends_on: ['db'], ports: ['0.0.0.0:80->80/tcp'] }), shop('web', { depends_on: ['api'], networks: ['edge'] }), shop('old', { state: 'exited', image_id: 'sha256:gone', networks: [], project: 'other' })],
  images: ['db', 'api', 'web'].map((name) => ({ id: `sha256:${name}`, tags: [`shop/${name}:1`] })),
  networks: [{ id: 'n1', name: 'shop_net' }, { id: 'n2', name: 'edge' }],
  volumes: [{ name: 'shop_data', id: 'shop_data@1' }],
};
const registry: Registry = { ...EMPTY_REGISTRY, images: ['shop/*'], compose: { shop: { dir: '/srv/shop', files: [{ name: 'compose.yaml', sha256: 'a'.repeat(64) }], services: ['db', 'api', 'web'], default: true } } };
const radius = (...commands: readonly string[]) => blastRadius(parsePlan(commands, registry), inventory);

describe('the reach of a plan, in one word', () => {
  it.each([
    ['none', ['docker ps']],
    ['reversible', ['docker stop shop-api']],
    ['reversible', ['docker restart shop-api']],
    ['recoverable', ['docker rm -f shop-api']],
    ['recoverable', ['docker compose down']],
    ['recoverable', ['docker rm -f shop-api', 'docker run -d --name shop-api shop/api:1']],
    ['destructive', ['docker rm shop-old']],
    ['destructive', ['docker rm -f shop-db', 'docker volume rm shop_data']],
    ['destructive', ['docker rm -f shop-api', 'docker rmi shop/api:1']],
    ['recoverable', ['docker compose stop', 'docker compose rm --force']],
  ])('%s: %j', (word, commands) => {
    expect(radius(...commands).word).toBe(word);
  });

  it('is the class of the verbs when no engine is seen', () => {
    const plan = parsePlan(['docker rm shop-api'], registry);
    expect(blastRadius(plan, null)).toMatchObject({ word: 'destructive', complete: false });
  });
});

it('loses the volumes that Compose is told to remove, and leaves none without an owner', () => {
  const unnamed = '9'.repeat(64);
  const held: Inventory = { ...inventory, containers: inventory.containers.map((one) => (one.service === 'db' ? { ...one, volumes: ['shop_data', unnamed] } : one)), volumes: [...inventory.volumes, { name: unnamed, id: `${unnamed}@1` }] };
  const asking: Registry = { ...registry, unregistered: { ...registry.unregistered, compose: 'ask', option: 'ask' } };
  const reach = (command: string) => blastRadius(parsePlan([command], asking), held);
  expect(reach('docker compose down')).toMatchObject({ word: 'recoverable', volumes_lost: [], volumes_orphaned: [unnamed] });
  expect(reach('docker compose down -v')).toMatchObject({ word: 'destructive', volumes_lost: ['shop_data', unnamed], volumes_orphaned: [], complete: false });
  expect(reach('docker compose rm -s -f -v')).toMatchObject({ word: 'destructive', volumes_lost: [unnamed], volumes_orphaned: [], complete: false });
  for (const option of ['--rmi all', '--remove-orphans']) expect(reach(`docker compose down ${option}`)).toMatchObject({ word: 'destructive', complete: false });
});

it('names who depends, what stops answering and what it would be rebuilt from', () => {
  expect(radius('docker rm -f shop-api')).toMatchObject({
    containers: [{ name: 'shop-api', now: 'running', after: 'absent' }],
    dependants: [{ name: 'shop-db', because: 'shares network shop_net with shop-api' }, { name: 'shop-web', because: 'depends on api (shop-api)' }],
    ports: [{ container: 'shop-api', port: '0.0.0.0:80->80/tcp' }],
    rebuild: [{ container: 'shop-api', image: 'shop/api:1', here: true }],
    complete: true,
  });
});

it('says what the engine would refuse, and does not count it', () => {
  expect(radius('docker volume rm shop_data', 'docker rm shop-api', 'docker network rm shop_net')).toMatchObject({ volumes_lost: [], networks_lost: [], rebuild: [], refused: [expect.stringContaining('shop_data is used by shop-db'), expect.stringContaining('shop-api is running'), expect.stringContaining('shop_net')] });
});

it('puts lost data first, and never fills a card', () => {
  expect(blastLines(radius('docker rm -f shop-db', 'docker volume rm shop_data'))[0]).toBe('data is lost: volume shop_data');
  const many: Inventory = { ...inventory, containers: Array.from({ length: 100 }, (_, at) => shop(`s${String(at)}`)) };
  const lines = blastLines(blastRadius(parsePlan(['docker rm -f shop-s0'], registry), many));
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toMatch(/^and \d+ more$/);
});
