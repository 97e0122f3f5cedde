/** What a file holds of what was asked for: counts of lines, never a line. */
import { closeSync, constants, openSync, readSync, type BigIntStats } from 'node:fs';
import type { Facts } from '../../domain/claim/facts';
import { literalFacts, settingFacts } from '../../domain/claim/text-facts';
import { heldPath } from './open-beneath';

type TextFacts = Pick<Facts['file'], 'literal_lines' | 'literal_first' | 'settings' | 'settings_equal'>;

/** Sources and settings are smaller; a log of that size is searched by other tools. */
const MOST_BYTES = 4 * 1_048_576;

export function textFacts(held: number, facts: BigIntStats, literal: string | undefined, setting: { readonly key: string; readonly value: string } | undefined): TextFacts {
  if (literal === undefined && setting === undefined) return {};
  const content = readText(held, facts);
  return {
    ...(literal === undefined ? {} : content === null ? { literal_lines: null, literal_first: null } : literalFacts(content, literal)),
    ...(setting === undefined ? {} : content === null ? { settings: null, settings_equal: null } : settingFacts(content, setting.key, setting.value)),
  };
}

/** Null for what is too large, no text, or cannot be read. */
function readText(held: number, facts: BigIntStats): string | null {
  if (facts.size > BigInt(MOST_BYTES)) return null;
  let fd: number;
  try {
    fd = openSync(heldPath(held), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return null;
  }
  try {
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    let bytes = 0;
    for (;;) {
      const read = readSync(fd, buffer, bytes, buffer.length - bytes, null);
      if (read === 0) break;
      bytes += read;
      if (bytes > MOST_BYTES) return null;
    }
    const text = buffer.subarray(0, bytes);
    return text.includes(0) ? null : text.toString('utf8');
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
