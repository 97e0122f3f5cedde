/** Text as Postgres and canonical JSON can hold it: U+FFFD stands where a NUL or half a surrogate pair was. Anybody may have written it. */
import type { Json } from './canonical-json';

export const storableText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/** Plain data, without undefined members, each of its texts changed by `change` and made storable. */
export function storableJson(value: unknown, change: (text: string) => string = (text) => text): Json {
  if (typeof value === 'string') return storableText(change(value));
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((one) => storableJson(one, change));
  if (typeof value !== 'object') return null;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [storableText(name), storableJson(member, change)]));
}
