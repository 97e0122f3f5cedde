/** Forms of single claims, shared by everything that Wingman signs. All of them are asked about hostile values. */
import { ID_SHAPES } from '../../domain/ids';
import type { ClaimCheck } from './compact-jws';

const matches =
  (pattern: RegExp): ClaimCheck =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

export const isTenant = matches(ID_SHAPES.tenant);
export const isEnvironment = matches(ID_SHAPES.environment);
export const isWorkerId = matches(ID_SHAPES.worker);
export const isReviewerId = matches(ID_SHAPES.reviewer);
export const isUuid = matches(ID_SHAPES.uuid);
export const isSha256Hex = matches(ID_SHAPES.sha256);
/** Base64url of 32 bytes, such as a thumbprint. */
export const isThumbprint = matches(/^[A-Za-z0-9_-]{43}$/);

/** Unix seconds: a whole, positive, safe number. Never a text, never 1e300. */
export const isUnixSeconds: ClaimCheck = (value) => Number.isSafeInteger(value) && Number(value) > 0;

export const isExactly =
  (expected: string): ClaimCheck =>
  (value) =>
    value === expected;
export const isOneOf =
  (allowed: readonly string[]): ClaimCheck =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
export const isNullOr =
  (check: ClaimCheck): ClaimCheck =>
  (value) =>
    value === null || check(value);
export const isIntegerWithin =
  (min: number, max: number): ClaimCheck =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
