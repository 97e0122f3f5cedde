/**
 * Expands the macros of attack files (see `data/fixture.json`). Credentials are made at run time from a fixed seed, so that
 * no file of ours holds anything shaped like one.
 */
export interface MacroContext {
  /** Unix seconds that `@now` means. */
  readonly now?: number;
  /** Of the `{{fake:…}}` generator; the same seed gives the same text. */
  readonly seed?: number;
  /** Replaced wherever they occur in a string, such as `{A1}`. */
  readonly inside?: Readonly<Record<string, string>>;
  /** Replace a whole string, such as `@good-doc` or `@approve:A1:mac`; a function is asked anew each time, as for `@uuid`. */
  readonly whole?: Readonly<Record<string, unknown>>;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<string, string>> = {
  alnum: UPPER + LOWER + DIGITS,
  upper_num: UPPER + DIGITS,
  lower_num: LOWER + DIGITS,
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  b64: `${UPPER}${LOWER}${DIGITS}+/`,
  b64url: `${UPPER}${LOWER}${DIGITS}-_`,
};
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** A copy of `value` with every macro in its strings expanded; what the context does not know stays as it is. */
export function expandMacros(value: unknown, context: MacroContext = {}): unknown {
  return expand(value, context, generator(context.seed ?? 1));
}

/** For the many inputs that are one text. */
export function expandText(text: string, context: MacroContext = {}): string {
  const expanded = expandMacros(text, context);
  if (typeof expanded !== 'string') throw new TypeError(`${text} expands to ${typeof expanded}, not to text`);
  return expanded;
}

function expand(value: unknown, context: MacroContext, random: () => number): unknown {
  if (typeof value === 'string') return expandString(value, context, random);
  if (Array.isArray(value)) return value.map((item) => expand(item, context, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, context, random)]));
}

function expandString(text: string, context: MacroContext, random: () => number): unknown {
  if (context.whole !== undefined && Object.hasOwn(context.whole, text)) {
    const replacement = context.whole[text];
    return typeof replacement === 'function' ? (replacement as () => unknown)() : replacement;
  }
  const time = /^@(str:)?now(?:([+-])(\d+)([smhd]?))?$/.exec(text);
  if (time !== null && context.now !== undefined) {
    const [, asText, sign, amount = '0', unit = ''] = time;
    const seconds = context.now + (sign === '-' ? -1 : 1) * Number(amount) * (UNITS[unit] ?? 1);
    return asText === undefined ? seconds : String(seconds);
  }
  let expanded = text
    .replace(/\{\{rep:([^]*?):(\d+)\}\}/g, (_, repeated: string, times: string) => repeated.repeat(Number(times)))
    .replace(/\{\{fake:(\w+):(\d+)\}\}/g, (_, set: string, length: string) => fake(set, Number(length), random));
  for (const [from, to] of Object.entries(context.inside ?? {})) expanded = expanded.replaceAll(from, to);
  return expanded;
}

function fake(set: string, length: number, random: () => number): string {
  const alphabet = ALPHABETS[set];
  if (alphabet === undefined) throw new TypeError(`no alphabet ${set}`);
  return Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
}

/** mulberry32: small, and good enough to look like a key. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
