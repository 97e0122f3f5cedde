/** Numbers, sizes, lengths of time: "three", "10,240 bytes", "at least 1.5 GiB", "about 5 minutes". */
import { phrases } from './cursor';
import type { Comparison, Expected } from '../claim';
import type { Cursor } from './cursor';

const WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
  'twenty',
];
const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...WORDS.map((word, value): [string, number] => [word, value]),
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['sixty', 60],
  ['hundred', 100],
]);

const COMPARISONS = phrases<Comparison>({
  'exactly|precisely': 'eq',
  'at least|no less than|no fewer than|not less than|a minimum of': 'ge',
  'at most|no more than|not more than|up to|a maximum of': 'le',
  'more than|over|greater than|larger than|bigger than|above': 'gt',
  'less than|under|fewer than|smaller than|below': 'lt',
  'about|around|approximately|roughly|approx|circa': 'about',
});

interface Unit {
  readonly factor: number;
  /** The reading of those who count in 1024 steps, where the name does not say. */
  readonly or?: number;
}
const SIZE_UNITS: ReadonlyMap<string, Unit> = new Map([
  ...['b', 'byte', 'bytes'].map((name): [string, Unit] => [name, { factor: 1 }]),
  ...['k', 'm', 'g', 't'].flatMap((letter, at): [string, Unit][] => {
    const [decimal, binary] = [1000 ** (at + 1), 1024 ** (at + 1)];
    const word = ['kilo', 'mega', 'giga', 'tera'][at] ?? '';
    const short = ['kibi', 'mebi', 'gibi', 'tebi'][at] ?? '';
    const loose = { factor: decimal, or: binary };
    return [
      [`${letter}b`, loose],
      [`${word}byte`, loose],
      [`${word}bytes`, loose],
      [`${letter}ib`, { factor: binary }],
      [`${short}byte`, { factor: binary }],
      [`${short}bytes`, { factor: binary }],
    ];
  }),
]);

const TIME_UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [1, 's sec secs second seconds'],
      [60, 'm min mins minute minutes'],
      [3600, 'h hr hrs hour hours'],
      [86_400, 'd day days'],
      [604_800, 'week weeks'],
    ] as const
  ).flatMap(([seconds, names]) => names.split(' ').map((name): [string, number] => [name, seconds])),
);

export interface Amount {
  readonly value: number;
  /** The weight of the last digit that was written: 0.1 for "3.2". */
  readonly grain: number;
}

export function takeComparison(cursor: Cursor): Comparison | undefined {
  return cursor.phrase(COMPARISONS);
}

/** A number in digits or words. `attached` is a unit glued to it ("3MB"). */
export function takeNumber(cursor: Cursor): (Amount & { readonly attached?: string }) | null {
  const word = cursor.peekWord();
  if (word === undefined) return null;
  const named = NUMBER_WORDS.get(word);
  if (named !== undefined) {
    cursor.at += 1;
    return { value: named, grain: 1 };
  }
  if ((word === 'a' && cursor.peekWord(1) === 'dozen') || word === 'dozen') {
    cursor.at += word === 'a' ? 2 : 1;
    return { value: 12, grain: 1 };
  }
  const match = /^(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(\.\d{1,9})?([a-z]{1,9})?$/.exec(word);
  if (match === null) return null;
  cursor.at += 1;
  const fraction = match[2] ?? '';
  const value = Number(`${(match[1] ?? '').replaceAll(',', '')}${fraction}`);
  const grain = fraction === '' ? 1 : 10 ** -(fraction.length - 1);
  return match[3] === undefined ? { value, grain } : { value, grain, attached: match[3] };
}

/** A whole number on its own, in words or digits. */
export function takeCount(cursor: Cursor): Expected | null {
  return cursor.attempt(() => {
    const from = cursor.at;
    const comparison = takeComparison(cursor) ?? 'eq';
    const number = takeNumber(cursor);
    if (number === null || number.attached !== undefined || !Number.isSafeInteger(number.value)) return null;
    return { comparison, value: number.value, text: cursor.slice(from) };
  });
}

/** A size in bytes. Exact where bytes are counted; a rounded unit is rounded. */
export function takeSize(cursor: Cursor): Expected | null {
  return cursor.attempt(() => {
    const from = cursor.at;
    const said = takeComparison(cursor);
    const number = takeNumber(cursor);
    if (number === null) return null;
    const name = number.attached ?? cursor.peekWord();
    const unit = name === undefined ? undefined : SIZE_UNITS.get(name);
    if (unit === undefined) return null;
    if (number.attached === undefined) cursor.at += 1;
    const rounded = unit.factor > 1 && said === undefined;
    return {
      comparison: said ?? (rounded ? 'about' : 'eq'),
      value: number.value * unit.factor,
      text: cursor.slice(from),
      ...(unit.or === undefined ? {} : { or: number.value * unit.or }),
      grain: number.grain * unit.factor,
    };
  });
}

/** A length of time in seconds: "5 minutes", "an hour", "2h". */
export function takeDuration(cursor: Cursor): Amount | null {
  return cursor.attempt(() => {
    const number = cursor.take('a', 'an') ? { value: 1, grain: 1 } : takeNumber(cursor);
    if (number === null) return null;
    const attached = 'attached' in number ? number.attached : undefined;
    const name = attached ?? cursor.peekWord();
    const seconds = name === undefined ? undefined : TIME_UNITS.get(name);
    if (seconds === undefined) return null;
    if (attached === undefined) cursor.at += 1;
    return { value: number.value * seconds, grain: number.grain * seconds };
  });
}
