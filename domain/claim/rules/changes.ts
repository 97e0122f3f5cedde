/** "created", "deleted", "restarted": what was done, judged by what is left, by the time it bears, and by how it was before. */
import { isInTask, withoutRecord } from './deeds';
import { hasDone } from './executions';
import { baselineOf, no, secondsOf, toSpan, unclear, unseen, yes } from './finding';
import { flagOf, textOf } from '../facts';
import type { JudgeContext, Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

/**
 * Created: it must be there. Without a time and without an earlier look, being there is what the claim is judged by.
 * `born` is when it came to be, `changed` the last time that anything about it changed.
 */
export function judgeCreated(
  part: TypedClaim,
  seen: Observation,
  context: JudgeContext,
  born: string | undefined,
  changed?: string,
): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  if (!exists) return no('CREATED_IS_NOT_THERE', 'it is not there');
  const before = baselineOf(part, context, 'before');
  if (before !== undefined && flagOf(before, 'exists') === true && !isLater(born, before.at)) {
    return no('CREATED_WAS_THERE_BEFORE', `it was there before, at ${before.at}`);
  }
  if (part.time !== undefined) {
    const place = toSpan(part, born);
    if (place === 'inside' && OF_THE_ENGINE.has(part.subject.kind) && before === undefined && isInTask(context, born) !== true)
      return withoutRecord(`it came to be at ${String(born)}`);
    if (place === 'inside') return yes('CREATED_IN_SPAN', `it came to be at ${String(born)}`);
    if (place === 'before') return no('CREATED_EARLIER', `it came to be at ${String(born)}, before the time claimed`);
    if (toSpan(part, changed) === 'before')
      return no('CREATED_EARLIER', `nothing about it has changed since ${String(changed)}`);
    return unclear('CREATION_TIME_NOT_SEEN', 'when it came to be cannot be seen any more');
  }
  if (before !== undefined && flagOf(before, 'exists') === false)
    return yes('CREATED_SINCE_BASELINE', `it was not there at ${before.at}, and is now`);
  const young = isInTask(context, born);
  if (young === true) return yes('CREATED_IN_TASK', `it came to be at ${String(born)}`);
  if (young === false && isInTask(context, changed) === false)
    return no('CREATED_BEFORE_TASK', `it came to be at ${String(born)}, before the task began, and nothing about it has changed since`);
  if (young === false) return unclear('CREATED_BEFORE_TASK', `it came to be at ${String(born)}, before the task began`);
  // What the engine holds, the ledger and its events know of; that a file is there is all that a file shows.
  if (!OF_THE_ENGINE.has(part.subject.kind)) return yes('CREATED_IS_THERE', 'it is there');
  const row = hasDone(part, context, part.subject.kind === 'container' ? ['run', 'create'] : ['create']);
  return row === null ? withoutRecord('it is there') : yes('CREATED_BY_EXECUTION', `execution ${row.execution_id} made it`);
}

const OF_THE_ENGINE: ReadonlySet<string> = new Set(['container', 'image', 'network', 'volume']);

/** Deleted: gone is not enough, it must have been there. */
export function judgeDeleted(
  part: TypedClaim,
  seen: Observation,
  context: JudgeContext,
  born: string | undefined,
): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  if (exists) {
    if (toSpan(part, born) === 'after')
      return unclear(
        'DELETED_AND_MADE_AGAIN',
        `what is there now came to be at ${String(born)}, after the time claimed`,
      );
    return no('DELETED_IS_THERE', 'it is still there');
  }
  const before = baselineOf(part, context, 'before');
  const was = before === undefined ? undefined : flagOf(before, 'exists');
  const row = before === undefined ? hasDone(part, context, ['rm', 'remove', 'rmi', 'rename']) : null;
  if (row !== null) return yes('DELETED_BY_EXECUTION', `execution ${row.execution_id} removed it`);
  if (before === undefined || was === undefined)
    return unclear('DELETED_WITHOUT_BASELINE', 'it is not there, but nothing shows that it ever was');
  if (!was) return no('DELETED_WAS_NOT_THERE', `it was not there before either, at ${before.at}`);
  if (toSpan(part, before.at) === 'after')
    return no('DELETED_LATER', `it was still there at ${before.at}, after the time claimed`);
  if (part.time !== undefined)
    return unclear('DELETION_TIME_NOT_SEEN', `it was there at ${before.at} and is gone; when it went cannot be seen`);
  return yes('DELETED_SINCE_BASELINE', `it was there at ${before.at}, and is gone`);
}

/** The moment it last started, against the span of the claim and the look before; null if neither says anything. */
export function judgeStart(part: TypedClaim, seen: Observation, context: JudgeContext): Finding | null {
  const started = textOf(seen, 'started_at');
  const before = baselineOf(part, context, 'before');
  if (before !== undefined && secondsOf(started) !== null) {
    if (secondsOf(textOf(before, 'started_at')) === secondsOf(started))
      return no('START_IS_OLDER', `it has run since ${String(started)}, as it did at ${before.at}`);
    if (!isLater(started, before.at) && part.predicate !== 'stopped')
      return no('START_IS_OLDER', `it last started at ${String(started)}, before ${before.at}`);
  }
  const young = isInTask(context, started);
  if (young === false) return no('START_IS_OLDER', `it last started at ${String(started)}, before the task began`);
  if (part.time !== undefined) {
    const place = secondsOf(started) === null ? null : toSpan(part, started);
    if (place === 'inside' && (young === true || part.subject.kind !== 'container' || before !== undefined)) return yes('START_IN_SPAN', `it started at ${String(started)}`);
    if (place === 'inside') return null;
    if (place === 'before')
      return no('START_IS_OLDER', `it last started at ${String(started)}, before the time claimed`);
    return unclear(
      'START_TIME_NOT_SEEN',
      place === 'after' ? 'it was started again after the time claimed' : 'when it started is not known',
    );
  }
  if (before !== undefined && isLater(started, before.at))
    return yes('START_SINCE_BASELINE', `it started at ${String(started)}, after ${before.at}`);
  return young === true ? yes('START_IN_TASK', `it started at ${String(started)}`) : null;
}

export function isLater(moment: string | undefined, than: string): boolean {
  const [a, b] = [secondsOf(moment), secondsOf(than)];
  return a !== null && b !== null && a > b;
}
