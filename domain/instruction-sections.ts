/**
 * Finds the ten sections of an instruction by their headings. A heading stands on its own line and is written in plain
 * letters: `NAME:`, `## NAME`, `### NAME:`, `**NAME**`, `1. NAME`, in any case, with blanks, dashes or underscores. What a
 * reader of the rendered text would not take for one (in a comment, a code block, a quotation, with a look-alike letter) is
 * none. Agents write the text; the work is linear in it.
 */
import { foldLookalikes } from './hidden-text';
import { SECTIONS, type Section } from './instruction-report';

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
const EMOJI = '(?:\\p{Extended_Pictographic}\\ufe0f?[ \\t]*)?';
/** Up to three blanks, then marks of a heading, then the name: anything else in front makes it prose. */
const HEADING = new RegExp(
  `^ {0,3}(?<hashes>#{1,6})?[ \\t]*(?<list>[-*+][ \\t]+)?(?<bold>\\*\\*|__)?[ \\t]*${EMOJI}(?<number>(?:\\d{1,2}|[ivx]{1,4})[.)][ \\t]*)?(?<bold2>\\*\\*|__|[*_])?(?<name>${NAMES})(?![A-Za-z0-9_])(?<rest>.*)$`,
  'iu',
);
const AFTER =
  /^[ \t]*(?<close>\*\*|__|[*_])?[ \t]*(?:\([^()]{0,80}\)[ \t]*)?(?<colon>[:：]|[ \t][-–—][ \t])?[ \t]*(?<close2>\*\*|__|[*_])?[ \t]*(?<hashes>#{0,6})[ \t]*/u;
/** Another heading ends a section: one of Markdown, or capitals with a colon such as `COMMANDS:`. */
const OTHER_HEADING =
  /^ {0,3}(?:(?<hashes>#{1,6})[ \t]+\S|[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+){0,5}:[ \t]*$|(?:COMMANDS?|Sign-off|Note|Notes):)/;

export function scanSections(instruction: string): SectionScan {
  const sections = new Map<Section, { line: number; body: string }>();
  const nearMisses = new Map<Section, string>();
  let current: { line: number; body: string } | null = null;
  let level = 7;
  let fence: string | null = null;
  const lines = withoutComments(instruction).split(/\r\n|\n|\r/);
  for (const [at, line] of lines.entries()) {
    const mark = /^[ \t]{0,3}(?:[-*+][ \t]+)?(`{3,}|~{3,})/.exec(line)?.[1];
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
    else if (fence === null) noteNearMiss(nearMisses, line, at + 1);
    const other = fence === null ? OTHER_HEADING.exec(line) : null;
    if (other !== null && (other.groups?.hashes === undefined || other.groups.hashes.length <= level)) current = null;
    else if (current !== null) current.body += `${line}\n`;
  }
  return { sections, nearMisses };
}

interface Heading {
  readonly section: Section;
  readonly inline: string;
  /** Number of hashes; 6 for the other forms, so that any Markdown heading may end what they open. */
  readonly level: number;
}

function readHeading(line: string, next: string | undefined): Heading | null {
  const groups = HEADING.exec(line)?.groups;
  if (groups?.name === undefined || groups.rest === undefined) return null;
  const after = AFTER.exec(groups.rest);
  const inline = groups.rest.slice(after?.[0].length ?? 0);
  const colon = after?.groups?.colon !== undefined;
  const bold = groups.bold !== undefined || groups.bold2 !== undefined;
  const capitals = groups.name === groups.name.toUpperCase();
  if (groups.list !== undefined && !bold && !(capitals && colon)) return null;
  const underlined = next !== undefined && /^ {0,3}(?:={3,}|-{3,})[ \t]*$/.test(next);
  const marked = groups.hashes !== undefined || bold || groups.number !== undefined || colon || capitals || underlined;
  if (inline !== '' ? !colon : !marked) return null;
  const section = groups.name.toUpperCase().replace(/[ _-]+/g, '_') as Section;
  return { section, inline, level: groups.hashes?.length ?? 6 };
}

function noteMiss(misses: Map<Section, string>, section: Section, why: string): void {
  if (!misses.has(section)) misses.set(section, why);
}

/** Only what the author may have meant as a heading is looked at again: short lines, so the cost stays small. */
function noteNearMiss(misses: Map<Section, string>, line: string, number: number): void {
  if (line.length > 120 || misses.size === SECTIONS.length) return;
  const quoted = /^ {0,3}>[ \t>]*/.exec(line);
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
  return withoutHtmlComments(bare).replace(/^[ \t]{0,3}\[[^\]\n]{0,80}\]:[ \t]*(?:#|<>)[^\n]*/gm, '');
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
