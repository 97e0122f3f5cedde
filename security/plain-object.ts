/** Is this a JSON object (and not null or an array)? Asked about values that `JSON.parse` made of hostile text. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
