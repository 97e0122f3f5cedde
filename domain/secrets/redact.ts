/** Takes secrets out of text on its way to people, logs, the ledger or an agent. */
import { findSecrets } from './secrets';

/** Shorter ones would be found inside ordinary words, and give themselves away by where they were taken out. */
const SHORTEST_KNOWN = 6;

/**
 * Replaces what looks like a secret by `[REDACTED:kind]`, and every occurrence of `knownSecrets` (the process's own keys,
 * values that it passed on) by `[REDACTED:known]` whatever they look like. Linear in the text, for a fixed list.
 */
export function redact(text: string, knownSecrets: readonly string[] = []): string {
  const withoutKnown = [...knownSecrets]
    .filter((secret) => secret.length >= SHORTEST_KNOWN)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.split(secret).join('[REDACTED:known]'), text);
  let result = '';
  let from = 0;
  for (const { kind, start, end } of findSecrets(withoutKnown)) {
    result += `${withoutKnown.slice(from, start)}[REDACTED:${kind}]`;
    from = end;
  }
  return result + withoutKnown.slice(from);
}
