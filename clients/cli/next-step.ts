/** What to do about a refusal, by its code. The message says what is wrong; this says what to type. */
import type { WingmanApiError } from '../sdk/errors';

const STEPS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'check --key or WINGMAN_KEY; an operator makes keys with `wingman keys issue`',
  KEY_REVOKED: 'ask an operator for another key: `wingman keys issue`',
  FORBIDDEN: 'give a key of that kind with --key or WINGMAN_KEY',
  NOT_FOUND: 'look it up with `wingman pending`, `wingman executions list`, `wingman keys list` or `wingman reviewers list`',
  WORKER_ID_NOT_ALLOWED: 'name one of the key’s agents with --worker',
  ENVIRONMENT_NOT_ALLOWED: 'name one of the key’s environments with --env',
  SELF_APPROVAL: 'somebody else has to decide: `wingman reviewers list`',
  REVIEWER_NOT_ALLOWED: 'see `may_decide` in `wingman policy show`',
  PLAN_HASH_MISMATCH: 'look at it again with `wingman show`, then decide',
  LOCKED: 'see `wingman locks`; an operator lifts one with `wingman unlock`',
  INCIDENT_STATE: 'see `wingman incidents show`',
  TOKEN_REVOKED: 'ask for another token: this one is of before a quarantine',
  QUARANTINED: 'a person releases the agent with `wingman release`',
  NOT_APPROVED: 'see what it waits for: `wingman show`',
  NO_PLAN: 'ask again with the commands: `wingman request --task … "docker restart web"`',
  STEP_ALREADY_EXECUTED: 'see `wingman executions list`; ask again to do it again',
  APPROVAL_LAPSED: 'ask again: the approval was good for a time only',
  APPROVAL_REVOKED: 'ask again',
  TARGET_CHANGED: 'ask again, so that the card shows what is there now',
  TARGET_UNRESOLVED: 'check the names with a `docker ps` request, then ask again',
  EXECUTION_NOT_UNKNOWN: 'only UNKNOWN ones can be resolved: `wingman executions list --status UNKNOWN`',
  DATABASE_UNAVAILABLE: '`wingman doctor` looks at the parts; then try again',
  TEMPORAL_UNAVAILABLE: '`wingman doctor` looks at the parts; then try again',
  GATEWAY_UNAVAILABLE: '`wingman doctor` looks at the parts; then try again',
  ENGINE_UNAVAILABLE: '`wingman doctor` looks at the parts; then try again',
  INSTRUCTION_REFUSED: '`wingman check @FILE` says what the instruction lacks',
  POLICY_REFUSED: '`wingman policy explain` says which rule, without asking again',
  FREEZE_WINDOW: '`wingman policy explain` says until when',
  CONFIG_INVALID: 'correct the file, and look with `wingman policy test` first',
  LEDGER_BROKEN: '`wingman ledger verify` says which row',
  INTERNAL: 'the reason is in the API’s log, in logs/ of the data directory',
  HTTP_404: 'is that Wingman’s address? Check --url or WINGMAN_URL',
};

export function nextStep({ code, problem, retryAfterSeconds }: WingmanApiError): string | null {
  if (code === 'RATE_LIMITED') return `try again in ${String(retryAfterSeconds ?? 1)} s`;
  const id = requestIdOf(problem['request']);
  if (id !== null && problem['status'] !== 'AUTO_REJECTED') return `wingman show ${id}`;
  if (code.startsWith('COMMAND_')) return 'docs/commands.md lists what can be asked for; `registry:` of the policy lists what an operator allows';
  return STEPS[code] ?? null;
}

function requestIdOf(request: unknown): string | null {
  if (typeof request !== 'object' || request === null || !('request_id' in request)) return null;
  return typeof request.request_id === 'string' ? request.request_id : null;
}
