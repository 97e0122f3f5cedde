/** The arguments that `hook install` writes into an agent's settings, read without a parser of options: that one takes longer to load than the hook to run. */

/** Agents end a hook after 600 seconds unless told otherwise, and most then let the call through. */
export const DEFAULT_WAIT_SECONDS = 540;
export const LONGEST_WAIT_SECONDS = 86_400;

export interface HookArguments {
  readonly waitSeconds: number;
  readonly programs: readonly string[];
}

/** @param words of the command line after the program. Null: anything else than these options, which the whole command then reads */
export function readHookArguments(words: readonly string[]): HookArguments | null {
  if (words[0] !== 'hook') return null;
  let waitSeconds = DEFAULT_WAIT_SECONDS;
  let programs: readonly string[] = [];
  for (let at = 1; at < words.length; at += 2) {
    const value = words[at + 1] ?? '';
    if (words[at] === '--wait' && /^[1-9][0-9]{0,4}$/.test(value) && Number(value) <= LONGEST_WAIT_SECONDS) waitSeconds = Number(value);
    else if (words[at] === '--programs' && /^[\w.+-]+(?:,[\w.+-]+)*$/.test(value) && !value.startsWith('-')) programs = value.split(',');
    else return null;
  }
  return { waitSeconds, programs };
}
