import { refusal } from '../errors';

/** The name that a prober serves under, and that a claim may name: lower case, as in DNS, at most 63 characters. */
export type ProberHost = string & { readonly __brand: 'ProberHost' };

const HOST = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/**
 * A host's name becomes part of a queue's name, and an agent may have written it.
 *
 * @throws WingmanError INVALID_FIELD
 */
export function toProberHost(value: unknown): ProberHost {
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  if (!HOST.test(name)) throw refusal('INVALID_FIELD', 'a host is named by up to 63 letters, digits, dots, hyphens and underscores', { field: 'host' });
  return name as ProberHost;
}
