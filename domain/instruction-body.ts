/** Whether what stands under a heading says anything. Agents write it, and some fill ten sections without a thought. */
import { SECTIONS, type Section } from './instruction-report';

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SECTION_NAMES = new RegExp(
  `(?<![a-z])(?:${SECTIONS.map((name) => name.toLowerCase().replaceAll('_', '[ _-]')).join('|')})(?![a-z])`,
  'g',
);
const PLACEHOLDER =
  /^(?:(?:tbd|todo|tba|tbc|wip|n a|na|none|nil|null|nothing|no|yes|ok|okay|done|xxx+|fixme|placeholder|pending|later|unknown|empty|blank|test|text|content|example|sample|foo|bar|baz|asdf\w*|qwerty|blah|bla|lorem|ipsum|filler|same|ditto|idem|etc|dummy|data|stuff|anything|something|whatever|here|more|and|or|this|that|the|your|my|a|an|it|is|be|will|not|applicable|available|yet|to|see|as|above|below|before|previous|section|wiki|ticket|doc|docs|link|page|confluence|jira|readme|details?|info|information|insert|add|fill|write|describe|put|enter|provide|specify|defined?|determined|decided|announced|added|filled|completed|confirmed|provided|follows?|in|out|later|soon|coming|me|for|now|please|described|documented) ?)+$/;
const NOTHING_NEEDED =
  /^(?:none|no dependencies|nothing|no (?:other |external |further )?dependencies(?: \w+){0,3}|none (?:needed|required|known|at all))$/;
const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an the is are was be will of and or to in for on at by with this that it its as we our i you section here following there has have'.split(
    ' ',
  ),
);
/** Bodies above this are no paste of one sentence; comparing them word by word would cost more than it tells. */
const COMPARED_WORDS = 200;

/** null: a real body. Otherwise what is wrong with it, for people. */
export function findBodyProblem(section: Section, body: string): string | null {
  const visible = visibleText(body);
  if (visible.trim() === '') return 'has no text of its own';
  const said = plainWords(visible);
  if (said === '') return 'has no words';
  if (section === 'DEPENDENCIES' && NOTHING_NEEDED.test(said)) return null;
  if (PLACEHOLDER.test(said.slice(0, 400)) || said.startsWith('lorem ipsum')) return 'holds only a placeholder';
  const content = contentWords(section, said);
  if (content.length === 0) return 'only repeats section names';
  if (isTooShort(content)) return 'is too short to say anything';
  if (content.length > 1 && new Set(content).size === 1) return 'is one word over and over';
  return null;
}

/**
 * Sections whose bodies are copies of one another: the same words but for section names, digits, order and one word in five.
 */
export function findCopies(bodies: ReadonlyMap<Section, string>): ReadonlyMap<Section, Section> {
  const sets = [...bodies].map(([section, body]) => [section, comparedWords(section, body)] as const);
  const copies = new Map<Section, Section>();
  for (const [at, [section, words]] of sets.entries()) {
    for (const [other, otherWords] of sets.slice(at + 1)) {
      if (!areAlike(words, otherWords)) continue;
      if (!copies.has(section)) copies.set(section, other);
      if (!copies.has(other)) copies.set(other, section);
    }
  }
  return copies;
}

/** Lines without quotations, struck-out text, list marks, rules and template brackets. */
function visibleText(body: string): string {
  return body
    .replace(/^[ \t]*>.*$/gm, '')
    .replace(/~~[^~\n]*~~/g, '')
    .replace(/<[^<>\n]{0,200}>|\{\{[^{}\n]{0,200}\}\}/g, '')
    .replace(/^[ \t]*(?:[-*+•][ \t]*)?\[[^[\]\n]{0,200}\][ \t]*$/gm, '')
    .replace(INVISIBLE, (character) => (/\s/.test(character) ? character : ''))
    .replace(/^[ \t]*(?:[-*+•#=_]+|\d{1,3}[.)])[ \t]*(?:\[[ xX]?\])?/gm, '');
}

function plainWords(text: string): string {
  return (
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  ).join(' ');
}

function contentWords(section: Section, said: string): readonly string[] {
  const own = new Set(section.toLowerCase().split('_'));
  return said
    .replace(SECTION_NAMES, ' ')
    .split(/[ _]+/)
    .filter((word) => word !== '' && !STOP_WORDS.has(word) && !own.has(word));
}

/** `JSON` can be all there is to say about a format; what is shorter says nothing. */
function isTooShort(content: readonly string[]): boolean {
  return content.join('').length < 4;
}

function comparedWords(section: Section, body: string): ReadonlySet<string> | null {
  const words = new Set(
    contentWords(section, plainWords(visibleText(body).slice(0, 20_000))).filter((word) => !/^\d+$/.test(word)),
  );
  return words.size === 0 || words.size > COMPARED_WORDS ? null : words;
}

function areAlike(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean {
  if (a === null || b === null) return false;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / (a.size + b.size - shared) >= 0.8;
}
