import type { ContainerFacts, Inventory } from '../../../domain/command/action';
import { expandQueries } from '../../../domain/command/container-query';
import { refusedCode } from '../../support/run-verb';

const container = (name: string, more: Partial<ContainerFacts> = {}): ContainerFacts => ({ id: name.padEnd(64, '0'), name, image: 'shop/api:1', state: 'running', status: 'Up', ports: [], ...more });
const inventory: Inventory = {
  as_of: '2026-12-01T00:00:00Z',
  containers: [container('shop-worker-1', { project: 'shop', service: 'worker' }), container('shop-worker-2', { project: 'shop', service: 'worker' }), container('php-fpm'), container('dovecot', { state: 'exited' }), container('cache', { image: 'redis:7' })],
  images: [], networks: [], volumes: [],
};

test.each([
  ['docker stop $(docker ps -qf name=worker)', 'docker stop shop-worker-1 shop-worker-2'],
  ['docker exec -it $(docker ps -qf name=php-fpm) composer dump-autoload -o', 'docker exec -it php-fpm composer dump-autoload -o'],
  ['docker exec -u www-data -it "$(docker ps -q -f name=php)" php -v', 'docker exec -u www-data -it php-fpm php -v'],
  ['docker restart $(docker ps -qaf name=dovecot)', 'docker restart dovecot'],
  ['docker logs --tail 5 $(docker ps -q --filter "ancestor=redis")', 'docker logs --tail 5 cache'],
  ['docker rm $(docker ps -aq --filter status=exited)', 'docker rm dovecot'],
  ['docker kill $(docker ps -q --filter label=com.docker.compose.service=worker --filter name=2)', 'docker kill shop-worker-2'],
  // Text, not a query: whatever stands there is judged as it is.
  ["docker exec web sh -c 'kill $(docker ps -qf name=x) now'", "docker exec web sh -c 'kill $(docker ps -qf name=x) now'"],
  ['docker exec web echo $(docker ps -qf name=php)', 'docker exec web echo $(docker ps -qf name=php)'],
  ['docker stop $(id)', 'docker stop $(id)'],
  ['docker stop web', 'docker stop web'],
])('%s is %s', (command, expanded) => {
  expect(expandQueries(command, inventory)).toBe(expanded);
});

test.each([
  ['docker rm -f $(docker ps -qa)', 'COMMAND_EVERYTHING'],
  ['docker stop $(docker ps -q)', 'COMMAND_EVERYTHING'],
  ['docker restart $(docker ps -qf name=dovecot)', 'TARGET_UNRESOLVED'],
  ['docker exec $(docker ps -qf name=worker) id', 'TARGET_UNRESOLVED'],
  ['docker stop $(docker ps -f name=worker)', 'COMMAND_ARGUMENTS'],
  ['docker stop $(docker ps -ql)', 'COMMAND_ARGUMENTS'],
  ['docker stop $(docker ps -q -f health=starting)', 'COMMAND_FLAG_VALUE'],
  ['docker stop $(docker ps -q -f evil=1)', 'COMMAND_FLAG_VALUE'],
])('%s is refused: %s', (command, code) => {
  expect(refusedCode(() => expandQueries(command, inventory))).toBe(code);
});
