/** Files and directories. */
import {
  asExpected,
  baselineOf,
  byFlag,
  byNumber,
  no,
  secondsOf,
  toSpan,
  unclear,
  unseen,
  yes,
} from './finding';
import { isInTask, withoutRecord } from './deeds';
import { judgeHash, judgeMode, judgeOwner, judgeText } from './file-facts';
import { isLater, judgeCreated, judgeDeleted } from './changes';
import { flagOf, numberOf, textOf } from '../facts';
import type { JudgeContext, Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

export function judgeFile(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  const type = textOf(seen, 'type');
  // A pipe or a device under the name: neither a file nor nothing.
  if (exists && type !== 'file' && type !== 'directory')
    return unclear('NOT_A_PLAIN_FILE', 'what is there is neither a file nor a directory');
  const born = textOf(seen, 'created_at');
  const isOther = exists && !isOfKind(part, type);
  switch (part.predicate) {
    case 'absent':
      if (isOther) return unclear('OTHER_KIND', `a ${String(type)} of that name is there`);
      return byFlag(!exists, 'FILE_ABSENT', 'exists', 'it is not there', 'it is there');
    case 'deleted':
      return isOther
        ? unclear('OTHER_KIND', `a ${String(type)} of that name is there`)
        : judgeDeleted(part, seen, context, born);
    default:
      if (!exists) return no('FILE_NOT_THERE', 'it is not there');
      if (isOther) return no('OTHER_KIND', `what is there is a ${String(type)}`);
      return judgePresent(part, seen, context, type, born);
  }
}

function isOfKind(part: TypedClaim, type: string | undefined): boolean {
  return ('bare' in part.subject && part.subject.bare === true) || part.subject.kind === type;
}

function judgePresent(
  part: TypedClaim,
  seen: Observation,
  context: JudgeContext,
  type: string | undefined,
  born: string | undefined,
): Finding {
  const isDirectory = type === 'directory';
  const filled = isDirectory ? numberOf(seen, 'entries') : numberOf(seen, 'size');
  const fact = isDirectory ? 'entries' : 'size';
  switch (part.predicate) {
    case 'exists':
      return asExpected(part, yes('FILE_THERE', 'it is there'));
    case 'created':
      return judgeCreated(part, seen, context, born, textOf(seen, 'changed_at'));
    case 'modified':
      return judgeModified(part, seen, context);
    case 'has_content':
      return byFlag(
        filled === undefined ? undefined : filled > 0,
        'FILE_HAS_CONTENT',
        fact,
        `its ${fact} is ${String(filled)}`,
        'it is empty',
      );
    case 'empty':
      return byFlag(
        filled === undefined ? undefined : filled === 0,
        'FILE_EMPTY',
        fact,
        'it is empty',
        `its ${fact} is ${String(filled)}`,
      );
    case 'size':
      return isDirectory
        ? unclear('SIZE_OF_DIRECTORY', 'the size of a directory is not what its files hold')
        : byNumber(part.expected, numberOf(seen, 'size'), 'FILE_SIZE', 'size');
    case 'lines':
      return byNumber(part.expected, numberOf(seen, 'lines'), 'FILE_LINES', 'lines');
    case 'entries': {
      const counted = part.expected?.of ?? 'entries';
      return byNumber(part.expected, numberOf(seen, counted), 'DIRECTORY_ENTRIES', counted);
    }
    case 'sha256':
      return judgeHash(part, textOf(seen, 'sha256')?.toLowerCase());
    case 'mode':
      return judgeModeDeed(part, seen, context);
    case 'owner':
      return judgeOwner(String(part.expected?.value ?? ''), seen);
    case 'unchanged':
      return judgeUnchanged(part, seen, context);
    case 'holds':
    case 'lines_with':
    case 'setting':
      return isDirectory ? unclear('TEXT_OF_DIRECTORY', 'a directory holds no text') : judgeText(part, seen);
    case 'age':
      return judgeAge(part, seen, context);
    default:
      return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of a ${part.subject.kind}`);
  }
}

const plainMode = (mode: string | undefined): string | undefined => mode?.replace(/^0o/, '').slice(-4).padStart(4, '0');

/** A mode that was so before was not set now. */
function judgeModeDeed(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const claimed = String(part.expected?.value ?? '');
  const finding = judgeMode(claimed, plainMode(textOf(seen, 'mode')));
  if (part.deed !== true || finding.verdict !== 'TRUE') return finding;
  const before = baselineOf(part, context, 'before');
  const was = before === undefined ? undefined : plainMode(textOf(before, 'mode'));
  if (before !== undefined && was !== undefined && judgeMode(claimed, was).verdict === 'TRUE' && flagOf(before, 'exists') === true)
    return unclear('MODE_WAS_SO_BEFORE', `${finding.reason}, as it was before`);
  return isInTask(context, textOf(seen, 'changed_at')) === false ? withoutRecord(finding.reason) : finding;
}

/** By the content where there was an earlier look, by the last write where a time is claimed; both must agree. */
function judgeModified(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const written = textOf(seen, 'modified_at');
  const before = baselineOf(part, context, 'before');
  if (before !== undefined) {
    if (flagOf(before, 'exists') !== true)
      return unclear('MODIFIED_WAS_NOT_THERE', `it was not there at ${before.at}, so it was made, not changed`);
    const [was, is] = [textOf(before, 'sha256'), textOf(seen, 'sha256')];
    if (was !== undefined && was === is) return no('CONTENT_UNCHANGED', `its content is what it was at ${before.at}`);
    if (was === undefined && secondsOf(written) !== null && !isLater(written, before.at))
      return no('WRITTEN_EARLIER', `it was last written at ${String(written)}`);
    if (part.time === undefined && was !== undefined && is !== undefined)
      return yes('CONTENT_CHANGED', `its content is not what it was at ${before.at}`);
    if (part.time === undefined && isLater(written, before.at))
      return yes('WRITTEN_SINCE_BASELINE', `it was written at ${String(written)}`);
  }
  if (part.time === undefined) return judgeWritten(seen, context, written);
  const place = toSpan(part, written);
  if (place === 'inside') return yes('WRITTEN_IN_SPAN', `it was last written at ${String(written)}`);
  const changed = textOf(seen, 'changed_at');
  // A write sets both times; the time of writing alone can be set back by hand, as archives do.
  if (place === 'before' && toSpan(part, changed) !== 'inside' && toSpan(part, changed) !== 'after') {
    return no('WRITTEN_EARLIER', `it was last written at ${String(written)}, before the time claimed`);
  }
  return unclear('WRITE_TIME_NOT_SEEN', 'whether it was written at that time cannot be seen any more');
}

/** By the time of its last write alone: in the task, or before it. */
function judgeWritten(seen: Observation, context: JudgeContext, written: string | undefined): Finding {
  const young = isInTask(context, written);
  if (young === true) return yes('WRITTEN_IN_TASK', `it was last written at ${String(written)}`);
  if (young === false && isInTask(context, textOf(seen, 'changed_at')) === false)
    return no('WRITTEN_EARLIER', `it was last written at ${String(written)}, before the task began`);
  return unclear('MODIFIED_WITHOUT_BASELINE', 'nothing shows how it was before: name the time');
}

/** Unchanged in its content: by the look before, else by the time of its last write. */
function judgeUnchanged(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const before = baselineOf(part, context, 'before');
  const [was, is] = [before === undefined ? undefined : textOf(before, 'sha256'), textOf(seen, 'sha256')];
  if (before !== undefined && flagOf(before, 'exists') === false) return no('WAS_NOT_THERE', `it was not there at ${before.at}`);
  if (before !== undefined && was !== undefined && is !== undefined)
    return byFlag(was === is, 'CONTENT_UNCHANGED', 'sha256', `its content is what it was at ${before.at}`, `its content is not what it was at ${before.at}`);
  const young = isInTask(context, textOf(seen, 'modified_at'));
  if (young === false) return yes('WRITTEN_EARLIER', `it was last written at ${String(textOf(seen, 'modified_at'))}, before the task began`);
  return unclear('MODIFIED_WITHOUT_BASELINE', 'nothing shows how it was before');
}

/** By the last write, which is what listings show. */
function judgeAge(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const [now, written] = [secondsOf(context.now), secondsOf(textOf(seen, 'modified_at'))];
  if (now === null || written === null) return unseen('modified_at');
  return byNumber(part.expected, Math.max(0, Math.round(now - written)), 'FILE_AGE', 'age in seconds');
}
