/** Verbs after a subject, other than "to be". */
import { phrases } from './cursor';
import { asDeeds, draftsOf, sayAs } from './draft';
import { takePublished } from './attributes';
import { takeImage, takeMeasure } from './measures';
import { takeCount } from './quantity';
import { takeTime, takeTimes } from './time';
import { isNameOf } from './kinds';
import type { Cursor } from './cursor';
import type { Draft } from './draft';
import type { Noun } from './noun';
import type { ByKind, Said } from './said';

type Verb =
  | 'exist'
  | 'respond'
  | 'return'
  | 'have'
  | 'image'
  | 'publish'
  | 'listen'
  | 'exit'
  | 'succeed'
  | 'fail'
  | 'restart'
  | 'start'
  | 'stop'
  | 'run';
const VERBS = phrases<Verb>({
  'exists|exist': 'exist',
  'responds|respond|responded|answers|answered': 'respond',
  'returns|return|returned|gives|gave': 'return',
  'has|have|contains|contain|holds|hold|includes': 'have',
  'uses|use|runs|run|is based on|are based on': 'image',
  'publishes|publish': 'publish',
  'listens|listen|is listening|are listening': 'listen',
  'exited|exits|exit': 'exit',
  'succeeded|completed successfully|finished successfully|ran successfully|succeeds': 'succeed',
  failed: 'fail',
  restarted: 'restart',
  started: 'start',
  stopped: 'stop',
});
const NEGATORS = phrases<true>({ "does not|do not|doesn't|don't|doesnt|dont|no longer": true });

export function takeVerb(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    const negated = cursor.phrase(NEGATORS) !== undefined;
    const from = cursor.at;
    cursor.take('now', 'still', 'currently', 'already', 'successfully', 'also', 'both', 'all');
    const verb = cursor.phrase(VERBS);
    if (verb === undefined) return null;
    const says = (words: ByKind | Said): readonly Draft[] | null =>
      draftsOf(cursor, nouns, sayAs(cursor, words, negated), takeTime(cursor));
    if (negated && verb !== 'exist' && verb !== 'respond')
      return cursor.refuse('NEGATED_ACTION', 'that it does not is not judged: claim a state');
    switch (verb) {
      case 'exist':
        return says({ predicate: 'exists' });
      case 'respond':
        return (negated ? null : takeAnswer(cursor, nouns)) ?? says({ predicate: 'responds' });
      case 'return':
        return takeAnswer(cursor, nouns);
      case 'have': {
        const said = takeMember(cursor) ?? takeRestarted(cursor);
        return said === null ? takeMeasures(cursor, nouns) : says(said);
      }
      case 'image': {
        cursor.at = cursor.at - 1;
        const said = takeImage(cursor, [cursor.peekWord() ?? '']);
        if (said !== null) return says(said);
        cursor.at = from + 1;
        return says({
          container: { predicate: 'running' },
          service: { predicate: 'running' },
          process: { predicate: 'running' },
        });
      }
      case 'publish': {
        cursor.take('host');
        const said = cursor.take('port') ? takePublished(cursor) : null;
        return said === null ? null : says(said);
      }
      case 'listen':
        return takeListening(cursor, nouns);
      case 'exit':
        return takeExit(cursor, nouns);
      case 'succeed':
        return says({ execution: { predicate: 'succeeded' } });
      case 'fail':
        return says({ execution: { predicate: 'failed' }, service: { predicate: 'failed' } });
      case 'restart': {
        const times = takeTimes(cursor);
        return times === null ? asDeeds(says(doneBy('restarted'))) : says(restarts(times));
      }
      case 'start':
        return asDeeds(says(doneBy('started')));
      default:
        return asDeeds(says(doneBy('stopped')));
    }
  });
}

const doneBy = (predicate: 'started' | 'stopped' | 'restarted'): ByKind => ({
  container: { predicate },
  service: { predicate },
  process: { predicate },
});
const restarts = (times: number): Said => ({ predicate: 'restarts', expected: { comparison: 'eq', value: times } });

/** "has 10 lines and mode 0644" */
function takeMeasures(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  const first = takeMeasure(cursor);
  if (first === null) return null;
  const says: Said[] = [first];
  for (;;) {
    const more = cursor.attempt(() => (cursor.take('and') ? takeMeasure(cursor) : null));
    if (more === null) break;
    says.push(more);
  }
  const time = takeTime(cursor);
  const drafts = says.map((said) => draftsOf(cursor, nouns, sayAs(cursor, said, false), time));
  return drafts.every((each) => each !== null) ? drafts.flat() : null;
}

/** "has restarted 3 times" */
function takeRestarted(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    if (!cursor.take('restarted')) return null;
    const times = takeTimes(cursor);
    return times === null ? null : restarts(times);
  });
}

/** "contains container web": a network and who is in it. */
function takeMember(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    cursor.take('the');
    if (!cursor.take('container')) return null;
    const name = cursor.peek()?.text ?? '';
    if (!isNameOf('container', name)) return null;
    cursor.at += 1;
    return { predicate: 'entries', expected: { comparison: 'contains', value: name } };
  });
}

/** "with status 200 OK", "200", "HTTP 404", "exit code 0". */
function takeAnswer(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    cursor.take('with');
    cursor.take('a', 'an', 'the');
    cursor.take('http');
    if (nouns.every((noun) => noun.subject.kind === 'execution')) cursor.take('exit');
    cursor.take('status', 'response', 'return');
    cursor.take('code', 'status');
    const value = takeCount(cursor);
    if (value === null) return null;
    cursor.take('ok');
    const says: ByKind = {
      http: { predicate: 'status_code', expected: value },
      execution: { predicate: 'exit_code', expected: value },
    };
    return draftsOf(cursor, nouns, sayAs(cursor, says, false), takeTime(cursor));
  });
}

/** "with code 0", "with exit status 1", "successfully". */
function takeExit(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    if (cursor.take('successfully', 'cleanly')) {
      const zero: Said = { predicate: 'exit_code', expected: { comparison: 'eq', value: 0 } };
      return draftsOf(cursor, nouns, sayAs(cursor, zero, false), takeTime(cursor));
    }
    if (!cursor.take('with')) {
      return draftsOf(
        cursor,
        nouns,
        sayAs(cursor, { container: { predicate: 'stopped' }, process: { predicate: 'stopped' } }, false),
        takeTime(cursor),
      );
    }
    cursor.take('an', 'the', 'a');
    cursor.take('exit');
    cursor.take('code', 'status');
    const value = takeCount(cursor);
    return value === null
      ? null
      : draftsOf(cursor, nouns, sayAs(cursor, { predicate: 'exit_code', expected: value }, false), takeTime(cursor));
  });
}

/** "process nginx listens on port 80": about the port, and who holds it. */
function takeListening(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    const noun = nouns[0];
    if (nouns.length !== 1 || noun?.subject.kind !== 'process' || noun.subject.name === undefined || !cursor.take('on'))
      return null;
    cursor.take('tcp');
    if (!cursor.take('port')) return null;
    const port = takeValuePort(cursor);
    if (port === null) return null;
    const said: Said = { predicate: 'listening', expected: { comparison: 'eq', value: noun.subject.name } };
    return draftsOf(
      cursor,
      [{ ...noun, subject: { kind: 'port', port } }],
      sayAs(cursor, said, false),
      takeTime(cursor),
    );
  });
}

function takeValuePort(cursor: Cursor): number | null {
  const match = /^\d{1,5}$/.exec(cursor.peek()?.text ?? '');
  if (match === null) return null;
  cursor.at += 1;
  return Number(match[0]);
}
