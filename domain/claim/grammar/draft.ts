/** A part in the making: one thing said of one subject, with the words and the time. */
import { takesPredicate } from '../predicates';
import { takePlace } from './attributes';
import { negate } from './states';
import type { ClaimSubject, TypedClaim } from '../claim';
import type { Cursor } from './cursor';
import type { Noun } from './noun';
import type { ByKind, Said } from './said';
import type { Span } from './time';

export interface Draft {
  readonly subject: ClaimSubject;
  readonly said: Said;
  readonly time?: Span | undefined;
  readonly ambiguous?: true | undefined;
  readonly deed?: true;
  readonly lasting?: true;
  readonly refutes?: true;
}

/** What is said of each of the nouns; null (with the reason) if one of them does not take it. */
export function draftsOf(
  cursor: Cursor,
  nouns: readonly Noun[],
  saysOf: (noun: Noun) => readonly Said[] | null,
  time?: Span | null,
): readonly Draft[] | null {
  const drafts: Draft[] = [];
  for (const placeless of nouns) {
    const noun = withPlace(cursor, placeless);
    if (noun === null) return null;
    if (noun.negated === true && noun.extras.length > 0)
      return cursor.refuse('NEGATED_ACTION', 'what is said beside something that is denied is not judged');
    const says = saysOf(noun);
    if (says === null) return null;
    for (const written of [...says, ...noun.extras]) {
      const said = fittingSaid(noun.subject, written);
      const subject = fitting(noun.subject, said);
      if (!takesPredicate(subject.kind, said.predicate)) {
        return cursor.refuse('NOT_CHECKABLE', `${said.predicate} is nothing that can be seen of a ${subject.kind}`);
      }
      const own = noun.extras.includes(written);
      drafts.push({
        subject,
        said,
        ...(time && !own ? { time } : {}),
        ...(noun.ambiguous === undefined ? {} : { ambiguous: true }),
      });
    }
  }
  cursor.last = nouns.map(({ subject, ambiguous }) => ({ subject, ...(ambiguous === undefined ? {} : { ambiguous }) }));
  return drafts.length === 0 ? null : drafts;
}

/** "commit abc1234 is on branch main in /srv/repo": the place may come last, but it must come. */
function withPlace(cursor: Cursor, noun: Noun): Noun | null {
  const isWithout = (subject: ClaimSubject): boolean =>
    subject.kind === 'commit' && subject.repository === '';
  if (noun.subject.kind === 'rows' && noun.subject.database === '') {
    // The prober takes the one registered database that has such a table, where none is named.
    const subject = cursor.attempt(() => takePlace(cursor, noun.subject)) ?? noun.subject;
    return { ...noun, subject };
  }
  if (!isWithout(noun.subject)) return noun;
  const workspace = cursor.world.registered?.workspace;
  const found = takePlace(cursor, noun.subject);
  // An agent that works in one repository means that one.
  const subject = found?.kind === 'commit' && found.repository === '' && workspace !== undefined ? { ...found, repository: workspace } : found;
  if (subject !== null && !isWithout(subject)) return { ...noun, subject };
  return cursor.refuse('NAME_WITHOUT_KIND', 'say in which repository the commit is');
}

/** A bare path that has entries is a directory. */
function fitting(subject: ClaimSubject, said: Said): ClaimSubject {
  if (subject.kind === 'file' && subject.bare === true && said.predicate === 'entries')
    return { kind: 'directory', path: subject.path };
  return subject;
}

/** A process exists by running. */
function fittingSaid(subject: ClaimSubject, said: Said): Said {
  if (subject.kind !== 'process' || (said.predicate !== 'exists' && said.predicate !== 'absent')) return said;
  return {
    predicate: 'running',
    ...(said.predicate === 'absent' ? { expected: { comparison: 'eq', value: false } } : {}),
  };
}

/** One said of all kinds, or the one for the noun's kind; turned round where the noun or the clause is negated. */
export function sayAs(cursor: Cursor, words: ByKind | Said, negated: boolean): (noun: Noun) => readonly Said[] | null {
  return (noun) => {
    const said = 'predicate' in words ? words : words[noun.subject.kind];
    if (said === undefined)
      return cursor.refuse('NOT_CHECKABLE', `this is nothing that can be seen of a ${noun.subject.kind}`);
    if (negated === (noun.negated === true)) return [said];
    const opposite = negate(said);
    return opposite === null
      ? cursor.refuse('NEGATED_ACTION', 'that it is not so leaves nothing to look at')
      : [opposite];
  };
}

/** Marks what was done, as against what is. */
export function asDeeds(drafts: readonly Draft[] | null): readonly Draft[] | null {
  return drafts?.map((draft): Draft => ({ ...draft, deed: true })) ?? null;
}

export function toPart(draft: Draft, text: string): TypedClaim {
  return {
    subject: draft.subject,
    predicate: draft.said.predicate,
    ...(draft.said.expected === undefined ? {} : { expected: draft.said.expected }),
    ...(draft.time === undefined ? {} : { time: draft.time }),
    text,
    ...(draft.deed === undefined ? {} : { deed: true }),
    ...(draft.lasting === undefined ? {} : { lasting: true }),
    ...(draft.ambiguous === undefined ? {} : { ambiguous: true }),
    ...(draft.refutes === undefined ? {} : { refutes: true }),
  };
}
