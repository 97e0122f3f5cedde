/** What is refused before a word of it is read: nothing, too much, hidden or disguised letters, data that plays a verdict. */
import { hasHidden, showOnOneLine } from '../../text/hidden-text';
import type { Unparsed } from '../claim';

/** Longer claims are not read: an agent says what it did in a page, and each part costs probes. */
export const MAX_CLAIM = 65_536;
const SHOWN = 300;

/** The reason why the text as a whole is no claim; null if it may be read. */
export function refusedWhole(text: string): Unparsed | null {
  const refused = (code: Unparsed['code'], reason: string): Unparsed => ({ text: shown(text), code, reason });
  if (text.length > MAX_CLAIM) return refused('TOO_LONG', `a claim has at most ${String(MAX_CLAIM)} characters`);
  if (text.trim() === '') return refused('EMPTY', 'the claim is empty');
  if (hasHidden(text))
    return refused(
      'HIDDEN_CHARACTER',
      'the claim holds characters that people cannot see or that change how the rest is shown',
    );
  if (/^\s*[[{<]/.test(text) || /^\s*```/.test(text))
    return refused('STRUCTURED', 'the claim is data, not a statement: say it in words');
  return null;
}

/** For people and logs: one line, hidden characters visible, cut. */
export function shown(text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return showOnOneLine(cut);
}
