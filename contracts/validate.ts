/** From a zod schema to our own refusals: stable code, the field's path, and never the value itself (it may be a secret). */
import type { z } from 'zod';
import { refusal } from '../domain/errors';

/** @throws WingmanError UNKNOWN_FIELD, MISSING_FIELD or INVALID_FIELD with `details.field` */
export function validate<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const field = [path, issue.keys[0] ?? ''].filter((part) => part !== '').join('.').slice(0, 100);
    throw refusal('UNKNOWN_FIELD', `${field} is not a known field; see /openapi.json`, { field });
  }
  if (issue?.code === 'invalid_type' && issue.input === undefined && path !== '') {
    throw refusal('MISSING_FIELD', `${path} is missing`, { field: path });
  }
  throw refusal('INVALID_FIELD', path === '' ? 'the body must be a JSON object' : `${path}: ${issue?.message ?? 'wrong form'}`, { field: path });
}
