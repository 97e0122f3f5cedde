/** What stands behind a thing and belongs to it: "/x (120 bytes)", "container web from image nginx:1.27", "commit abc1234 in /srv/repo". */
import { takeMeasure, takeValueOf } from './measures';
import { readPath } from './path';
import { isNameOf } from './kinds';
import type { ClaimSubject } from '../claim';
import type { Cursor } from './cursor';
import type { Noun } from './noun';
import type { Said } from './said';

/** The thing with its place and its attributes; null if it cannot do without a place and has none. */
export function takeAttributes(cursor: Cursor, noun: Noun): Noun | null {
  const subject = takePlace(cursor, noun.subject);
  if (subject === null) return null;
  const named = subject.kind === 'container' && subject.described !== undefined ? takeKnownInBrackets(cursor) : null;
  const extras = [...noun.extras];
  for (;;) {
    const said = takeBracketed(cursor) ?? takeWith(cursor, subject);
    if (said === null) break;
    extras.push(said);
  }
  return { ...noun, subject: named ?? subject, extras };
}

/** "the API container (`shop-api`)": the description, and behind it the name. */
function takeKnownInBrackets(cursor: Cursor): ClaimSubject | null {
  return cursor.attempt(() => {
    if (!cursor.mark('(')) return null;
    const name = cursor.peek()?.text ?? '';
    if (cursor.world.registered?.containers?.includes(name) !== true) return null;
    cursor.at += 1;
    return cursor.mark(')') ? { kind: 'container', name } : null;
  });
}

/** The repository of a commit and the database of a table, here or behind what is said (draft.ts asks again). */
export function takePlace(cursor: Cursor, subject: ClaimSubject): ClaimSubject | null {
  if (subject.kind === 'commit') {
    if (!cursor.take('in', 'to', 'of', 'from')) return subject;
    cursor.take('the');
    cursor.take('git');
    const isNamed = cursor.take('repository', 'repo');
    cursor.take('at', 'in');
    const token = cursor.peek();
    const name = token?.kind === 'mark' || !/^[A-Za-z0-9][\w.-]{0,99}$/.test(token?.text ?? '/') ? undefined : token?.text;
    if (name !== undefined && (isNamed || ['repository', 'repo'].includes(cursor.peekWord(1) ?? ''))) {
      cursor.at += 1;
      cursor.take('repository', 'repo');
      return { ...subject, repository: name };
    }
    const read = token === undefined || token.kind === 'mark' ? null : readPath(token.text, cursor.world);
    if (read === null) return null;
    if ('code' in read) return cursor.refuse(read.code, read.reason);
    cursor.at += 1;
    cursor.take('repository', 'repo');
    return { ...subject, repository: read.path };
  }
  if (subject.kind === 'rows') {
    if (!cursor.take('in', 'of', 'from')) return subject;
    cursor.take('the');
    cursor.take('database');
    const name = cursor.peek();
    if (name === undefined || name.kind === 'mark' || !isNameOf('rows', name.text)) return null;
    cursor.at += 1;
    cursor.take('database');
    return { ...subject, database: name.text };
  }
  return subject;
}

function takeBracketed(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    if (!cursor.mark('(')) return null;
    const said = takeMeasure(cursor);
    return said !== null && cursor.mark(')') ? said : null;
  });
}

function takeWith(cursor: Cursor, subject: ClaimSubject): Said | null {
  return cursor.attempt(() => {
    if (subject.kind === 'container') {
      if (cursor.take('from', 'with', 'using', 'of')) {
        cursor.take('the');
        cursor.take('docker');
        return cursor.take('image') ? takeValueOf(cursor, 'image') : null;
      }
      if (!cursor.take('on') || !(cursor.take('port') || (cursor.take('host') && cursor.take('port')))) return null;
      return takePublished(cursor);
    }
    if (subject.kind === 'package') {
      cursor.take('at', 'in');
      return cursor.take('version') ? takeValueOf(cursor, 'version') : null;
    }
    if (subject.kind === 'commit') {
      if (!cursor.take('on')) return null;
      cursor.take('the');
      return cursor.take('branch') ? takeValueOf(cursor, 'branch') : null;
    }
    if (!['file', 'directory', 'service', 'execution'].includes(subject.kind)) return null;
    if (cursor.take('of', 'with', 'containing', 'holding')) return takeMeasure(cursor);
    return null;
  });
}

/** A host port that a container publishes. */
export function takePublished(cursor: Cursor): Said | null {
  const match = /^(\d{1,5})(?:\/tcp)?$/.exec(cursor.peek()?.text ?? '');
  if (match === null) return null;
  cursor.at += 1;
  return { predicate: 'publishes', expected: { comparison: 'eq', value: Number(match[1]) } };
}
