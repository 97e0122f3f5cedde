import type { TargetKind } from './action';
import { refusal } from './errors';
import type { Registry } from './registry';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
export function targetName(kind: Exclude<TargetKind, 'image'>, word: string, registry: Registry): string {
  if (!NAME.test(word)) throw refusal('COMMAND_TARGET_NAME', `${word} is no name`, { part: word });
  const list = kind === 'container' ? registry.protected.containers : kind === 'network' ? registry.protected.networks : registry.protected.volumes;
  if (list.some((p) => (p.endsWith('*') ? word.startsWith(p.slice(0, -1)) : p === word))) {
    throw refusal('COMMAND_TARGET_PROTECTED', `${kind} ${word} is protected`, { part: word });
  }
  return word;
}
export function imageName(word: string): string {
  if (!/^[a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$/.test(word) || word.split('/').some((p) => /^\.+/.test(p) || p === '')) {
    throw refusal('COMMAND_TARGET_NAME', `${word} is no image`, { part: word });
  }
  return word;
}
export function allowedImage(word: string, registry: Registry): string {
  imageName(word);
  const tagged = /:[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@sha256:[0-9a-f]{64})?$/.test(word);
  if (!tagged || !registry.images.some((p) => (p.endsWith('*') ? word.startsWith(p.slice(0, -1)) : p === word))) {
    throw refusal('COMMAND_IMAGE_NOT_ALLOWED', `${word} is not allowed`, { part: word });
  }
  return word;
}
