import { refusal } from './errors';
export interface FlagSpec { readonly short?: string; readonly value?: boolean; readonly repeat?: boolean }
export interface ReadFlags {
  has(name: string): boolean;
  value(name: string): string | null;
  values(name: string): readonly string[];
  readonly operands: readonly string[];
}
export function readFlags(words: readonly string[], specs: Readonly<Record<string, FlagSpec>>, stopAtOperand = false): ReadFlags {
  const seen = new Map<string, string[]>();
  const operands: string[] = [];
  const find = (flag: string): [string, FlagSpec] => {
    const found = Object.entries(specs).find(([name, spec]) => name === flag || spec.short === flag);
    if (found === undefined) throw refusal('COMMAND_UNKNOWN_FLAG', `${flag} is not a flag of this command`, { flag });
    return found;
  };
  const add = (flag: string, spec: FlagSpec, value: string): void => {
    const before = seen.get(flag) ?? [];
    if (before.length > 0 && spec.repeat !== true) throw refusal('COMMAND_FLAG_VALUE', `${flag} is given twice`, { flag });
    seen.set(flag, [...before, value]);
  };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] as string;
    const next = (flag: string): string => {
      i += 1;
      const value = words[i];
      if (value === undefined) throw refusal('COMMAND_FLAG_VALUE', `${flag} needs a value`, { flag });
      return value;
    };
    if (!word.startsWith('-')) {
      if (stopAtOperand) {
        operands.push(...words.slice(i));
        break;
      }
      operands.push(word);
    } else if (word.startsWith('--')) {
      const eq = word.indexOf('=');
      const [name, spec] = find(eq < 0 ? word : word.slice(0, eq));
      if (spec.value === true) add(name, spec, eq < 0 ? next(name) : word.slice(eq + 1));
      else {
        const v = eq < 0 ? 'true' : word.slice(eq + 1);
        if (v !== 'true' && v !== 'false') throw refusal('COMMAND_FLAG_VALUE', `${name} is true or false`, { flag: name });
        add(name, spec, v);
      }
    } else {
      for (let at = 1; at < word.length || word === '-'; at += 1) {
        const [name, spec] = find(`-${word.charAt(at)}`);
        if (spec.value === true) {
          const rest = word.slice(at + 1).replace(/^=/, '');
          add(name, spec, rest === '' ? next(name) : rest);
          break;
        }
        add(name, spec, 'true');
      }
    }
  }
  return {
    operands,
    has: (name) => seen.get(name)?.[0] === 'true',
    value: (name) => seen.get(name)?.[0] ?? null,
    values: (name) => seen.get(name) ?? [],
  };
}
