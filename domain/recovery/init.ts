/** A first plan from what runs now: stop, remove, rebuild. To be read and completed by its owner, and so with comments. */
import type { ContainerFacts, Inventory } from '../command/action';
import { BUILT_IN_NETWORKS } from '../plan/blast-world';
import { refusal } from '../errors';

const MOST = 20;

/** @throws WingmanError NOT_FOUND for a name that nothing has, INVALID_FIELD for more than 20 */
export function planOfInventory(names: readonly string[], inventory: Inventory): string {
  const running = inventory.containers.filter(({ state }) => state === 'running');
  const containers = names.length === 0 ? running : names.map((name) => inventory.containers.find((one) => one.name === name) ?? missing(name));
  if (containers.length === 0) throw refusal('NOT_FOUND', 'nothing runs there; name the containers');
  if (containers.length > MOST) throw refusal('INVALID_FIELD', `there are ${String(containers.length)} containers, and a stage has at most ${String(MOST)} commands; name those of one recovery`);
  const all = containers.map(({ name }) => name).join(' ');
  const probes = (is: string): string => containers.map(({ name }) => `      - { container: ${quoted(name)}, is: ${is} }`).join('\n');
  return `# A recovery plan, from what ran at ${inventory.as_of}: docs/dr.md explains each word, docs/dr-plan.schema.json is its form.
version: 1
name: ${quoted(`rebuild ${containers.map(({ name }) => name).join('-')}`.slice(0, 100))}
stages:
  - name: stop
    commands:
      - ${quoted(`docker stop ${all}`)}
    probe:
${probes('stopped')}
    within_seconds: 60
    hold_seconds: 2
    quorum: 1
    on_reject: stop
    # A stop that fails is undone.
    on_failure: { rollback_to: 0 }
    undo:
      commands:
        - ${quoted(`docker start ${all}`)}
      probe:
${probes('running').replaceAll(/^/gm, '  ')}
  - name: remove
    commands:
      - ${quoted(`docker rm ${all}`)}
    probe:
${probes('absent')}
    on_reject: stop
    on_failure: stop
  - name: rebuild
    commands:
${containers.map(rebuild).join('\n')}
    probe:
${probes('running')}
    within_seconds: 120
    hold_seconds: 5
`;
}

/** What the inventory knows; the rest is said to be missing, and not guessed. */
function rebuild({ name, image, ports, networks = [], volumes = [] }: ContainerFacts): string {
  const published = [...new Set(ports.flatMap((port) => /^(?:0\.0\.0\.0:|(127\.0\.0\.1:))(\d+)->(\d+)\/tcp$/.exec(port)?.slice(1, 4).map((part) => part ?? '').join(' ') ?? []))];
  const network = networks.length === 1 ? networks[0] : undefined;
  const words = [
    'docker run -d', `--name ${name}`,
    ...published.map((text) => text.split(' ')).map(([address = '', host = '', inner = '']) => `-p ${address}${host}:${inner}`),
    ...(network === undefined || network === 'bridge' || (BUILT_IN_NETWORKS.includes(network) && network !== 'none') ? [] : [`--network ${network}`]),
    image,
  ];
  const left = ['its command', ...(volumes.length === 0 ? [] : [`its volumes (${volumes.join(', ')})`]), ...(networks.length > 1 ? [`its networks (${networks.join(', ')})`] : []), 'its environment and limits'];
  return `      # To be completed: ${left.join(', ')}.\n      - ${quoted(words.join(' '))}`;
}

function missing(name: string): never {
  throw refusal('NOT_FOUND', `there is no container ${name.slice(0, 100)} there`);
}

const quoted = (text: string): string => JSON.stringify(text);
