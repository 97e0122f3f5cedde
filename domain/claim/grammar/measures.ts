/** What a thing is said to have: "10 lines", "a size of 3 MB", "mode 0644", "exit code 0", "version 8.1.2", "image nginx:1.27". */
import { phrases } from './cursor';
import { isNameOf } from './kinds';
import { takeCount, takeSize } from './quantity';
import type { Comparison, Expected, Predicate } from '../claim';
import type { Cursor } from './cursor';
import type { Said } from './said';

interface Counted {
  readonly predicate: Predicate;
  readonly of?: 'files' | 'directories';
}
const COUNTED = phrases<Counted>({
  'lines|line': { predicate: 'lines' },
  'files|file': { predicate: 'entries', of: 'files' },
  'directories|directory|subdirectories|subdirectory|folders|subfolders': { predicate: 'entries', of: 'directories' },
  'entries|entry|items|item': { predicate: 'entries' },
  'rows|row|records|record': { predicate: 'count' },
  'replicas|replica|instances|instance': { predicate: 'instances' },
  'restarts|restart': { predicate: 'restarts' },
});

type Value = 'size' | 'sha256' | 'mode' | 'exit_code' | 'version' | 'image' | 'status_code' | 'branch';
export const ATTRIBUTES = phrases<Value>({
  'size|file size': 'size',
  'sha256|sha-256|sha256 hash|sha256 sum|sha256 checksum|sha256 digest|sha-256 hash|sha-256 checksum|sha-256 digest|sha256sum':
    'sha256',
  'mode|permissions|file mode|permission': 'mode',
  'exit code|exit status|return code': 'exit_code',
  version: 'version',
  'image|docker image': 'image',
  'status|status code|http status|http status code|http code': 'status_code',
  branch: 'branch',
});

/** A value with what it is a value of. */
export function takeMeasure(cursor: Cursor): Said | null {
  return takeContent(cursor) ?? takeCounted(cursor) ?? takeSized(cursor) ?? takeAttribute(cursor);
}

function takeContent(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    const none = cursor.take('no');
    if (!none) cursor.take('some', 'actual');
    if (cursor.take('content', 'contents', 'data')) return { predicate: none ? 'empty' : 'has_content' };
    if (!none) return null;
    const counted = cursor.phrase(COUNTED);
    if (counted === undefined) return null;
    return { predicate: counted.predicate, expected: { comparison: 'eq', value: 0, text: 'no', ...ofPart(counted) } };
  });
}

function takeCounted(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    const count = takeCount(cursor);
    const counted = count === null ? undefined : cursor.phrase(COUNTED);
    return count === null || counted === undefined
      ? null
      : { predicate: counted.predicate, expected: { ...count, ...ofPart(counted) } };
  });
}

const ofPart = (counted: Counted): { of?: 'files' | 'directories' } =>
  counted.of === undefined ? {} : { of: counted.of };

/** "120 bytes", "120 bytes long". */
export function takeSized(cursor: Cursor): Said | null {
  const size = takeSize(cursor);
  if (size === null) return null;
  if (!cursor.take('long', 'large', 'big'))
    cursor.attempt(() => (cursor.take('in') && cursor.take('size') ? true : null));
  return { predicate: 'size', expected: size };
}

/** "a size of 3 MB", "mode 0644", "exit code 0". */
function takeAttribute(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    cursor.take('a', 'an', 'the');
    const attribute = cursor.phrase(ATTRIBUTES);
    if (attribute === undefined) return null;
    cursor.take('of', '=');
    return takeValueOf(cursor, attribute);
  });
}

/** The value of an attribute that was named before it. */
export function takeValueOf(cursor: Cursor, attribute: Value): Said | null {
  return cursor.attempt(() => {
    if (attribute === 'size') return takeSized(cursor);
    if (attribute === 'exit_code' || attribute === 'status_code') {
      const value = takeCount(cursor);
      return value === null ? null : { predicate: attribute, expected: value };
    }
    const token = cursor.peek();
    if (token === undefined || token.kind === 'mark') return null;
    const value = plainValue(attribute, token.text);
    if (value === null) return null;
    cursor.at += 1;
    return { predicate: attribute, expected: { comparison: 'eq', value, text: token.text } };
  });
}

function plainValue(attribute: Value, text: string): string | null {
  switch (attribute) {
    case 'sha256': {
      const hash = text.toLowerCase().replace(/^sha256:/, '');
      return /^[0-9a-f]{64}$/.test(hash) ? hash : null;
    }
    case 'mode':
      return /^(?:0o?)?[0-7]{3,4}$/.test(text) ? text.replace(/^0o/, '').slice(-4).padStart(4, '0') : null;
    case 'version':
      return /^v?\d[A-Za-z0-9.+~:-]{0,63}$/.test(text) ? text.replace(/^v/, '') : null;
    case 'image':
      return isNameOf('image', text) ? text : null;
    case 'branch':
      return /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/.test(text) ? text : null;
    default:
      return null;
  }
}

const AGE = phrases<Comparison>({ 'older than': 'gt', 'newer than|younger than': 'lt' });

/** "older than 2 days", "3 hours old". In seconds. */
export function takeAge(
  cursor: Cursor,
  takeDuration: (cursor: Cursor) => { value: number; grain: number } | null,
): Said | null {
  return cursor.attempt(() => {
    const from = cursor.at;
    const comparison = cursor.phrase(AGE);
    const length = takeDuration(cursor);
    if (length === null || (comparison === undefined && !cursor.take('old'))) return null;
    const expected: Expected = {
      comparison: comparison ?? 'about',
      value: length.value,
      text: cursor.slice(from),
      grain: length.grain,
    };
    return { predicate: 'age', expected };
  });
}

/** "uses the image nginx:1.27", "runs nginx:1.27": without the word, only what has a tag or a path is an image. */
export function takeImage(cursor: Cursor, verbs: readonly string[]): Said | null {
  return cursor.attempt(() => {
    if (!cursor.take(...verbs)) return null;
    cursor.take('the');
    const said = cursor.phrase(ATTRIBUTES);
    if (said !== undefined) return said === 'image' ? takeValueOf(cursor, 'image') : null;
    return /[:/]/.test(cursor.peek()?.text ?? '') ? takeValueOf(cursor, 'image') : null;
  });
}
