/**
 * Which lines of an instruction are headings, for the section of commands: its own, and whatever ends it. Written the way
 * agents write them: `NAME:`, `## NAME`, `**NAME**`, `1. NAME`, `NAME: text`, or underlined. No command looks like one: it
 * begins with `docker` or a slash.
 */
import { SECTIONS } from './report';
import { trimBlanks } from '../text/trim-blanks';

export interface LineHeading {
  /** Capitals and underscores. */
  readonly name: string;
  /** What stands behind the colon on the same line. */
  readonly inline: string;
}

/** Up to three blanks: four make a listing. */
const HASHES = /^ {0,3}#{1,6}[ \t]+(.{1,200}?)[ \t]*#*[ \t]*$/;
const NUMBER = /^\d{1,2}[.)][ \t]+/;
/** A name that is bold as a whole, or bold with its colon, and what follows. */
const BOLD = /^(\*\*|__)([^*_:\x00][^*:\x00]{0,80}?)(:?)\1(:?)(.*)$/;
const NAME = /^([A-Za-z][A-Za-z0-9_/&' -]{0,80}?)[ \t]*:(.*)$/;
const UNDERLINE = /^ {0,3}(?:={3,}|-{3,})[ \t]*$/;
const KNOWN: ReadonlySet<string> = new Set([...SECTIONS, 'COMMANDS']);

export function lineHeading(line: string, next: string | undefined): LineHeading | null {
  const hashed = HASHES.exec(line)?.[1];
  if (hashed !== undefined) return namedHeading(hashed) ?? { name: canonical(hashed.replace(NUMBER, '')), inline: '' };
  if (!/^ {0,3}\S/.test(line)) return null;
  const text = trimBlanks(line).replace(NUMBER, '');
  const named = namedHeading(text);
  if (named !== null) return named;
  // Underlined by the next line; a command never is, since that would turn it into a heading for its reader.
  return next !== undefined && UNDERLINE.test(next) && /^[A-Z]/.test(text)
    ? { name: canonical(text), inline: '' }
    : null;
}

function namedHeading(text: string): LineHeading | null {
  const bold = BOLD.exec(text);
  if (bold !== null) {
    const [, , name = '', colon = '', colonBehind = '', rest = ''] = bold;
    if (trimBlanks(rest) !== '' && colon === '' && colonBehind === '') return null;
    return /^[A-Za-z0-9]/.test(name) ? { name: canonical(name.replace(NUMBER, '')), inline: trimBlanks(rest) } : null;
  }
  const bare = text.replace(NUMBER, '');
  if (KNOWN.has(canonical(bare)) && bare === bare.toUpperCase()) return { name: canonical(bare), inline: '' };
  const [, name, rest = ''] = NAME.exec(bare) ?? [];
  if (name === undefined) return null;
  if (trimBlanks(rest) === '') return isTitle(name) ? { name: canonical(name), inline: '' } : null;
  const isLoud = name === name.toUpperCase() && name.length > 1 && /^[ \t]/.test(rest);
  return isLoud || (KNOWN.has(canonical(name)) && canonical(name) !== 'COMMANDS')
    ? { name: canonical(name), inline: trimBlanks(rest) }
    : null;
}

/** `Notes:`, `commands:`; but `docker stop web:` is a command with a mistake in it. */
const isTitle = (name: string): boolean => /^[A-Z]/.test(name) || KNOWN.has(canonical(name));

const canonical = (name: string): string =>
  trimBlanks(name)
    .replace(/:$/, '')
    .toUpperCase()
    .replace(/[ _-]+/g, '_');
