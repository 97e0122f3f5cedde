/** What a registered target answers: a guarded GET (platform/guarded-request.ts), told as an observation. */
import { assertNever } from '../../domain/errors';
import type { Look } from '../../domain/claim/blind';
import { sendGuarded, type GuardedLimits, type Lookup, type Unanswered } from '../../platform/guarded-request';
import type { RegisteredUrl } from './http-target';

export const HTTP_LIMITS: GuardedLimits = { timeoutMs: 5_000, maxBodyBytes: 65_536 };
const HEADERS = { 'user-agent': 'wingman-prober', accept: '*/*', 'accept-encoding': 'identity' };

export async function lookAtHttp({ url, isPrivateAllowed }: RegisteredUrl, lookup: Lookup, limits: GuardedLimits = HTTP_LIMITS): Promise<Look<'http'>> {
  const answer = await sendGuarded({ url, allowed: isPrivateAllowed ? ['public', 'private'] : ['public'] }, { method: 'GET', headers: HEADERS }, lookup, limits);
  if (!answer.answered) return toLook(answer.reason);
  const { status, bytes, complete, sha256 } = answer;
  return { seen: { responded: true, status, redirect: status >= 300 && status < 400, bytes, complete, sha256 } };
}

/** A refusal is evidence that nobody answers there; anything that our own network may have caused is not. */
function toLook(reason: Unanswered): Look<'http'> {
  switch (reason) {
    case 'REFUSED':
    case 'CLOSED':
    case 'PROTOCOL':
      return { seen: { responded: false, reason } };
    case 'LATE':
      return { blind: 'PROBE_TIMED_OUT' };
    case 'NAME_UNRESOLVED':
      return { blind: 'HTTP_NAME_UNRESOLVED' };
    case 'ADDRESS_REFUSED':
      return { blind: 'HTTP_ADDRESS_REFUSED' };
    case 'TLS':
      return { blind: 'HTTP_TLS' };
    case 'UNREACHABLE':
      return { blind: 'HTTP_UNREACHABLE' };
    case 'FAILED':
      return { blind: 'PROBE_FAILED' };
    default:
      return assertNever(reason);
  }
}
