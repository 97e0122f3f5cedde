/**
 * Words of an agent that became no typed part, compared with what ran: what they deny, what they add, what they at least mention. They never
 * make anything TRUE; they keep silence and denial apart.
 */

/** Deeds in English, and the verbs of a command line that do them. */
const DEEDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\b(?:re-?start(?:ed|ing)?|bounc(?:ed|ing)?|reboot(?:ed|ing)?|cycled)\b/, ['restart', 'stop', 'start']],
  [/\b(?:start(?:ed|ing)?|launch(?:ed|ing)?|spun up|brought up|spinning up)\b/, ['start', 'restart', 'run', 'up', 'unpause']],
  [/\b(?:stop(?:ped|ping)?|kill(?:ed|ing)?|halt(?:ed|ing)?|shut down|took down|taken down)\b/, ['stop', 'kill', 'rm', 'down']],
  [/\b(?:paus(?:ed|ing|e))\b/, ['pause']],
  [/\b(?:remov(?:ed|ing|e)|delet(?:ed|ing|e)|prun(?:ed|ing|e)|destroy(?:ed|ing)?|tore down)\b/, ['rm', 'remove', 'rmi', 'prune', 'down']],
  [/\b(?:pull(?:ed|ing)?)\b/, ['pull']],
  [/\b(?:re-?creat(?:ed|ing|e)|creat(?:ed|ing|e)|deploy(?:ed|ing)?|re-?deploy(?:ed|ing)?)\b/, ['run', 'create', 'up', 'start', 'build', 'restart']],
];
const NOT = /\b(?:not|never|without|no)\b|n't\b/;
const NOTHING = /\b(?:nothing|no (?:changes?|containers?|services?|commands?))\b.*\b(?:changed|touched|done|made|run|ran|executed|restarted|stopped|removed|started)\b|\b(?:did not|didn't|have not|haven't) (?:touch|change|run|execute|do|restart|stop|remove|start) (?:anything|a thing|any(?: \w+)?)\b/;

/** The verbs that the words name; empty if they name none. */
export function verbsIn(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return [...new Set(DEEDS.flatMap(([pattern, verbs]) => (pattern.test(lower) ? verbs : [])))];
}

export const isDenial = (text: string): boolean => NOT.test(text.toLowerCase().replaceAll('’', "'"));

/** "Nothing was changed." */
export const deniesAll = (text: string): boolean => NOTHING.test(text.toLowerCase().replaceAll('’', "'"));

/** Names stand in words as they are, or by a part of theirs: `shop-cache-1` is "the cache". */
export function mentions(text: string, name: string): boolean {
  const words = wordsOf(text);
  const lower = name.toLowerCase();
  return words.has(lower) || lower.split(/[-_.:/]/).some((part) => part.length >= 3 && words.has(part));
}

export const namesExactly = (text: string, name: string): boolean => wordsOf(text).has(name.toLowerCase());

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .toLowerCase()
      .split(/[^a-z0-9_.:/@-]+/)
      .map((word) => word.replace(/^[-.:]+|[-.:]+$/g, '').replace(/['’]s$/, ''))
      .filter((word) => word !== ''),
  );
}
