/** Names of things in a command: well-formed, not protected, allowed. Hostile: written by an agent. */
import type { TargetKind } from './action';
import { refusal } from '../errors';
import { matchesGlob } from '../text/glob';
import { isProtectedName } from './protected-names';
import type { Registry } from './registry';
import type { Unregistered } from './unregistered';

/** As the engine takes them; ids and their prefixes have the same form. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/**
 * The name of a container, network or volume. A protected thing named by its id is caught by the gateway, which asks the
 * engine for the real name.
 *
 * @throws WingmanError COMMAND_TARGET_NAME, COMMAND_TARGET_PROTECTED
 */
export function targetName(kind: Exclude<TargetKind, 'image'>, word: string, registry: Registry): string {
  if (!NAME.test(word)) {
    throw refusal('COMMAND_TARGET_NAME', `${JSON.stringify(word)} is no name of a ${kind}`, { part: word });
  }
  if (isProtectedName(registry, kind, [word])) {
    throw refusal('COMMAND_TARGET_PROTECTED', `${kind} ${word} is protected; no command may touch it`, { part: word });
  }
  return word;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?';
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
/** The grammar of github.com/distribution/reference, but for hosts in capitals, which would be a second spelling of one. */
const REFERENCE = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::(${TAG}))?(?:@sha256:[0-9a-f]{64})?$`);
const MAX_REFERENCE = 255 + 1 + 128 + 72;

/** A reference to an image that is there: `name`, `name:tag`, with a digest, or its id. @throws WingmanError COMMAND_TARGET_NAME */
export function imageName(word: string): string {
  if (word.length > MAX_REFERENCE || !REFERENCE.test(word)) {
    throw refusal('COMMAND_TARGET_NAME', `${JSON.stringify(word)} is no reference of an image`, { part: word });
  }
  return word;
}

/**
 * Nothing for a reference that may be run, built or tagged unasked: exactly as registered, digest included, or with a tag and without
 * its digest one of `registry.images`.
 */
export function unregisteredImage(word: string, { images }: Registry): readonly Unregistered[] {
  if (images.includes(word) && word.includes('@')) return [];
  const [named = word] = word.split('@');
  if (tagOf(word) === undefined) return [{ kind: 'image', code: 'COMMAND_IMAGE_NOT_ALLOWED', says: `image ${word} has no tag, which means ${word.includes('@') ? 'what its digest says' : `${named}:latest, whatever that is by then`}, and is not registered (images)`, part: word }];
  if (images.some((pattern) => matchesGlob(pattern, named))) return [];
  return [{ kind: 'image', code: 'COMMAND_IMAGE_NOT_ALLOWED', says: `image ${named} is not registered (images)`, part: word }];
}

/**
 * Nothing for a reference that may be pulled unasked: one that may be run, or below a registered path a digest without a tag, which says
 * more than the tag would. A single registered tag allows no other digest of its repository.
 */
export function unregisteredPull(word: string, registry: Registry): readonly Unregistered[] {
  const [named = word, digest] = word.split('@');
  const isBelowPath = registry.images.some((pattern) => pattern.endsWith('/*') && matchesGlob(pattern, named));
  return digest !== undefined && tagOf(word) === undefined && isBelowPath ? [] : unregisteredImage(word, registry);
}

const tagOf = (word: string): string | undefined => REFERENCE.exec(word)?.[1];
