/** `--filter key=value` of the listing verbs. */
import { refusal } from '../../errors';

const MAX_LENGTH = 256;

/**
 * Checks filters against the verb's closed list of keys; the values go to the engine as they are.
 *
 * @throws WingmanError COMMAND_FLAG_VALUE. Hostile: written by an agent.
 */
export function parseFilters(filters: readonly string[], keys: readonly string[]): readonly string[] {
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    const key = equals < 0 ? filter : filter.slice(0, equals);
    if (!keys.includes(key)) {
      throw refusal('COMMAND_FLAG_VALUE', `--filter has no key ${key}; there are ${keys.join(', ')}`, {
        flag: '--filter',
        part: filter,
      });
    }
    if (equals < 0 || equals === filter.length - 1 || filter.length > MAX_LENGTH) {
      throw refusal('COMMAND_FLAG_VALUE', `--filter ${filter} must be key=value`, { flag: '--filter', part: filter });
    }
  }
  return filters;
}

/** The `filters` parameter of the engine: `{"key":["value", …]}`. Values of one key are alternatives, keys must all fit. */
export function filterQuery(filters: readonly string[]): { readonly filters?: string } {
  if (filters.length === 0) return {};
  const byKey = new Map<string, string[]>();
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    const key = filter.slice(0, equals);
    byKey.set(key, [...(byKey.get(key) ?? []), filter.slice(equals + 1)]);
  }
  return { filters: JSON.stringify(Object.fromEntries(byKey)) };
}
