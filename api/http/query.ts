/** Query parameters and ids of paths: text that anybody may have written, into what the stores take. */
import { limitQuery } from '../../contracts/wire';
import { validate } from '../../contracts/validate';
import { refusal } from '../../domain/errors';
import { toApprovalId } from '../../domain/ids';

type Query = Readonly<Record<string, string>>;

/** @throws WingmanError NOT_FOUND: a text that is no id is the id of nothing */
export function toId(id: string | undefined, what: string): string {
  try {
    return toApprovalId(id?.toLowerCase());
  } catch {
    throw refusal('NOT_FOUND', `there is no such ${what}`);
  }
}

/** @throws WingmanError INVALID_FIELD */
export function toLimit(query: Query, otherwise: number): number {
  const text = query['limit'];
  if (text === undefined) return otherwise;
  if (!/^[0-9]{1,4}$/.test(text)) throw refusal('INVALID_FIELD', 'limit is a whole number from 1 to 500', { field: 'limit' });
  return validate(limitQuery, text);
}

/** Null when it is not there. @throws WingmanError INVALID_FIELD */
export function toOneOf<T extends string>(query: Query, name: string, known: readonly T[]): T | null {
  const text = query[name];
  if (text === undefined) return null;
  const found = known.find((one) => one === text);
  if (found === undefined) throw refusal('INVALID_FIELD', `${name} is one of ${known.join(', ')}`, { field: name });
  return found;
}
