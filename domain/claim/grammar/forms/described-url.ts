/** An address with words before it that describe it: "the readiness probe http://host/ready", "the staging site at http://host/". */
import { isReserved } from '../markers';
import { takeNouns } from '../nouns';
import type { Cursor } from '../cursor';
import type { Noun } from '../noun';

const GENERIC =
  /^(?:site|page|endpoint|endpoints|api|app|application|server|service|probe|check|health|healthcheck|readiness|liveness|staging|production|preview|new|main|home|homepage|login|admin|web|website|frontend|backend|url|route|dashboard|metrics|root|deployed|local|public|running|ready|status|live|shop|demo|test|dev|deployment|instance|get|post|head|curl|both|all|request|requests)$/;
const MOST_WORDS = 5;

export function takeDescribedUrl(cursor: Cursor): readonly Noun[] | null {
  return cursor.attempt(() => {
    if (!cursor.hasUrl) return null;
    cursor.take('the', 'a', 'an', 'our', 'my');
    for (let count = 0; count < MOST_WORDS; count += 1) {
      const nouns = urls(cursor);
      if (nouns !== null) return nouns;
      const token = cursor.peek();
      if (token?.kind !== 'word' || !(GENERIC.test(token.lower) || (count > 0 && /^(?:at|on|under|is|to)$/.test(token.lower) && isUrlNext(cursor))) || (isReserved(token.lower) && !GENERIC.test(token.lower) && !/^(?:at|on|under|is)$/.test(token.lower))) return null;
      cursor.at += 1;
    }
    return null;
  });
}

const isUrlNext = (cursor: Cursor): boolean => cursor.peek(1)?.kind === 'url';

function urls(cursor: Cursor): readonly Noun[] | null {
  return cursor.attempt(() => {
    const nouns = takeNouns(cursor);
    return nouns !== null && nouns.every(({ subject, negated }) => subject.kind === 'http' && negated !== true) ? nouns : null;
  });
}
