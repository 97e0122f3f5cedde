/**
 * Finds secrets in text that anybody may have written: instructions, command output, error messages, log lines.
 * Used to refuse (instruction gate) and to redact (everything that leaves a process). Linear in the text.
 */
import { isPlaceholder } from './placeholder';
import { findAssignedSecrets } from './assigned';
import { mayHoldShape, SECRET_SHAPES } from './shapes';

export interface SecretFinding {
  /** What it looks like, such as `github-token`. Safe to show. */
  readonly kind: string;
  /** UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** In order of position, without overlaps. */
export function findSecrets(text: string): readonly SecretFinding[] {
  return withoutOverlaps([...findKeyBlocks(text), ...findShapes(text), ...findAssignedSecrets(text)]);
}

function findShapes(text: string): SecretFinding[] {
  if (!mayHoldShape(text)) return [];
  const found: SecretFinding[] = [];
  for (const { kind, hints, pattern } of SECRET_SHAPES) {
    if (!hints.some((hint) => text.includes(hint))) continue;
    let covered = 0;
    for (const { index, 0: value } of text.matchAll(pattern)) {
      if (index < covered) continue;
      covered = endOfRun(text, index + value.length);
      if (!isSample(value)) found.push({ kind, start: index, end: covered });
    }
  }
  return found;
}

function endOfRun(text: string, from: number): number {
  const run = /[A-Za-z0-9_-]*/y;
  run.lastIndex = from;
  run.test(text);
  return run.lastIndex;
}

/** Keys of documentation: `AKIA…EXAMPLE`, `ghp_xxxxxxxx…`, `sk_live_your_key_here`. */
function isSample(value: string): boolean {
  return (
    /(.)\1{7}/.test(value) ||
    (value.length <= 80 && /EXAMPLE|example|xxxx|XXXX|(?:your|YOUR)[_-]|REDACTED|redacted/.test(value)) ||
    isPlaceholder(value.slice(4))
  );
}

const BEGIN = /-{4,5} ?BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d/g;
const END = /-{4,5} ?END [A-Z0-9 ]{1,80}-{4,5}|Private-MAC: ?[0-9a-f]{1,128}/g;
/** A block that was cut off: this much behind its head is taken to be key. */
const MAX_OPEN_BLOCK = 8192;

/** Private keys in PEM, OpenPGP, SSH and PuTTY form, with their bodies; certificates and public keys are none. */
function findKeyBlocks(text: string): SecretFinding[] {
  if (!text.includes('PRIVATE KEY') && !text.includes('PuTTY')) return [];
  const heads = [...text.matchAll(BEGIN)];
  const ends = [...text.matchAll(END)].map(({ index, 0: footer }) => index + footer.length);
  let next = 0;
  return heads.flatMap(({ index: start, 0: head }, at) => {
    while (next < ends.length && (ends[next] as number) <= start) next++;
    // A block ends at its footer or at the next head, so no part of the text is looked at twice; and at a quotation mark,
    // which no key holds, so that a text that is JSON stays JSON when the block is replaced.
    const limit = Math.min(ends[next] ?? start + MAX_OPEN_BLOCK, heads[at + 1]?.index ?? text.length);
    const end = endBeforeQuote(text, start, limit);
    const body = text.slice(start + head.length, end);
    return /[A-Za-z0-9+/]{16}/.test(body) ? [{ kind: 'private-key', start, end }] : [];
  });
}

function endBeforeQuote(text: string, start: number, limit: number): number {
  const quote = text.slice(start, limit).search(/(?<!\\)\\*"/);
  return quote === -1 ? limit : start + quote;
}

/** The first that starts wins; one that overlaps only lengthens it, so that no tail of a secret is left standing. */
function withoutOverlaps(found: readonly SecretFinding[]): readonly SecretFinding[] {
  const kept: { kind: string; start: number; end: number }[] = [];
  for (const finding of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last !== undefined && finding.start < last.end) last.end = Math.max(last.end, finding.end);
    else kept.push({ ...finding });
  }
  return kept;
}
