/** What follows a subject: "is running", "are not listening", "has 10 lines", "uses image nginx:1.27", "exited with code 0". */
import { phrases } from './cursor';
import { readAddress } from './address';
import { asDeeds, draftsOf, sayAs } from './draft';
import { takeAdverbs } from './adverbs';
import { DEEDS, STATES } from './states';
import { takeAge, takeImage, takeMeasure, takeSized, takeValueOf } from './measures';
import { takeDuration } from './quantity';
import { lasting, takeTime } from './time';
import { takeVerb } from './verb-phrase';
import type { Cursor } from './cursor';
import type { Draft } from './draft';
import type { Noun } from './noun';
import type { Deed } from './states';
import type { ByKind, Said } from './said';
import type { Span } from './time';

interface Copula {
  readonly past?: true;
  /** "has been": up to now. */
  readonly perfect?: true;
  readonly negated?: true;
}
const COPULAS = phrases<Copula>({
  "is|are|'s|it's|remains|remain|is now|are now": {},
  "isn't|aren't|isnt|arent|is not|are not|is no longer|are no longer": { negated: true },
  'was|were|got': { past: true },
  "wasn't|weren't|was not|were not|has not been|have not been|hasn't been|haven't been|was never|were never": {
    past: true,
    negated: true,
  },
  'has been|have been|had been|has just been|have just been': { perfect: true },
});

/** What is said of the nouns, time and all. */
export function takePredication(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return takeBeing(cursor, nouns) ?? takeVerb(cursor, nouns);
}

function takeBeing(cursor: Cursor, nouns: readonly Noun[]): readonly Draft[] | null {
  return cursor.attempt(() => {
    const copula = cursor.phrase(COPULAS);
    if (copula === undefined) return null;
    const just = takeAdverbs(cursor);
    const negated = copula.negated === true;
    if (copula.past === undefined && copula.perfect === undefined)
      return takeStates(cursor, nouns, negated) ?? takeQuality(cursor, nouns, negated);
    const deed = takePassive(cursor, nouns, negated, just);
    return deed ?? takePastState(cursor, nouns, copula);
  });
}

/** "running", "running and healthy", "running but not paused", "running for 2 hours". */
function takeStates(cursor: Cursor, nouns: readonly Noun[], negated: boolean): readonly Draft[] | null {
  return cursor.attempt(() => {
    const first = takeState(cursor, nouns, negated);
    if (first === null) return null;
    const drafts = [...first];
    for (;;) {
      const more = cursor.attempt(() => {
        const but = cursor.take('but');
        if (!but && !cursor.take('and')) return null;
        const not = cursor.take('not');
        // "is not running and healthy" can be read in two ways.
        if (negated && !but && !not) return null;
        return takeState(cursor, nouns, not);
      });
      if (more === null) return drafts;
      drafts.push(...more);
    }
  });
}

function takeState(cursor: Cursor, nouns: readonly Noun[], negated: boolean): readonly Draft[] | null {
  return cursor.attempt(() => {
    takeAdverbs(cursor);
    const state = cursor.phrase(STATES);
    // "running image nginx:1.27" says what it runs, not that it runs.
    if (
      state === undefined ||
      cursor.peekWord() === 'image' ||
      (cursor.peekWord() === 'the' && cursor.peekWord(1) === 'image')
    )
      return null;
    const bound = takeBoundAddress(cursor, nouns);
    const time = takeLasting(cursor, state);
    takeAtPresent(cursor);
    cursor.lastSaid = state;
    if (negated && time !== null) return null;
    return lastingFor(time, draftsOf(cursor, bound, sayAs(cursor, state, negated), time));
  });
}

const lastingFor = (time: Span | null, drafts: readonly Draft[] | null): readonly Draft[] | null =>
  time === null || drafts === null ? drafts : drafts.map((draft): Draft => ({ ...draft, lasting: true }));

/** "port 80 is listening on 127.0.0.1" */
function takeBoundAddress(cursor: Cursor, nouns: readonly Noun[]): readonly Noun[] {
  if (!nouns.every(({ subject }) => subject.kind === 'port' && subject.address === undefined)) return nouns;
  const address = cursor.attempt(() => (cursor.take('on') ? readAddress(cursor.peek()?.text ?? '') : null));
  if (address === null) return nouns;
  cursor.at += 1;
  return nouns.map((noun) =>
    noun.subject.kind === 'port' ? { ...noun, subject: { ...noun.subject, address } } : noun,
  );
}

