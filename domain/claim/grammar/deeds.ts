/** What an agent says that it did: "I created /x", "Restarted the container web 5 minutes ago", "I ran `docker stop web`". */
import { phrases } from './cursor';
import { asDeeds, draftsOf, sayAs } from './draft';
import { takeNouns } from './nouns';
import { takeAdverbs } from './adverbs';
import { DEEDS } from './states';
import { takeCommand } from './commands';
import { isNegation, isReserved } from './markers';
import { takeTime } from './time';
import type { Cursor } from './cursor';
import type { Draft } from './draft';
import type { Noun } from './noun';
import type { Deed } from './states';
import type { ByKind } from './said';
import type { Span } from './time';

/** A deed, and words beside it that no probe can check ("the full report"). */
export interface DeedClause {
  readonly drafts: readonly Draft[];
  readonly unchecked?: string;
}

const AGENTS = phrases<true>({
  "i|we|i have|we have|i've|we've|i had|we had|the agent|the agent has|have|i also|i then|then i": true,
});
const RUN = phrases<true>({ 'ran|executed|issued|invoked|performed': true });
const FINITE = new Set([
  'is',
  'are',
  'was',
  'were',
  "isn't",
  "aren't",
  "wasn't",
  'has',
  'have',
  'had',
  'exists',
  'exist',
  'does',
  "doesn't",
  'do',
  "don't",
  'responds',
  'returns',
  'returned',
  'contains',
  'contain',
  'uses',
  'use',
  'runs',
  'run',
  'publishes',
  'listens',
  'exited',
  'succeeded',
  'failed',
  'no',
]);
const WRITTEN: ByKind = { file: { predicate: 'modified' }, directory: { predicate: 'modified' } };

export function takeDeed(cursor: Cursor): DeedClause | null {
  return cursor.attempt(() => {
    const began = takeAdverbs(cursor);
    cursor.phrase(AGENTS);
    const just = takeAdverbs(cursor) ?? began;
    if (isNegation(cursor.peekWord() ?? ''))
      return cursor.refuse(
        'NEGATED_ACTION',
        'that something was not done leaves nothing to look at; claim a state ("does not exist", "is not running")',
      );
    const early = takeTime(cursor) ?? just;
    const clause =
      takeRun(cursor, early) ?? takeMoved(cursor, early) ?? takeConnected(cursor) ?? takeDone(cursor, early);
    return clause === null ? null : { ...clause, drafts: asDeeds(clause.drafts) ?? [] };
  });
}

/** "ran `docker restart web` successfully 5 minutes ago"; "ran container web" is a start. */
function takeRun(cursor: Cursor, early: Span | null): DeedClause | null {
  return cursor.attempt(() => {
    if (cursor.phrase(RUN) === undefined) return null;
    cursor.take('the');
    cursor.take('command');
    const command = takeCommand(cursor);
    if (command === null) {
      const token = cursor.peek();
      if (token?.kind === 'quoted')
        cursor.refuse('NOT_CHECKABLE', 'only commands that the gateway runs are in the ledger');
      return takeObjects(cursor, { says: { container: { predicate: 'started' } } }, early);
    }
    const commands = [command, ...takeFurtherCommands(cursor)];
    const nouns = commands.map((each): Noun => ({
      subject: { kind: 'execution', command: each },
      extras: [],
      kind: { kind: 'execution' },
    }));
    const before = takeTime(cursor) ?? early;
    const good = cursor.take('successfully');
    const ended = cursor.attempt(() => {
      if (!cursor.take('with')) return null;
      cursor.take('the', 'an');
      if (!cursor.take('exit')) return null;
      cursor.take('code', 'status');
      const match = /^\d{1,3}$/.exec(cursor.peekWord() ?? '');
      if (match === null) return null;
      cursor.at += 1;
      return Number(match[0]);
    });
    const time = takeTime(cursor) ?? before;
    const says: ByKind = {
      execution:
        ended === null
          ? { predicate: good ? 'succeeded' : 'executed' }
          : { predicate: 'exit_code', expected: { comparison: 'eq', value: ended } },
    };
    const drafts = draftsOf(cursor, nouns, sayAs(cursor, says, false), time);
    return drafts === null ? null : { drafts };
  });
}

function takeFurtherCommands(cursor: Cursor): readonly string[] {
  const commands: string[] = [];
  for (;;) {
    const next = cursor.attempt(() => {
      const comma = cursor.mark(',');
      const and = cursor.take('and', 'then');
      if (and) cursor.take('then');
      const command = comma || and ? takeCommand(cursor) : null;
      // "ran A and B succeeded": B begins the next clause.
      return command === null || FINITE.has(cursor.peekWord() ?? '') ? null : command;
    });
    if (next === null) return commands;
    commands.push(next);
  }
}

/** "moved /a to /b": the one is gone, the other is there. */
function takeMoved(cursor: Cursor, early: Span | null): DeedClause | null {
  return cursor.attempt(() => {
    if (!cursor.take('moved', 'renamed')) return null;
    const from = takeNouns(cursor);
    if (from?.length !== 1 || !cursor.take('to', 'into', 'as')) return null;
    const to = takeNouns(cursor);
    if (to?.length !== 1 || ![...from, ...to].every((noun) => 'path' in noun.subject)) return null;
    // Into a directory, the name that results is another one.
    if (to[0]?.subject.kind === 'directory') return null;
    const time = takeTime(cursor) ?? early;
    const gone = draftsOf(cursor, from, () => [{ predicate: 'deleted' }], time);
    const there = draftsOf(cursor, to, () => [{ predicate: 'exists' }]);
    return gone === null || there === null ? null : { drafts: [...gone, ...there] };
  });
}

