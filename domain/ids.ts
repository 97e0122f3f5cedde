/**
 * Branded identifiers. A bare string is something unchecked; only the `to…` functions below make a brand,
 * and each refuses what does not fit. All of them may be called with hostile input.
 */
import { refusal } from './errors';

type Brand<T, B extends string> = T & { readonly __brand: B };

/** Organisation: lower-case letters, digits, dashes, 1 to 40 characters. */
export type TenantId = Brand<string, 'TenantId'>;
/** An agent's own name on the wire: printable ASCII without blanks at the ends, 1 to 128 characters. */
export type WorkerId = Brand<string, 'WorkerId'>;
/** A person who decides: 1 to 64 characters of `[A-Za-z0-9._@-]`. */
export type ReviewerId = Brand<string, 'ReviewerId'>;
/** A registered environment: 1 to 32 characters of `[a-z0-9-]`. */
export type Environment = Brand<string, 'Environment'>;
/** UUID of an approval (`request_id` on the wire), lower case. */
export type ApprovalId = Brand<string, 'ApprovalId'>;
/** UUID of one run of one step, lower case. */
export type ExecutionId = Brand<string, 'ExecutionId'>;
/** Lower-case hex SHA-256, 64 characters. */
export type Sha256Hex = Brand<string, 'Sha256Hex'>;

export const ID_SHAPES = {
  tenant: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  worker: /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/,
  reviewer: /^[A-Za-z0-9._@-]{1,64}$/,
  environment: /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  sha256: /^[0-9a-f]{64}$/,
} as const;

function branded<T extends string>(kind: keyof typeof ID_SHAPES, field: string, value: unknown): T {
  if (typeof value !== 'string' || !ID_SHAPES[kind].test(value)) {
    throw refusal('INVALID_FIELD', `${field} has the wrong form`, { field });
  }
  return value as T;
}

export const isUuid = (value: unknown): boolean => typeof value === 'string' && ID_SHAPES.uuid.test(value);

export const toTenantId = (value: unknown): TenantId => branded('tenant', 'tenant', value);
/** What an installation starts with. */
export const FIRST_TENANT: TenantId = toTenantId('default');
export const toWorkerId = (value: unknown): WorkerId => branded('worker', 'worker_id', value);
export const toReviewerId = (value: unknown): ReviewerId => branded('reviewer', 'reviewer', value);
export const toEnvironment = (value: unknown): Environment => branded('environment', 'environment', value);
export const toApprovalId = (value: unknown): ApprovalId => branded('uuid', 'approval_id', value);
export const toExecutionId = (value: unknown): ExecutionId => branded('uuid', 'execution_id', value);
export const toSha256Hex = (value: unknown): Sha256Hex => branded('sha256', 'sha256', value);
