/** Whether what stands under a heading says anything. Agents write it, and some fill ten sections without a thought. */
import { SECTIONS, type Section } from './report';

const SECTION_WORDS: ReadonlySet<string> = new Set(SECTIONS.flatMap((section) => section.toLowerCase().split('_')));
const PLACEHOLDER_WORDS: ReadonlySet<string> = new Set(
  (
    'tbd todo tba tbc wip n na none nil null nothing no yes ok okay done xxx xxxx fixme placeholder pending later unknown empty blank test text ' +
    'content example sample foo bar baz asdf asdfasdf qwerty blah bla lorem ipsum filler same ditto idem etc dummy data stuff anything something ' +
    'whatever here more and or this that the your my a an it is be will not applicable available yet to see as above below before previous section ' +
    'wiki ticket doc docs link page confluence jira readme detail details info information insert add fill write describe put enter provide specify ' +
    'define defined determine determined decide decided announced added filled completed confirmed provided follow follows in out later soon coming ' +
    'me for now please described documented'
  ).split(' '),
);
const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an the is are was be will of and or to in for on at by with this that it its as we our i you section here following there has have'.split(
    ' ',
  ),
);
const NOTHING_NEEDED: ReadonlySet<string> = new Set([
  'none',
  'nothing',
  'none needed',
  'none required',
  'none known',
  'no dependencies',
  'no external dependencies',
  'no other dependencies',
  'no further dependencies',
]);

/** What stands under a heading, taken apart once. */
export interface Body {
  /** Every word, lower case. */
  readonly words: readonly string[];
  /** Without section names and words that carry nothing. */
  readonly content: readonly string[];
}

const PLAIN = /^[\x00-\x7f]*$/;

export function readBody(text: string): Body {
  const lower = visibleText(text).toLowerCase();
  // In plain text both find the same; the one that knows all writings takes three times as long.
  const words = lower.match(PLAIN.test(lower) ? /[a-z0-9]+/g : /[\p{L}\p{N}]+/gu) ?? [];
  return { words, content: words.filter((word) => !STOP_WORDS.has(word) && !SECTION_WORDS.has(word)) };
}

/** null: a real body. Otherwise what is wrong with it, for people. */
export function findBodyProblem(section: Section, { words, content }: Body): string | null {
  if (words.length === 0) return 'has no text of its own';
  if (section === 'DEPENDENCIES' && words.length <= 3 && NOTHING_NEEDED.has(words.join(' '))) return null;
  if (words.every((word) => PLACEHOLDER_WORDS.has(word)) || (words[0] === 'lorem' && words[1] === 'ipsum'))
    return 'holds only a placeholder';
  if (content.length === 0) return 'only repeats section names';
  // `JSON` can be all there is to say about a format; what is shorter says nothing, in Latin letters.
  if (content.length === 1 && /^[a-z0-9]{1,3}$/.test(content[0] as string)) return 'is too short to say anything';
  if (content.length > 1 && content.every((word) => word === content[0])) return 'is one word over and over';
  return null;
}

/** Bodies above this are no paste of one sentence; comparing them word by word would cost more than it tells. */
const COMPARED_WORDS = 200;
/** The same words but for one in five: shared words over all words of both. */
const ALIKE = 0.8;

interface Compared {
  readonly section: Section;
  readonly words: readonly string[];
  readonly set: ReadonlySet<string>;
}

/** Sections whose bodies are copies of one another, whatever section names, digits and order they differ in. */
export function findCopies(bodies: ReadonlyMap<Section, Body>): ReadonlyMap<Section, Section> {
  const all: Compared[] = [];
  for (const [section, { content }] of bodies) {
    if (content.length === 0 || content.length > 10 * COMPARED_WORDS) continue;
    const set = new Set(content.filter((word) => !isNumber(word)));
    if (set.size > 0 && set.size <= COMPARED_WORDS) all.push({ section, words: [...set], set });
  }
  const copies = new Map<Section, Section>();
  for (let at = 0; at < all.length; at++) {
    for (let next = at + 1; next < all.length; next++) {
      const [one, other] = [all[at] as Compared, all[next] as Compared];
      if (!areAlike(one, other)) continue;
      if (!copies.has(one.section)) copies.set(one.section, other.section);
      if (!copies.has(other.section)) copies.set(other.section, one.section);
    }
  }
  return copies;
}

/** Stops at the first word too many that the other does not have: two honest bodies differ in their first three. */
function areAlike(one: Compared, other: Compared): boolean {
  const sum = one.words.length + other.words.length;
  // shared / (sum - shared) >= ALIKE, solved for shared.
  const needed = (ALIKE / (1 + ALIKE)) * sum;
  let left = one.words.length;
  let shared = 0;
  if (other.words.length < needed) return false;
  for (const word of one.words) {
    left--;
    if (other.set.has(word)) shared++;
    else if (shared + left < needed) return false;
  }
  return shared >= needed;
}

function isNumber(word: string): boolean {
  const code = word.charCodeAt(0);
  return code >= 48 && code <= 57 && /^\d+$/.test(word);
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Without quotations, struck-out text, template brackets and invisible characters. Marks and digits of lists are no words. */
function visibleText(body: string): string {
  let text = body;
  if (text.includes('>')) text = text.replace(/^[ \t]*>.*$/gm, '').replace(/<[^<>\n]{0,200}>/g, ' ');
  if (text.includes('~~')) text = text.replace(/~~[^~\n]*~~/g, ' ');
  if (text.includes('{{')) text = text.replace(/\{\{[^{}\n]{0,200}\}\}/g, ' ');
  if (text.includes('[')) text = text.replace(/^[ \t]*(?:[-*+•][ \t]*)?\[[^[\]\n]{0,200}\][ \t]*$/gm, ' ');
  if (/[^\t\n\x20-\x7e]/.test(text)) {
    text = text.normalize('NFKC').replace(INVISIBLE, (character) => (/\s/.test(character) ? character : ''));
  }
  return text.replace(/^[ \t]*\d{1,3}[.)](?=\s)/gm, '');
}
