/**
 * A line without its decoration. Agents write for a chat window: what stands around the words (bullets, numbers, boxes, emphasis, emoji)
 * is taken off and kept as facts of its own, because some of it says whether the line was done at all.
 */
export type LineKind = 'blank' | 'heading' | 'item' | 'row' | 'quote' | 'fence' | 'text';

export interface MarkupLine {
  readonly kind: LineKind;
  /** Depth of a heading, indent of an item. */
  readonly depth: number;
  /** Without decoration. */
  readonly text: string;
  /** "❌", "[ ]", "~~...~~": marked as not so, not yet, or taken back. */
  readonly isUndone: boolean;
  /** A whole line in bold is a heading to whoever reads it. */
  readonly isBold: boolean;
}

const FENCE = /^ {0,3}(?:```|~~~)/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+/;
const QUOTE = /^ {0,3}>/;
const BULLET = /^([ \t]*)(?:[-*+•‣◦▪–—][ \t]+|\(?\d{1,3}[.)][ \t]+|\(?[a-z][.)][ \t]+(?=[A-Z`*]))/;
const BOX = /^\[([ xX✓✔])\][ \t]+/;
const ROW = /^[ \t]*\|.*\|[ \t]*$/;
const UNDONE_SIGN = /[❌✗✘🚫⛔⚠🚧⏳⌛🔜❓❔🔴🟡⬜☐🛑]/u;
/** Letters, digits and the signs of names stay; what draws is taken off. */
const PICTURES = /[\u{1F000}-\u{1FAFF}\u2190-\u2193\u2600-\u27BF\u2B00-\u2BFF\u23E9-\u23FF\u2705\u25A0-\u25FF]\uFE0F?|\uFE0F/gu;

export function readMarkupLine(raw: string): MarkupLine {
  if (raw.trim() === '' || /^[ \t]*([-*_=])(?:[ \t]*\1){2,}[ \t]*$/.test(raw)) return line('blank', '');
  if (FENCE.test(raw)) return line('fence', '');
  if (QUOTE.test(raw)) return line('quote', withoutDecoration(raw.replace(/^[ >\t]+/, '')));
  if (ROW.test(raw)) return line('row', raw.trim());
  const heading = HEADING.exec(raw);
  if (heading !== null) return { ...plain('heading', raw.slice(heading[0].length)), depth: heading[1]?.length ?? 1 };
  const bullet = BULLET.exec(raw);
  if (bullet !== null) return { ...plain('item', raw.slice(bullet[0].length)), depth: (bullet[1] ?? '').replaceAll('\t', '    ').length };
  // "✅ Created ...": a bullet of its own.
  const isPictured = /^[ \t]*[\u{1F300}-\u{1FAFF}\u2600-\u27BF\u2B00-\u2BFF\u2705]/u.test(raw);
  return plain(isPictured ? 'item' : 'text', raw);
}

function plain(kind: LineKind, raw: string): MarkupLine {
  const box = BOX.exec(raw);
  const unboxed = box === null ? raw : raw.slice(box[0].length);
  const isTicked = (box !== null && box[1] !== ' ') || /^[ \t]*[✅✔☑]/u.test(raw);
  const rest = isTicked ? asDone(unboxed) : unboxed;
  const isUndone = box?.[1] === ' ' || UNDONE_SIGN.test(rest) || /~~/.test(rest);
  const trimmed = rest.trim();
  const isBold = /^(?:\*\*|__)[^*_]{1,120}(?:\*\*|__):?$/.test(trimmed);
  return { kind, depth: 0, text: withoutDecoration(rest), isUndone, isBold };
}

/** Orders of a checklist and what they are once the box is ticked: "[x] Create the volume x". */
const DONE: Readonly<Record<string, string>> = {
  create: 'Created', add: 'Added', delete: 'Deleted', remove: 'Removed', update: 'Updated', edit: 'Edited', change: 'Changed', restart: 'Restarted', start: 'Started', stop: 'Stopped', pause: 'Paused',
  install: 'Installed', uninstall: 'Uninstalled', build: 'Built', pull: 'Pulled', move: 'Moved', rename: 'Renamed', write: 'Wrote', generate: 'Generated', commit: 'Committed', push: 'Pushed', merge: 'Merged',
  tag: 'Tagged', refactor: 'Refactored', fix: 'Fixed', drop: 'Dropped', make: 'Made', set: 'Set',
};

function asDone(text: string): string {
  return text.replace(/^([ \t]*(?:[✅✔☑]\uFE0F?[ \t]*)?)([A-Z][a-z]+)(?=[ \t])/u, (whole, before: string, verb: string) => {
    const lower = verb.toLowerCase();
    return Object.hasOwn(DONE, lower) ? `${before}${DONE[lower] ?? verb}` : whole;
  });
}

const line = (kind: LineKind, text: string): MarkupLine => ({ kind, depth: 0, text, isUndone: false, isBold: false });

/** Emphasis, pictures, arrows and links of one line. Stars and underscores inside names and paths stay. */
export function withoutDecoration(raw: string): string {
  return withoutEmphasis(raw.replace(/\[([^\]\n]{1,200})\]\([^)\s]{1,500}\)/g, '$1'))
    .replace(/[ \t]*(?:→|➜|➡|⇒|=>|->)[ \t]*(?=\S)/gu, (arrow, at: number, all: string) => (/\d$/.test(all.slice(0, at)) && arrow.trim() === '->' ? arrow : ' → '))
    .replace(PICTURES, (sign) => (sign === '→' ? sign : ' '))
    .replace(/[ \t]+/g, ' ')
    .replace(/ +([.,;!?])(?=\s|$)/g, '$1')
    .trim();
}

const OPENS = /[\s([{"'“:|—–-]/;
const CLOSES = /[\s.,;:!?)\]}"'”|—–-]/;

/** One pass: a run of `*` or `_` goes if it stands at the border of a word and not in a code span. */
function withoutEmphasis(text: string): string {
  if (!/[*_]/.test(text)) return text;
  let out = '';
  let isCode = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '`') isCode = !isCode;
    if (isCode || (sign !== '*' && sign !== '_')) {
      out += sign;
      continue;
    }
    let end = at;
    while (text.charAt(end) === sign) end += 1;
    const [before, after] = [text.charAt(at - 1), text.charAt(end)];
    const opens = (before === '' || OPENS.test(before) || before === '*' || before === '_') && after !== '' && !/\s/.test(after) && !/^\.[A-Za-z0-9]/.test(text.slice(end, end + 2)) && after !== '/';
    const closes = before !== '' && !/[\s/]/.test(before) && (after === '' || CLOSES.test(after) || after === '*' || after === '_');
    if (!opens && !closes) out += text.slice(at, end);
    at = end - 1;
  }
  return out;
}
