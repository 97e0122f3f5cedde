/**
 * Canonical JSON (RFC 8785) of plain data: members sorted by UTF-16 code units, no blanks, ECMAScript number form.
 * The same value always gives the same text, so a digest of the text is a digest of the value.
 *
 * @throws TypeError for what JSON cannot hold (undefined members, functions, NaN, infinities, lone surrogates):
 *         a programmer's mistake, since hostile input is parsed and typed long before.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON cannot hold a number that is not finite');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('canonical JSON cannot hold a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  const members = value as { readonly [key: string]: Json };
  const keys = Object.keys(members).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key] as Json)}`).join(',')}}`;
}
