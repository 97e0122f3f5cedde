/**
 * Flags of one verb against its closed list, read as docker's own client reads them: `--flag value`, `--flag=value`, `-f
 * value`, `-fvalue`, short ones combined. Hostile: the words were written by an agent.
 */
import { refusal } from '../errors';

export interface FlagSpec {
  /** Such as `-a`. */
  readonly short?: string;
  /** It takes a value; without it it is on or off. */
  readonly value?: boolean;
  /** It may be given more than once. */
  readonly repeat?: boolean;
  /** Nobody may approve it, and this is why. */
  readonly never?: string;
}

export interface ReadFlags {
  has(name: string): boolean;
  value(name: string): string | null;
  values(name: string): readonly string[];
  /** The words that are neither flags nor their values, in order. */
  readonly operands: readonly string[];
}

/**
 * @param stopAtOperand the first operand ends the flags: the rest is somebody else's argument list (`run`, `exec`)
 * @throws WingmanError COMMAND_UNKNOWN_FLAG for one that is not listed, `--` and `-` included; COMMAND_FLAG_VALUE for one
 *         without its value, or given twice: which of the two docker takes is not for a reader to know
 */
export function readFlags(
  words: readonly string[],
  specs: Readonly<Record<string, FlagSpec>>,
  stopAtOperand = false,
): ReadFlags {
  const given = new Map<string, string[]>();
  const operands: string[] = [];

  const give = ([name, { repeat }]: readonly [string, FlagSpec], value: string): void => {
    const before = given.get(name) ?? [];
    if (before.length > 0 && repeat !== true) {
      throw refusal('COMMAND_FLAG_VALUE', `${name} is given twice`, { flag: name });
    }
    given.set(name, [...before, value]);
  };

  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!isFlag(word)) {
      operands.push(...(stopAtOperand ? words.slice(at) : [word]));
      if (stopAtOperand) break;
      continue;
    }
    for (const { flag, attached } of splitFlags(word, specs)) {
      const [name, spec] = flag;
      if (attached !== null) give(flag, attached);
      else if (spec.value !== true) give(flag, 'true');
      else {
        at += 1;
        const value = words[at];
        if (value === undefined) throw refusal('COMMAND_FLAG_VALUE', `${name} needs a value`, { flag: name });
        give(flag, value);
      }
    }
  }
  return {
    operands,
    has: (name) => given.get(name)?.at(-1) === 'true',
    value: (name) => given.get(name)?.at(-1) ?? null,
    values: (name) => given.get(name) ?? [],
  };
}

const isFlag = (word: string): boolean => word.startsWith('-');

interface GivenFlag {
  readonly flag: readonly [string, FlagSpec];
  /** The value inside the same word; null if it is the next word, or there is none. */
  readonly attached: string | null;
}

function splitFlags(word: string, specs: Readonly<Record<string, FlagSpec>>): readonly GivenFlag[] {
  if (word.startsWith('--')) return [splitLong(word, specs)];
  const found: GivenFlag[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const flag = findFlag(`-${word.charAt(at)}`, specs);
    if (flag[1].value === true) {
      const rest = word.slice(at + 1);
      return [...found, { flag, attached: rest === '' ? null : rest.replace(/^=/, '') }];
    }
    found.push({ flag, attached: null });
  }
  return found.length > 0 ? found : [{ flag: findFlag(word, specs), attached: null }];
}

function splitLong(word: string, specs: Readonly<Record<string, FlagSpec>>): GivenFlag {
  const equals = word.indexOf('=');
  const flag = findFlag(equals < 0 ? word : word.slice(0, equals), specs);
  const attached = equals < 0 ? null : word.slice(equals + 1);
  if (flag[1].value !== true && attached !== null && attached !== 'true' && attached !== 'false') {
    throw refusal('COMMAND_FLAG_VALUE', `${flag[0]} is true or false`, { flag: flag[0] });
  }
  return { flag, attached };
}

function findFlag(word: string, specs: Readonly<Record<string, FlagSpec>>): readonly [string, FlagSpec] {
  const found = Object.entries(specs).find(([name, { short }]) => name === word || short === word);
  if (found === undefined) {
    const known = Object.keys(specs).filter((name) => specs[name]?.never === undefined);
    const there = known.length === 0 ? 'it takes none' : `there are ${known.join(', ')}`;
    throw refusal('COMMAND_UNKNOWN_FLAG', `${word} is not a flag of this command; ${there}`, { flag: word });
  }
  const [name, { never }] = found;
  if (never !== undefined) throw refusal('COMMAND_UNKNOWN_FLAG', `${name} ${never}; nobody may approve it`, { flag: name });
  return found;
}
