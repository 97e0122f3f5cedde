/** Targets as the card names them: what a name stands for now, or that nothing has it. */
import { isImageNamed } from './image-name';
import type { ContainerFacts, Inventory, TargetRef } from './action';

const UNSEEN = '(the engine could not be seen)';
const MISSING = '(not found now)';

/** `container web (image nginx:1.27, Up 3 days, ports 0.0.0.0:80->80/tcp)` */
export function describeTarget({ kind, name }: TargetRef, inventory: Inventory | null): string {
  if (inventory === null) return `${kind} ${name} ${UNSEEN}`;
  switch (kind) {
    case 'container': {
      const found = findNamed(inventory.containers, name);
      return found === null ? `container ${name} ${MISSING}` : describeFacts(name, found);
    }
    case 'image':
      return describeImage(name, inventory);
    case 'network': {
      const found = findNamed(inventory.networks, name);
      return found === null
        ? `network ${name} ${MISSING}`
        : `network ${ownName(name, found.name)} (id ${found.id.slice(0, 12)})`;
    }
    case 'volume':
      return inventory.volumes.some((volume) => volume.name === name) ? `volume ${name}` : `volume ${name} ${MISSING}`;
  }
}

export const describeTargets = (targets: readonly TargetRef[], inventory: Inventory | null): string =>
  targets.map((target) => describeTarget(target, inventory)).join(', ');

function describeFacts(asked: string, { name, image, status, state, ports }: ContainerFacts): string {
  const now = status === '' ? state : status;
  const published = ports.length === 0 ? '' : `, ports ${ports.join(' ')}`;
  return `container ${ownName(asked, name)} (image ${image}, ${now}${published})`;
}

/** Asked for by id: the name is what a person knows it by. */
const ownName = (asked: string, name: string): string => (asked === name ? name : `${asked} = ${name}`);

function describeImage(name: string, { images }: Inventory): string {
  const tagged = images.filter((image) => isImageNamed(image, name));
  const [found, second] =
    tagged.length > 0 ? tagged : images.filter(({ id }) => isIdPrefix(name, id.replace(/^sha256:/, '')));
  if (found === undefined || second !== undefined) return `image ${name} ${MISSING}`;
  const others = found.tags.filter((tag) => tag !== name && tag !== `${name}:latest`);
  const also = others.length === 0 ? '' : `, also named ${others.join(' ')}`;
  return `image ${name} (id ${found.id.replace(/^sha256:/, '').slice(0, 12)}${also})`;
}

function findNamed<T extends { readonly id: string; readonly name: string }>(
  facts: readonly T[],
  name: string,
): T | null {
  const named = facts.filter((it) => it.name === name);
  const [found, second] = named.length > 0 ? named : facts.filter(({ id }) => isIdPrefix(name, id));
  return found === undefined || second !== undefined ? null : found;
}

/** As short as `findTarget` takes them. */
const isIdPrefix = (name: string, id: string): boolean => /^[0-9a-f]{4,64}$/.test(name) && id.startsWith(name);
