/**
 * The one list of codes that Wingman answers, records and documents. A code never changes its meaning.
 * The HTTP status of each is looked up in `api/http/problem-status.ts`; nothing else maps them.
 */
export const ERROR_CODES = [
  // input that cannot be read
  'MALFORMED_JSON', 'DUPLICATE_MEMBER', 'INVALID_FIELD', 'UNKNOWN_FIELD', 'MISSING_FIELD', 'BODY_TOO_LARGE', 'BODY_TOO_DEEP',
  'UNSUPPORTED_MEDIA_TYPE', 'HEADER_REPEATED', 'NOT_FOUND', 'METHOD_NOT_ALLOWED', 'INVALID_PATH',
  // who asks
  'UNAUTHENTICATED', 'KEY_REVOKED', 'FORBIDDEN', 'WORKER_ID_NOT_ALLOWED', 'ENVIRONMENT_NOT_ALLOWED', 'REVIEWER_NOT_ALLOWED',
  'SELF_APPROVAL', 'REVIEWER_DISABLED', 'IDENTITY_MISMATCH', 'ORIGIN_NOT_ALLOWED', 'RATE_LIMITED',
  // the gate
  'INSTRUCTION_REFUSED', 'SECRET_IN_INSTRUCTION', 'PLAN_REFUSED', 'POLICY_REFUSED', 'FREEZE_WINDOW', 'ENVIRONMENT_UNKNOWN', 'QUARANTINED',
  // command grammar
  'COMMAND_EMPTY', 'COMMAND_TOO_LONG', 'COMMAND_CHARACTER', 'COMMAND_SHELL_SYNTAX', 'COMMAND_QUOTING', 'COMMAND_TOO_MANY_ARGS',
  'COMMAND_UNKNOWN_PROGRAM', 'COMMAND_UNKNOWN_VERB', 'COMMAND_UNKNOWN_FLAG', 'COMMAND_FLAG_VALUE', 'COMMAND_ARGUMENTS',
  'COMMAND_IMAGE_NOT_ALLOWED', 'COMMAND_EXEC_NOT_ALLOWED', 'COMMAND_TARGET_PROTECTED', 'TARGET_GOVERNED_ELSEWHERE', 'COMMAND_TARGET_NAME', 'COMMAND_COMPOSE',
  'COMMAND_NOT_REGISTERED', 'COMMAND_SECRET', 'COMMAND_WAITS', 'COMMAND_EVERYTHING', 'COMMAND_OTHER_ENGINE', 'PLAN_TOO_LONG', 'PLAN_EMPTY',
  // approvals
  'DUPLICATE_REQUEST', 'NOT_PENDING', 'NOT_YET_EXPIRED', 'ALREADY_DECIDED', 'ALREADY_VOTED', 'EXPIRED', 'CANCELLED', 'PLAN_HASH_MISMATCH', 'STEP_UP_REQUIRED',
  'IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS',
  // tokens, attestations, gateway
  'TOKEN_MISSING', 'TOKEN_FORM', 'TOKEN_HEADER', 'TOKEN_KEY', 'TOKEN_SIGNATURE', 'TOKEN_CLAIMS', 'TOKEN_EXPIRED', 'TOKEN_NOT_YET_VALID',
  'TOKEN_LIFETIME', 'TOKEN_BINDING', 'TOKEN_PROOF', 'TOKEN_USED', 'TOKEN_REVOKED', 'ATTESTATION_INVALID', 'QUORUM_NOT_MET', 'NOT_APPROVED', 'APPROVAL_LAPSED',
  'APPROVAL_REVOKED', 'NO_PLAN', 'STEP_OUT_OF_ORDER', 'STEP_ALREADY_EXECUTED', 'COMMAND_NOT_IN_PLAN', 'TARGET_CHANGED', 'TARGET_UNRESOLVED',
  'LOCKED', 'SEAL_INVALID', 'RECEIPT_INVALID', 'ENVIRONMENT_MISMATCH', 'EXECUTION_NOT_UNKNOWN', 'FILE_CHANGED',
  // the operator's policy
  'POLICY_SIGNATURE_INVALID', 'POLICY_UNSIGNED', 'POLICY_ROLLED_BACK',
  // claims and incidents
  'INCIDENT_STATE',
  // parts that are away
  'DATABASE_UNAVAILABLE', 'TEMPORAL_UNAVAILABLE', 'GATEWAY_UNAVAILABLE', 'ENGINE_UNAVAILABLE', 'ENGINE_ERROR', 'TIMED_OUT', 'OVERLOADED',
  // recovery runs
  'DR_STATE', 'DR_PAUSED', 'DR_DRILL', 'WORLD_CHANGED',
  // webhooks
  'WEBHOOK_URL_REFUSED', 'WEBHOOK_STATE', 'WEBHOOK_LIMIT', 'CALLBACK_NOT_REGISTERED',
  // keys, links and configuration
  'LINK_CODE_INVALID', 'CONFIG_MISSING', 'CONFIG_INVALID', 'LEDGER_BROKEN', 'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where and what: small, printable facts that may be shown to the caller. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** An expected refusal or failure: `code` is stable, the message is for people and names the next step where there is one. */
export class WingmanError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WingmanError';
    this.code = code;
    this.details = details;
  }
}

/** Builds the error that a refused input is answered with. */
export function refusal(code: ErrorCode, message: string, details: ErrorDetails = {}): WingmanError {
  return new WingmanError(code, message, details);
}

export function isWingmanError(error: unknown): error is WingmanError {
  return error instanceof WingmanError;
}

/** Closes a switch over a union: a case that was forgotten fails to compile, and refuses at run time. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected case: ${String(value)}`);
}
