/** Names of things in a command: well-formed, not protected, allowed. Hostile: written by an agent. */
import type { TargetKind } from './action';
import { refusal } from '../errors';
import { matchesGlob } from '../text/glob';
import type { Registry } from './registry';

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
  if (protectedNames(kind, registry).some((pattern) => matchesGlob(pattern, word))) {
    throw refusal('COMMAND_TARGET_PROTECTED', `${kind} ${word} is protected; no command may touch it`, { part: word });
  }
  return word;
}

function protectedNames(kind: Exclude<TargetKind, 'image'>, { protected: names }: Registry): readonly string[] {
  switch (kind) {
    case 'container':
      return names.containers;
    case 'network':
      return names.networks;
    case 'volume':
      return names.volumes;
  }
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
 * A reference that may be run, built or tagged: exactly as registered, digest included, or with a tag and without its digest
 * one of `registry.images`.
 *
 * @throws WingmanError COMMAND_TARGET_NAME, COMMAND_IMAGE_NOT_ALLOWED
 */
export function allowedImage(word: string, registry: Registry): string {
  imageName(word);
  if (registry.images.includes(word) && word.includes('@')) return word;
  const [named = word] = word.split('@');
  if (tagOf(word) === undefined) {
    throw refusal('COMMAND_IMAGE_NOT_ALLOWED', `image ${word} needs a tag, such as ${named}:1.0`, { part: word });
  }
  if (!registry.images.some((pattern) => matchesGlob(pattern, named))) {
    throw refusal('COMMAND_IMAGE_NOT_ALLOWED', `image ${named} is not in the registered list (images)`, { part: word });
  }
  return word;
}

/**
 * A reference that may be pulled: an allowed one, or below a registered path a digest without a tag, which says more than
 * the tag would. A single registered tag allows no other digest of its repository.
 *
 * @throws WingmanError COMMAND_TARGET_NAME, COMMAND_IMAGE_NOT_ALLOWED
 */
export function pullableImage(word: string, registry: Registry): string {
  const [named = word, digest] = imageName(word).split('@');
  const isBelowPath = registry.images.some((pattern) => pattern.endsWith('/*') && matchesGlob(pattern, named));
  return digest !== undefined && tagOf(word) === undefined && isBelowPath ? word : allowedImage(word, registry);
}

const tagOf = (word: string): string | undefined => REFERENCE.exec(word)?.[1];
