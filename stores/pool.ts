/** Connections. Each says which tenant it works for, and the database shows it nothing else (row-level security). */
import { Pool, type PoolClient } from 'pg';
import { isWingmanError, WingmanError, ERROR_CODES, type ErrorCode } from '../domain/errors';
import type { TenantId } from '../domain/ids';

export interface PoolOptions {
  readonly max?: number;
  /** Told about connections that break while nobody uses them; without a listener Node would end the process. */
  readonly onError?: (error: Error) => void;
}

const STATEMENT_MS = 10_000;

/** Its `query` throws what `toDatabaseError` makes of the driver's errors, so that a missing database is said the same everywhere. */
export function createPool(url: string, { max = 10, onError }: PoolOptions = {}): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 3_000,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 2_000,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
  });
  pool.on('error', (error) => onError?.(error));
  // The pool listens to idle connections alone: one that breaks while it is in use would end the process. Its query fails anyway.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return toMappedPool(pool);
}

function toMappedPool(pool: Pool): Pool {
  const query = pool.query.bind(pool) as (...args: readonly unknown[]) => unknown;
  const mapped = (...args: readonly unknown[]): unknown => {
    const result = query(...args);
    // With a callback there is no promise; nobody here uses that form.
    return result instanceof Promise ? result.catch(rethrow) : result;
  };
  pool.query = mapped as Pool['query'];
  return pool;
}

const rethrow = (error: unknown): never => {
  throw toDatabaseError(error);
};

/** The tenant that was last set on a connection: set again only when it differs, so one round trip is the rule. */
const tenantOf = new WeakMap<PoolClient, string>();

/**
 * Runs `act` on a connection that works for this tenant. Not a transaction.
 *
 * @throws WingmanError DATABASE_UNAVAILABLE, or the code that a projection refused with
 */
export async function withTenant<T>(pool: Pool, tenant: TenantId, act: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  let broken = true;
  try {
    if (tenantOf.get(client) !== tenant) {
      await client.query({ name: 'set-tenant', text: `select set_config('wingman.tenant', $1, false)`, values: [tenant] });
      tenantOf.set(client, tenant);
    }
    const result = await act(client);
    broken = false;
    return result;
  } catch (error) {
    const mapped = toDatabaseError(error);
    broken = isWingmanError(mapped) && mapped.code === 'DATABASE_UNAVAILABLE';
    throw mapped;
  } finally {
    client.release(broken);
  }
}

/**
 * SQLSTATEs after which the statement may be tried again later, on another connection: no connection, no resources (disk,
 * memory, connections), shut down, system errors, cancelled, not in time, lost to another transaction, read-only stand-by.
 */
const UNAVAILABLE = /^(?:08|53|57P|58|57014|55P03|40001|40P01|25006|25P03)/;
const NODE_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);
/** What pg and pg-pool say without a code. */
const DRIVER_MESSAGES = /Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|is not queryable|Cannot use a pool after/i;

/** Maps what the driver throws; anything that is not about the connection or our own refusals comes back as it is. */
export function toDatabaseError(error: unknown): unknown {
  if (isWingmanError(error) || typeof error !== 'object' || error === null) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const state = typeof code === 'string' ? code : '';
  const text = typeof message === 'string' ? message : '';
  if (state === 'WM001') return new WingmanError(isErrorCode(text) ? text : 'INTERNAL', refusedText(text), {}, { cause: error });
  const away = UNAVAILABLE.test(state) || NODE_ERRORS.has(state) || (state === '' && DRIVER_MESSAGES.test(text));
  if (!away) return error;
  return new WingmanError('DATABASE_UNAVAILABLE', 'the database is not available; try again', {}, { cause: error });
}

const isErrorCode = (text: string): text is ErrorCode => ERROR_CODES.some((code) => code === text);

const REFUSED: Readonly<Partial<Record<ErrorCode, string>>> = {
  TOKEN_USED: 'this capability token was used already',
  STEP_ALREADY_EXECUTED: 'this step was executed already',
  STEP_OUT_OF_ORDER: 'an earlier step of this ordered plan has not succeeded',
  LOCKED: 'execution is locked here; a person has to unlock it (`wingman unlock`)',
  QUARANTINED: 'the agent is quarantined; a person has to release it',
  APPROVAL_LAPSED: 'the time to execute this approval is over; ask again',
  APPROVAL_REVOKED: 'the approval was revoked',
  NOT_APPROVED: 'this request is not approved',
  ALREADY_DECIDED: 'this request is decided already',
  LINK_CODE_INVALID: 'this code is not valid, was used, or has expired; make a new one with `wingman reviewers link`',
  EXECUTION_NOT_UNKNOWN: 'only an execution with an UNKNOWN outcome can be resolved, and only once',
  TOKEN_REVOKED: 'the agent was quarantined after this token was minted; ask for another one',
  INCIDENT_STATE: 'the incident is not in a state for that; look at it again (`wingman incidents show`)',
  DR_STATE: 'the recovery run is not in a state for that; look at it again (`wingman dr show`)',
  DR_PAUSED: 'the recovery run is paused; a person has to resume it',
  DR_DRILL: 'this is a drill: nothing of it is executed',
  WEBHOOK_STATE: 'the webhook endpoint is not in a state for that; look at it again (`wingman webhooks list`)',
  WEBHOOK_LIMIT: 'that is more than one tenant may have at once; see docs/webhooks.md for the limits',
  TOKEN_KEY: 'the key that signed this token was revoked',
};

const refusedText = (code: string): string => (isErrorCode(code) ? (REFUSED[code] ?? code.toLowerCase().replaceAll('_', ' ')) : code);
