/** Forms of single claims, shared by everything that Wingman signs. All of them are asked about hostile values. */
import type { ClaimCheck } from './compact-jws';

const matches =
  (pattern: RegExp): ClaimCheck =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

export const isTenant = matches(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
export const isEnvironment = matches(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);
export const isWorkerId = matches(/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/);
export const isReviewerId = matches(/^[A-Za-z0-9._@-]{1,64}$/);
export const isUuid = matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
export const isSha256Hex = matches(/^[0-9a-f]{64}$/);
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
