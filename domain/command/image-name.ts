/** Which image of an inventory a reference means. */
import type { ImageFacts } from './action';

/** With a digest the tag says nothing: so the engine reads `name:tag@digest`, and so it stands in its list. */
export function isImageNamed({ tags, digests = [] }: ImageFacts, name: string): boolean {
  const [named = name, digest] = name.split('@');
  const isTagged = named.lastIndexOf(':') > named.lastIndexOf('/');
  if (digest !== undefined) return digests.includes(`${isTagged ? named.slice(0, named.lastIndexOf(':')) : named}@${digest}`);
  return tags.includes(name) || (!isTagged && tags.includes(`${name}:latest`));
}
