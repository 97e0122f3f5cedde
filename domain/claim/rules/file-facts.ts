/** What is written in and about a file: mode, owner, hash, the literals and settings that it holds. */
import { byFlag, byNumber, no, unclear, unseen, yes } from './finding';
import { flagOf, numberOf, textOf } from '../facts';
import type { Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

/** In words, what bits must be set (or, with `not`, must not). */
const IN_WORDS: Readonly<Record<string, (bits: number) => boolean>> = {
  executable: (bits) => (bits & 0o100) !== 0,
  'not executable': (bits) => (bits & 0o111) === 0,
  'owner only': (bits) => (bits & 0o077) === 0,
  'world readable': (bits) => (bits & 0o004) !== 0,
  'world writable': (bits) => (bits & 0o002) !== 0,
  'group writable': (bits) => (bits & 0o020) !== 0,
  'read only': (bits) => (bits & 0o222) === 0,
};

export function judgeMode(claimed: string, mode: string | undefined): Finding {
  if (mode === undefined) return unseen('mode');
  const inWords = Object.hasOwn(IN_WORDS, claimed) ? IN_WORDS[claimed] : undefined;
  const reason = `mode is ${mode}, claimed ${claimed}`;
  if (inWords !== undefined) return byFlag(inWords(Number.parseInt(mode, 8)), 'FILE_MODE', 'mode', reason, reason);
  return claimed.replace(/^0o?/, '').padStart(4, '0') === mode.padStart(4, '0') ? yes('FILE_MODE', reason) : no('FILE_MODE', reason);
}

/** "root", or "shop:shop". */
export function judgeOwner(claimed: string, seen: Observation): Finding {
  const [user, group] = claimed.split(':');
  const [owner, ofGroup] = [textOf(seen, 'owner'), textOf(seen, 'group')];
  if (owner === undefined || (group !== undefined && ofGroup === undefined)) return unseen('owner');
  const is = `it is owned by ${owner}${ofGroup === undefined ? '' : `:${ofGroup}`}`;
  return owner === user && (group === undefined || group === ofGroup) ? yes('FILE_OWNER', is) : no('FILE_OWNER', is);
}

export function judgeHash({ expected }: TypedClaim, seen: string | undefined): Finding {
  if (seen === undefined) return unseen('sha256');
  const claimed = String(expected?.value ?? '').toLowerCase();
  const reason = `sha256 is ${seen}, claimed ${claimed}`;
  const same = expected?.comparison === 'contains' ? claimed.length >= 6 && seen.startsWith(claimed) : seen === claimed;
  return (expected?.comparison === 'ne' ? !same : same) ? yes('FILE_SHA256', reason) : no('FILE_SHA256', reason);
}

export function judgeText(part: TypedClaim, seen: Observation): Finding {
  const { expected } = part;
  if (part.predicate === 'setting') return judgeSetting(part, seen);
  const lines = numberOf(seen, 'literal_lines');
  if (lines === undefined) return unseen('its text');
  if (part.predicate === 'lines_with') return byNumber(expected, lines, 'LINES_WITH_LITERAL', 'lines with it');
  if (expected?.comparison === 'contains') return byFlag(flagOf(seen, 'literal_first'), 'FIRST_LINE', 'its first line', 'it begins with it', 'it begins with something else');
  const holds = lines > 0;
  const is = holds ? `${String(lines)} lines of it hold that` : 'no line of it holds that';
  return holds === (expected?.value !== false) ? yes('LITERAL', is) : no('LITERAL', is);
}

function judgeSetting({ expected }: TypedClaim, seen: Observation): Finding {
  const [settings, equal] = [numberOf(seen, 'settings'), numberOf(seen, 'settings_equal')];
  if (settings === undefined || equal === undefined) return unseen('its settings');
  if (settings === 0) return unclear('SETTING_NOT_SEEN', 'no line of it sets that');
  const claimed = String(expected?.value ?? '');
  if (equal === settings) return yes('SETTING', `it is set to ${claimed}`);
  return equal > 0 ? unclear('SETTING_MORE_THAN_ONCE', `it is set ${String(settings)} times, not always to ${claimed}`) : no('SETTING', `it is not set to ${claimed}`);
}
