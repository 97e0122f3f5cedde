/**
 * Finds secrets in text that anybody may have written: instructions, command output, error messages, log lines.
 * Used to refuse (instruction gate) and to redact (everything that leaves a process). Linear in the text.
 */
import { isPlaceholder } from './secrets-placeholder';
import { findAssignedSecrets } from './secrets-assigned';
import { SECRET_SHAPES } from './secrets-shapes';

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

/** Private keys in PEM, OpenPGP, SSH and PuTTY form, with their bodies; certificates and public keys are none. */
function findKeyBlocks(text: string): SecretFinding[] {
  const found: SecretFinding[] = [];
  let covered = 0;
  let noEndFrom = Number.POSITIVE_INFINITY;
  for (const { index } of text.matchAll(BEGIN)) {
    if (index < covered) continue;
    // Once no END was found there is none further on either: asking again for each BEGIN would be quadratic.
    const footer = index >= noEndFrom ? -1 : endOfBlock(text, index + 10);
    if (footer === -1) noEndFrom = Math.min(noEndFrom, index);
    const end = footer === -1 ? Math.min(text.length, index + MAX_OPEN_BLOCK) : footer;
    const block = text.slice(index, end);
    if (
      /[A-Za-z0-9+/]{16}/.test(
        block.slice(block.indexOf('\n') === -1 ? 30 : 10).replace(/-{2,}[A-Z0-9 ]{1,60}-{2,}/g, ''),
      )
    ) {
      found.push({ kind: 'private-key', start: index, end });
      covered = end;
    }
  }
  return found;
}

/** A block that was cut off: this much behind its head is taken to be key. */
const MAX_OPEN_BLOCK = 8192;

function endOfBlock(text: string, from: number): number {
  const footer = /-{4,5} ?END [A-Z0-9 ]{1,80}-{4,5}|Private-MAC: ?[0-9a-f]{1,128}/g;
  footer.lastIndex = from;
  const match = footer.exec(text);
  return match === null ? -1 : match.index + match[0].length;
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
