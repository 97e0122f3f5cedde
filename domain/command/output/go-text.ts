/** As Go's `%v` prints decoded JSON; what is not there is `<no value>`. */
export function goText(value: unknown): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((item: unknown) => (item === undefined ? '<nil>' : goText(item))).join(' ')}]`;
  if (typeof value === 'object') {
    const members = value as Readonly<Record<string, unknown>>;
    return `map[${Object.keys(members).sort().map((name) => `${name}:${goText(members[name])}`).join(' ')}]`;
  }
  return JSON.stringify(value);
}
