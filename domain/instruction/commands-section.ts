/**
 * The plan of older clients, whose requests have no `commands`: the section of the instruction headed COMMANDS, one command a
 * line, fenced or not. A command that occurs anywhere else is none. A line of the section that is no command is kept as it
 * stands, so that the grammar refuses the whole plan; so does whatever a rendered view would hide, fold or turn into
 * something else. Hostile: written by an agent, who gains if a person reads another plan than the one that runs.
 */
import { refusal } from '../errors';
import { lineHeading } from './line-heading';
import { trimBlanks } from '../text/trim-blanks';

/** Elements that can hide, fold or restyle what stands in them. Others, such as `<name>`, are a writer's placeholders. */
const ELEMENTS =
  'details|summary|div|span|p|li|ul|ol|dl|dd|dt|table|tr|td|th|tbody|thead|section|article|aside|main|nav|header|footer|form|fieldset|template|slot|script|style|noscript|textarea|title|head|body|html|pre|code|xmp|plaintext|listing|del|s|strike|ins|sub|sup|small|big|font|center|marquee|blockquote|svg|math|iframe|frameset|object|applet|embed|select|option|button|a|b|i|u|q|em|strong|dialog|figure|label|picture|video|audio|canvas|map|ruby|input|img|meta|link|base|h[1-6]';
/** One of those, anything with attributes or cut off by the end of the line, or what a browser takes for a comment. */
const HTML = new RegExp(
  `<(?:/?(?:${ELEMENTS})(?=[\\s/>]|$)|[a-z][a-z0-9-]*(?:\\s+[a-z-]+\\s*=|\\s+hidden|$)|[?!]|/(?![a-z]))`,
  'i',
);
/** A comment of Markdown, or a link's definition: rendered as nothing, and its title may go on over the next lines. */
const DEFINITION = /^ {0,3}\[[^\]]{0,200}\]:/;
const WHOLE_DEFINITION = /^ {0,3}\[[^\]]{1,200}\]:[ \t]*[^\s"'(]+[ \t]+(?:\([^()]*\)|"[^"]*"|'[^']*')[ \t]*$/;
const FENCE = /^([ \t]*)(`{3,}|~{3,})([^`]*)$/;
/** Listings of anything else are not commands: in a `diff` the lines have another meaning. */
const SHELL_LISTING = /^(?:|sh|bash|zsh|shell|console|text|txt|plaintext|docker)$/i;
const LIST_MARKER = /^(?:[-*+]|\d{1,3}[.)])[ \t]+/;
/** The whole line set as code. */
const CODE_LINE = /^`([^`]+)`$/;
const BREAK = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:={3,})[ \t]*)$/;

/**
 * @returns null when there is no such section
 * @throws WingmanError PLAN_REFUSED when it is there twice, or text may be hidden in or around it
 */
export function commandsFromInstruction(instruction: string): string[] | null {
  const text = withoutComments(instruction.startsWith('\ufeff') ? instruction.slice(1) : instruction);
  const lines = text.split(/\r\n|\n/);
  const scan = scanLines(lines);
  if (scan === null) return null;
  requireVisible(lines, scan);
  return scan.commands;
}

interface SectionScan {
  readonly commands: string[];
  /** Line of the heading, and the first line behind the section, from 0. */
  readonly start: number;
  readonly end: number;
}

function scanLines(lines: readonly string[]): SectionScan | null {
  const commands: string[] = [];
  let start: number | null = null;
  let end: number | null = null;
  let fence: Fence | null = null;
  for (const [at, line] of lines.entries()) {
    const inside = start !== null && end === null;
    const mark = toFence(line);
    if (mark !== null && (fence === null || closes(mark, fence))) {
      if (inside && fence === null && !SHELL_LISTING.test(mark.info))
        throw refused('the COMMANDS section holds a listing that is not marked as shell');
      fence = fence === null ? mark : null;
      continue;
    }
    const heading = fence === null ? lineHeading(line, lines[at + 1]) : null;
    if (heading !== null) {
      if (inside) end = at;
      if (heading.name !== 'COMMANDS') continue;
      if (start !== null) throw refused('the instruction has more than one COMMANDS section');
      start = at;
      if (heading.inline !== '') commands.push(toCommand(heading.inline));
      continue;
    }
    if (!inside || trimBlanks(line) === '') continue;
    if (fence === null && BREAK.test(line)) {
      // Under a heading it belongs to it; after an empty line it is a rule; under a command it would make that a heading.
      if (at - 1 === start && commands.length === 0) continue;
      if (trimBlanks(lines[at - 1] ?? '') === '') {
        end = at;
        continue;
      }
      throw refused('a line of dashes makes a heading of the command above it');
    }
    commands.push(fence === null ? toCommand(line) : trimBlanks(line));
  }
  return start === null ? null : { commands, start, end: end ?? lines.length };
}

interface Fence {
  readonly indent: number;
  readonly mark: string;
  readonly info: string;
}

function toFence(line: string): Fence | null {
  const [, indent = '', mark, info = ''] = FENCE.exec(line) ?? [];
  return mark === undefined ? null : { indent: indent.length, mark, info: trimBlanks(info) };
}

/** A mark of the same kind, no shorter, not indented much further, alone on its line. */
function closes(mark: Fence, open: Fence): boolean {
  return mark.mark.startsWith(open.mark) && mark.info === '' && mark.indent <= open.indent + 3;
}

function toCommand(line: string): string {
  const text = trimBlanks(trimBlanks(line).replace(LIST_MARKER, ''));
  return CODE_LINE.exec(text)?.[1] ?? text;
}

/**
 * Comments become a character that no command may hold, line by line: commands in a comment are none, and a comment inside
 * the section refuses the plan. An open one hides all that follows.
 */
function withoutComments(text: string): string {
  let kept = '';
  let from = 0;
  for (let open = text.indexOf('<!--'); open !== -1; open = text.indexOf('<!--', from)) {
    const close = text.indexOf('-->', open + 4);
    const end = close === -1 ? text.length : close + 3;
    kept += text.slice(from, open) + text.slice(open, end).replace(/[^\n]+/g, '\0');
    from = end;
  }
  return kept + text.slice(from);
}

function requireVisible(lines: readonly string[], { start, end }: SectionScan): void {
  if (/^(?:---|\+\+\+)[ \t]*$/.test(lines[0] ?? '')) throw refused('front matter is not shown by every viewer');
  if (lines.slice(0, end).some((line) => HTML.test(line)))
    throw refused('HTML in or before the COMMANDS section may hide a part of it');
  if (lines.slice(start, end).some((line) => DEFINITION.test(line)))
    throw refused('a comment stands in the COMMANDS section');
  for (let at = start - 1; at >= 0 && trimBlanks(lines[at] ?? '') !== ''; at -= 1) {
    const line = lines[at] ?? '';
    if (/^ {0,3}>/.test(line)) throw refused('the COMMANDS heading goes on from a quotation');
    if (DEFINITION.test(line) && !WHOLE_DEFINITION.test(line))
      throw refused('a comment before the COMMANDS section does not end');
  }
}

const refused = (what: string) => refusal('PLAN_REFUSED', `${what}; send the plan as \`commands\``);
