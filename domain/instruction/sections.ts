/**
 * Finds the ten sections of an instruction by their headings. A heading stands on its own line and is written in plain
 * letters: `NAME:`, `## NAME`, `### NAME:`, `**NAME**`, `1. NAME`, in any case, with blanks, dashes or underscores. What a
 * reader of the rendered text would not take for one (in a comment, a code block, a quotation, with a look-alike letter) is
 * none. Agents write the text; the work is linear in it.
 */
import { foldLookalikes } from '../text/hidden-text';
import { SECTIONS, type Section } from './report';

export interface SectionText {
  /** From 1, of the first heading of that name. */
  readonly line: number;
  /** What stands under all headings of that name. */
  readonly body: string;
}

export interface SectionScan {
  readonly sections: ReadonlyMap<Section, SectionText>;
  /** Why a name that is there does not count as a heading, for the message; the first reason of each section. */
  readonly nearMisses: ReadonlyMap<Section, string>;
}

const NAMES = SECTIONS.map((section) => section.replaceAll('_', '[ _-]{1,3}')).join('|');
const EMOJI = /\p{Extended_Pictographic}\ufe0f?[ \t]{0,3}/u;
/** Blanks (a client may send a text as it is indented in its source), marks of a heading, then the name: else it is prose. */
const HEADING = new RegExp(
  `^[ \\t]{0,16}(?:(?<hashes>#{1,6})[ \\t]{0,4})?(?<list>[-*+][ \\t]{1,4})?(?<bold>\\*\\*|__)?(?<number>\\d{1,2}[.)][ \\t]{0,4})?(?<bold2>\\*\\*|__|[*_])?(?<name>${NAMES})(?!_?[A-Za-z0-9])(?<rest>.*)$`,
  'i',
);
const AFTER =
  /^(?:\*\*|__|[*_])?[ \t]{0,4}(?:\([^()]{0,80}\))?[ \t]{0,4}(?<colon>[:：]|(?<=[ \t])[-–—](?=[ \t]))?[ \t]{0,4}(?:\*\*|__|[*_])?(?<colon2>[:：])?[ \t]*#{0,6}[ \t]*/u;
const UNDERLINE = /^[ \t]{0,16}(?:={3,}|-{3,})[ \t]*$/;
/** Another heading ends a section: one of Markdown, or capitals with a colon such as `COMMANDS:`. */
const OTHER_HEADING =
  /^[ \t]{0,16}(?:(?<hashes>#{1,6})[ \t]+\S|[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+){0,5}:[ \t]*$|(?:COMMANDS?|Commands?|Sign-off|Notes?):)/;
const FENCE = /^[ \t]{0,16}(?:[-*+][ \t]{1,3})?(`{3,}(?=[^`]*$)|~{3,})/;

/** Names are told apart from prose by their first word before any of the costly patterns is tried. */
const FIRST_WORD = /^[^A-Za-z]{0,20}([A-Za-z]{1,14})/;
const FIRST_WORDS: ReadonlySet<string> = new Set(
  SECTIONS.map((section) => (section.split('_')[0] as string).toLowerCase()),
);
/** Longer than any heading with its marks; what follows on the same line is body. */
const HEADING_LENGTH = 300;