/** "connected container web to the network shop_default" */
function takeConnected(cursor: Cursor): DeedClause | null {
  return cursor.attempt(() => {
    if (!cursor.take('connected', 'attached')) return null;
    const [container, ...others] = takeNouns(cursor) ?? [];
    if (container?.subject.kind !== 'container' || others.length > 0 || !cursor.take('to')) return null;
    const network = takeNouns(cursor);
    if (network?.length !== 1 || network[0]?.subject.kind !== 'network') return null;
    const { name } = container.subject;
    const drafts = draftsOf(cursor, network, () => [
      { predicate: 'entries', expected: { comparison: 'contains', value: name } },
    ]);
    return drafts === null ? null : { drafts };
  });
}

function takeDone(cursor: Cursor, early: Span | null): DeedClause | null {
  return cursor.attempt(() => {
    const deed = cursor.phrase(DEEDS);
    if (deed === undefined) return null;
    const just = takeAdverbs(cursor) ?? early;
    return takeObjects(cursor, deed, just) ?? takeContentWritten(cursor, deed, just);
  });
}

function takeObjects(cursor: Cursor, deed: Deed, early: Span | null): DeedClause | null {
  return cursor.attempt(() => {
    const listed = takeNouns(cursor, { bare: deed.bare });
    if (listed === null) return null;
    const nouns = withoutNextSubject(cursor, listed);
    if (nouns.some((noun) => noun.negated === true))
      return cursor.refuse('NEGATED_ACTION', 'that something was not done leaves nothing to look at');
    const before = takeTime(cursor) ?? early;
    const unchecked = takeUncheckedContent(cursor, nouns);
    takeAdverbs(cursor);
    const time = takeTime(cursor) ?? before;
    takeAdverbs(cursor);
    const says = deed.writes === true && time !== null ? WRITTEN : deed.says;
    const drafts = draftsOf(cursor, nouns, sayAs(cursor, says, false), time);
    if (drafts === null) return null;
    const filled: readonly Draft[] =
      unchecked === null ? [] : nouns.map(({ subject }) => ({ subject, said: { predicate: 'has_content' } }));
    return { drafts: [...drafts, ...filled], ...(unchecked === null ? {} : { unchecked }) };
  });
}

/** "I stopped web and db is running": db begins the next clause. */
function withoutNextSubject(cursor: Cursor, nouns: readonly Noun[]): readonly Noun[] {
  const last = nouns.at(-1);
  if (nouns.length < 2 || last?.listEnd === undefined || !FINITE.has(cursor.peekWord() ?? '')) return nouns;
  cursor.at = last.listEnd;
  return nouns.slice(0, -1);
}

const FULL = new Set(['with', 'containing']);
const MAX_WORDS = 30;

/** "with the full report": that the file holds something can be seen, what it is cannot. */
function takeUncheckedContent(cursor: Cursor, nouns: readonly Noun[]): string | null {
  return cursor.attempt(() => {
    if (!nouns.every((noun) => noun.subject.kind === 'file') || !FULL.has(cursor.peekWord() ?? '')) return null;
    const from = cursor.at;
    cursor.at += 1;
    return takeFreeWords(cursor) === 0 ? null : cursor.slice(from);
  });
}

/** "wrote the report to /x" */
function takeContentWritten(cursor: Cursor, deed: Deed, early: Span | null): DeedClause | null {
  return cursor.attempt(() => {
    if (deed.says.file?.predicate !== 'created') return null;
    const from = cursor.at;
    if (takeFreeWords(cursor) === 0) return null;
    const unchecked = cursor.slice(from);
    if (!cursor.take('to', 'in', 'at', 'into', 'as', 'under')) return null;
    const nouns = takeNouns(cursor);
    if (nouns === null || !nouns.every((noun) => noun.subject.kind === 'file' && noun.negated !== true)) return null;
    const time = takeTime(cursor) ?? early;
    const drafts = draftsOf(
      cursor,
      nouns,
      () => [deed.writes === true && time !== null ? { predicate: 'modified' } : { predicate: 'created' }],
      time,
    );
    if (drafts === null) return null;
    return {
      drafts: [...drafts, ...nouns.map(({ subject }): Draft => ({ subject, said: { predicate: 'has_content' } }))],
      unchecked,
    };
  });
}

/** Words that describe something: none that negates, counts nothing, or leads on to another clause. */
function takeFreeWords(cursor: Cursor): number {
  let count = 0;
  while (count < MAX_WORDS) {
    const word = cursor.peekWord();
    if (
      word === undefined ||
      isNegation(word) ||
      /^(?:and|but|then|while|empty|blank|without|zero|nothing|0|except|to|into|in|at|as|under)$/.test(word)
    )
      break;
    if (isReserved(word) && !/^(?:the|a|an|my|our|all|its|of|for|from|with|some|new)$/.test(word)) break;
    cursor.at += 1;
    count += 1;
  }
  return count;
}
