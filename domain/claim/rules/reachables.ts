/** Ports and HTTP endpoints. */
import { withoutRecord } from './deeds';
import { baselineOf, byFlag, byNumber, no, unclear, unseen, yes } from './finding';
import { flagOf, numberOf, textOf } from '../facts';
import type { JudgeContext, Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

export function judgePort(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const finding = judgePortState(part, seen);
  if (part.deed !== true || finding.verdict !== 'TRUE') return finding;
  const before = baselineOf(part, context, 'before');
  const was = before === undefined ? undefined : flagOf(before, 'listening');
  if (was === undefined) return withoutRecord(finding.reason);
  return was === (part.predicate === 'listening') ? no('PORT_WAS_SO_BEFORE', `it was so before, at ${String(before?.at)}`) : finding;
}

function judgePortState(part: TypedClaim, seen: Observation): Finding {
  const listening = flagOf(seen, 'listening');
  if (listening === undefined) return unseen('listening');
  if (part.predicate === 'closed')
    return byFlag(!listening, 'PORT_CLOSED', 'listening', 'nothing listens there', 'something listens there');
  if (part.predicate !== 'listening') return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of a port`);
  if (!listening) return no('PORT_LISTENING', 'nothing listens there');
  const holder = part.expected?.value;
  if (typeof holder !== 'string') return yes('PORT_LISTENING', 'something listens there');
  const process = textOf(seen, 'process');
  return byFlag(
    process === undefined ? undefined : process === holder,
    'PORT_HOLDER',
    'which process listens',
    `${String(process)} listens there`,
    `${String(process)} listens there`,
  );
}

/** By the status of one request. A redirect was not followed, so it says nothing of what is behind it. */
export function judgeHttp(part: TypedClaim, seen: Observation): Finding {
  const responded = flagOf(seen, 'responded');
  if (responded === undefined) return unseen('responded');
  const status = numberOf(seen, 'status');
  if (!responded)
    return part.predicate === 'unreachable'
      ? yes('HTTP_NO_ANSWER', 'it did not answer')
      : no('HTTP_NO_ANSWER', 'it did not answer');
  if (status === undefined) return unseen('status');
  const answered = `it answered ${String(status)}`;
  const group = Math.floor(status / 100);
  if (part.predicate === 'status_code') return byNumber(part.expected, status, 'HTTP_STATUS', 'status');
  if (part.predicate === 'redirects') return judgeRedirect(String(part.expected?.value ?? ''), seen, group, answered);
  if (part.predicate === 'answers_with') return judgeBody(seen);
  if (group === 3) return unclear('HTTP_REDIRECT', `${answered}, and redirects are not followed`);
  switch (part.predicate) {
    case 'responds':
      return yes('HTTP_ANSWER', answered);
    case 'unreachable':
      return group === 5 ? unclear('HTTP_ERROR', answered) : no('HTTP_ANSWER', answered);
    case 'healthy':
      if (group === 4)
        return unclear('HTTP_CLIENT_ERROR', `${answered}: it is there, but whether it is well cannot be told`);
      return byFlag(group === 2, 'HTTP_HEALTH', 'status', answered, answered);
    default:
      return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of an HTTP endpoint`);
  }
}

/** Where it leads is in the answer itself; what is there was not asked. */
function judgeRedirect(claimed: string, seen: Observation, group: number, answered: string): Finding {
  if (group !== 3) return no('HTTP_REDIRECT', `${answered}, which is no redirect`);
  const location = textOf(seen, 'location');
  if (location === undefined) return unseen('where it redirects to');
  const path = (url: string): string => url.replace(/^https?:\/\/[^/]+/i, '') || '/';
  const same = location === claimed || (path(location) === path(claimed) && (!/^http/i.test(claimed) || !/^http/i.test(location)));
  return same ? yes('HTTP_REDIRECT', `it redirects to ${location}`) : no('HTTP_REDIRECT', `it redirects to ${location}`);
}

/** By a short answer that was read as a whole. */
function judgeBody(seen: Observation): Finding {
  return byFlag(flagOf(seen, 'body_holds'), 'HTTP_BODY', 'what it answered', 'the answer holds that', 'the answer does not hold that');
}