/** "for at least 2 hours", "since 14:05 UTC": the state has held all that time. */
function takeLasting(cursor: Cursor, state: ByKind): Span | null {
  return cursor.attempt(() => {
    if (state.container?.predicate !== 'running') return null;
    if (cursor.peekWord() === 'since') return takeTime(cursor);
    if (!cursor.take('for')) return null;
    if (cursor.take('at')) cursor.take('least');
    cursor.take('over', 'about');
    const length = takeDuration(cursor);
    return length === null ? null : lasting(cursor, length.value);
  });
}

function takeAtPresent(cursor: Cursor): void {
  cursor.phrase(AT_PRESENT);
}
const AT_PRESENT = phrases<true>({ 'now|currently|right now|at the moment|at present|again': true });

/** After a copula: size, age, version, image, branch, port, network. */
function takeQuality(cursor: Cursor, nouns: readonly Noun[], negated: boolean): readonly Draft[] | null {
  const said = (rule: () => Said | null): readonly Draft[] | null =>
    cursor.attempt(() => {
      const found = rule();
      if (found === null) return null;
      if (negated) return cursor.refuse('NEGATED_ACTION', 'that a value is not so is not judged: say what it is');
      return draftsOf(cursor, nouns, sayAs(cursor, found, false));
    });
  return (
    said(() => takeAge(cursor, takeDuration)) ??
    said(() => takeSized(cursor)) ??
    said(() => takeLong(cursor)) ??
    said(() => takeImage(cursor, ['running', 'using'])) ??
    said(() => (cursor.phrase(AT_VERSION) === undefined ? null : takeValueOf(cursor, 'version'))) ??
    said(() => (cursor.phrase(ON_BRANCH) === undefined ? null : takeValueOf(cursor, 'branch'))) ??
    takePassive(cursor, nouns, negated, null)
  );
}
const AT_VERSION = phrases<true>({ 'at version|version|on version': true });
const ON_BRANCH = phrases<true>({ 'on branch|on the branch|in branch': true });

/** "10 lines long" */
function takeLong(cursor: Cursor): Said | null {
  return cursor.attempt(() => {
    const said = takeMeasure(cursor);
    return said?.predicate === 'lines' && cursor.take('long') ? said : null;
  });
}

/** "was created by me 5 minutes ago", "has been restarted". */
function takePassive(
  cursor: Cursor,
  nouns: readonly Noun[],
  negated: boolean,
  just: Span | null,
): readonly Draft[] | null {
  return cursor.attempt(() => {
    const times = cursor.attempt(() => (cursor.take('executed', 'run', 'issued') ? EXECUTED : null));
    const deed = times ?? cursor.phrase(DEEDS);
    if (deed === undefined) return null;
    if (negated)
      return cursor.refuse(
        'NEGATED_ACTION',
        'that something was not done leaves nothing to look at; claim a state ("does not exist", "is not running")',
      );
    cursor.attempt(() => (cursor.take('by') && cursor.take('me', 'us') ? true : null));
    const good = cursor.take('successfully') && deed === times;
    const time = takeTime(cursor) ?? just;
    const says = good ? SUCCEEDED : deed.writes === true && time !== null ? WRITTEN : deed.says;
    return asDeeds(draftsOf(cursor, nouns, sayAs(cursor, says, false), time));
  });
}
const EXECUTED: Deed = { says: { execution: { predicate: 'executed' } } };
const SUCCEEDED: ByKind = { execution: { predicate: 'succeeded' } };
const WRITTEN: ByKind = { file: { predicate: 'modified' }, directory: { predicate: 'modified' } };

/** "was running 5 minutes ago", "has been running since 14:05 UTC": only for what runs, and only at a time. */
function takePastState(cursor: Cursor, nouns: readonly Noun[], copula: Copula): readonly Draft[] | null {
  const state = cursor.phrase(STATES);
  if (state === undefined) return null;
  const lasted = copula.perfect === true ? takeLasting(cursor, state) : null;
  const time = lasted ?? (copula.past === true ? takeTime(cursor) : null);
  const runs = state.container?.predicate === 'running' && copula.negated !== true;
  if (!runs || (time === null && copula.perfect !== true)) {
    return cursor.refuse('PAST_STATE', 'how it was is not to be seen any more: claim how it is, or what was done');
  }
  return lastingFor(lasted, draftsOf(cursor, nouns, sayAs(cursor, state, false), time));
}
