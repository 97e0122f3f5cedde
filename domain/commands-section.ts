/**
 * The plan of older clients, whose requests have no `commands`: the section of the instruction headed COMMANDS, one command a
 * line. A command that merely occurs somewhere else is none. What could be read in two ways refuses the whole plan: a line
 * that is kept as it stands and is no command is refused by the grammar.
 */
import { refusal } from './errors';

const HEADING = /^(?:#{1,6} +|\d{1,2}[.)] +)?(\*\*|__)?([A-Za-z][A-Za-z0-9_ -]{1,40}?)(?::\1|\1:?)\s*$/;
const FENCE = /^(?:```|~~~)[a-z]*$/;
const LIST_MARKER = /^(?:[-*+]|\d{1,2}[.)]) +/;
/** Text that a rendered view hides or folds: commands in or beside it were not seen by everybody. */
const HIDING = /<!--|-->|<\/?[a-z][^>]*>|^\[[^\]]*\]:/i;

/** @returns null when there is no such section. @throws WingmanError PLAN_REFUSED when it is there twice, or hides text */
export function commandsFromInstruction(instruction: string): string[] | null {
  const sections = commandSections(instruction.split(/\r\n|\n/));
  if (sections.length === 0) return null;
  if (sections.length > 1) throw refusal('PLAN_REFUSED', 'the instruction has more than one COMMANDS section; send the plan as `commands`');
  return (sections[0] ?? []).map(toCommand);
}

function commandSections(lines: readonly string[]): readonly (readonly string[])[] {
  const sections: string[][] = [];
  let current: string[] | null = null;
  let fenced = false;
  for (const line of lines) {
    const text = line.trim();
    const heading = fenced ? null : headingOf(text);
    if (heading !== null) {
      current = heading === 'COMMANDS' ? [] : null;
      if (current !== null) sections.push(current);
      continue;
    }
    if (FENCE.test(text)) {
      fenced = !fenced;
      continue;
    }
    if (current === null || text === '') continue;
    if (HIDING.test(text)) throw refusal('PLAN_REFUSED', 'the COMMANDS section holds markup that a reader may not see; send the plan as `commands`', { part: text.slice(0, 60) });
    current.push(text);
  }
  return sections;
}

/** In one spelling; null for a line that is no heading. A command is never taken for one: it has no capitals only and a colon. */
function headingOf(text: string): string | null {
  const match = HEADING.exec(text);
  if (match === null) return null;
  const name = (match[2] ?? '').trim().replaceAll(/[ -]/g, '_');
  const marked = text.startsWith('#') || match[1] !== undefined || text.endsWith(':');
  return marked || name === name.toUpperCase() ? name.toUpperCase() : null;
}

const toCommand = (line: string): string => line.replace(LIST_MARKER, '').trim();