export function scanSections(instruction: string): SectionScan {
  const sections = new Map<Section, { line: number; body: string }>();
  const nearMisses = new Map<Section, string>();
  let current: { line: number; body: string } | null = null;
  let level = 7;
  let fence: string | null = null;
  const text = withoutComments(instruction);
  const isPlain = !/[^\t\n\x20-\x7e]/.test(text) && !(text.includes('>') && /^[ \t]{0,16}>/m.test(text));
  const hasFences = text.includes('```') || text.includes('~~~');
  const lines = text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n');
  for (const [at, line] of lines.entries()) {
    const mark = hasFences ? FENCE.exec(line)?.[1] : undefined;
    if (mark !== undefined && (fence === null || (mark.startsWith(fence) && line.trim() === mark))) {
      fence = fence === null ? mark : null;
      continue;
    }
    const heading = readHeading(line, lines[at + 1]);
    if (heading !== null && fence === null) {
      current = sections.get(heading.section) ?? { line: at + 1, body: '' };
      sections.set(heading.section, current);
      current.body += `${heading.inline}\n`;
      level = heading.level;
      continue;
    }
    if (heading !== null) noteMiss(nearMisses, heading.section, `it stands inside a code block (line ${at + 1})`);
    else if (fence === null && !isPlain) noteNearMiss(nearMisses, line, at + 1);
    const other = fence === null && /[:#]/.test(line) ? OTHER_HEADING.exec(line) : null;
    if (other !== null && (other.groups?.hashes === undefined || other.groups.hashes.length <= level)) current = null;
    else if (current !== null) current.body += `${line}\n`;
  }
  return { sections, nearMisses };
}

/** Of the forms without hashes: `###` under `NAME:` is a part of it, `##` is another matter. */
const PLAIN_LEVEL = 2;

interface Heading {
  readonly section: Section;
  readonly inline: string;
  /** Number of hashes: a Markdown heading ends a section when it has as many or fewer. */
  readonly level: number;
}

function readHeading(line: string, next: string | undefined): Heading | null {
  if (line === '') return null;
  const bare = line.endsWith(':') ? line.slice(0, -1) : line;
  if (isSection(bare)) return { section: bare, inline: '', level: PLAIN_LEVEL };
  const first = FIRST_WORD.exec(line)?.[1];
  if (first === undefined || !FIRST_WORDS.has(first.toLowerCase())) return null;
  const start = line.slice(0, HEADING_LENGTH);
  const groups = HEADING.exec(
    /^[^A-Za-z\x80-\uffff]*[\x80-\uffff]/.test(start) ? start.replace(EMOJI, '') : start,
  )?.groups;
  if (groups?.name === undefined || groups.rest === undefined) return null;
  const after = AFTER.exec(groups.rest);
  const inline = groups.rest.slice(after?.[0].length ?? 0) + line.slice(HEADING_LENGTH);
  const colon = after?.groups?.colon !== undefined || after?.groups?.colon2 !== undefined;
  const bold = groups.bold !== undefined || groups.bold2 !== undefined;
  const capitals = groups.name === groups.name.toUpperCase();
  if (groups.list !== undefined && !bold && !(capitals && colon)) return null;
  const underlined = next !== undefined && UNDERLINE.test(next);
  const marked = groups.hashes !== undefined || bold || groups.number !== undefined || colon || capitals || underlined;
  if (inline !== '' ? !colon : !marked) return null;
  const section = groups.name.toUpperCase().replace(/[ _-]+/g, '_') as Section;
  return { section, inline, level: groups.hashes?.length ?? PLAIN_LEVEL };
}

const NAME_SET: ReadonlySet<string> = new Set(SECTIONS);
const LONGEST_NAME = Math.max(...SECTIONS.map(({ length }) => length));

function isSection(text: string): text is Section {
  return text.length <= LONGEST_NAME && NAME_SET.has(text);
}

function noteMiss(misses: Map<Section, string>, section: Section, why: string): void {
  if (!misses.has(section)) misses.set(section, why);
}

/** Only what the author may have meant as a heading is looked at again: short lines, so the cost stays small. */
function noteNearMiss(misses: Map<Section, string>, line: string, number: number): void {
  if (line.length > 120 || misses.size === SECTIONS.length) return;
  const quoted = /^[ \t]{0,16}>[ \t>]*/.exec(line);
  if (quoted !== null) {
    const heading = readHeading(line.slice(quoted[0].length), undefined);
    if (heading !== null) noteMiss(misses, heading.section, `it is quoted (line ${number})`);
    return;
  }
  const folded = foldLookalikes(line);
  const heading = folded === line ? null : readHeading(folded, undefined);
  if (heading !== null)
    noteMiss(misses, heading.section, `it is written with look-alike or invisible characters (line ${number})`);
}

/** Comments leave their line breaks, so that line numbers stay. An open one hides everything behind it, as in a browser. */
function withoutComments(text: string): string {
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text;
  const visible = withoutHtmlComments(bare);
  return !visible.includes(']:') ? visible : visible.replace(/^[ \t]{0,3}\[[^\]\n]{0,80}\]:[ \t]*(?:#|<>)[^\n]*/gm, '');
}

function withoutHtmlComments(text: string): string {
  let kept = '';
  let from = 0;
  for (let open = text.indexOf('<!--'); open !== -1; open = text.indexOf('<!--', from)) {
    const close = text.indexOf('-->', open + 4);
    const end = close === -1 ? text.length : close + 3;
    kept += text.slice(from, open) + text.slice(open, end).replace(/[^\n]+/g, '');
    from = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}
