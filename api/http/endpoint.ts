/** One endpoint: authenticate, validate, one call, answer. What is declared here is also what the OpenAPI document says. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { validate } from '../../contracts/validate';
import { refusal } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import { sha256Hex } from '../../security/digest';
import { claimIdempotency, releaseIdempotency, saveIdempotentAnswer } from '../../stores/idempotency';
import { authenticate, requireSingleHeaders, type Principal } from '../identity/authenticate';
import { problemOf, sendProblem, toWingmanError } from './problem';
import type { RefusalRecorder } from '../identity/refusals';
import { readJsonBody } from './read-body';

export type PrincipalKind = Principal['kind'];

export interface Endpoint<Body extends z.ZodType = z.ZodType, Kind extends PrincipalKind = PrincipalKind> {
  readonly method: 'get' | 'post';
  /** Express pattern, such as `/approvals/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: 'gate' | 'approvals' | 'execution' | 'claims' | 'operations' | 'system';
  /** Who may call; `open` is anybody, and then `principal` is null. */
  readonly who: readonly Kind[] | 'open';
  readonly body?: Body;
  /** Query parameters that are known; any other is refused. */
  readonly query?: readonly string[];
  /** Accepts `Idempotency-Key`. */
  readonly idempotent?: boolean;
  readonly answers: string;
  handle(call: Call<z.infer<Body>, Kind>): Promise<Answer>;
}

export interface Call<Body, Kind extends PrincipalKind> {
  readonly req: Request;
  readonly res: Response;
  readonly principal: Extract<Principal, { kind: Kind }>;
  readonly body: Body;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** `stream`: the handler has written the answer itself. */
export type Answer = { readonly status?: number; readonly body: unknown } | 'stream';

/** Keeps the body's type inferred; a bare object literal would lose it. */
export function endpoint<Body extends z.ZodType, Kind extends PrincipalKind>(definition: Endpoint<Body, Kind>): Endpoint {
  return definition as unknown as Endpoint;
}

export interface ServeParts {
  readonly pool: Pool;
  readonly log: Logger;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

export async function serve(context: ServeParts, refusals: RefusalRecorder, definition: Endpoint, req: Request, res: Response): Promise<void> {
  let principal: Principal | null = null;
  try {
    if (definition.who === 'open') requireSingleHeaders(req);
    else principal = await requirePrincipal(context, definition.who, req);
    const query = requireQuery(req, definition.query ?? []);
    const raw = definition.body === undefined ? undefined : await readJsonBody(req);
    const body: unknown = definition.body === undefined ? undefined : validate(definition.body, raw);
    const call = { req, res, principal: principal as Principal, body, query, params: req.params as Record<string, string> };
    const key = definition.idempotent === true ? req.headers['idempotency-key'] : undefined;
    const answer = key === undefined || principal === null ? await definition.handle(call) : await once(context, definition, call, String(key), raw);
    if (answer !== 'stream') send(res, answer);
  } catch (thrown) {
    const error = toWingmanError(thrown);
    if (error.code === 'INTERNAL') context.log.error({ err: thrown, path: definition.path }, 'a call failed in an unforeseen way');
    await refusals.record(req, principal, error);
    if (res.headersSent) res.destroy();
    else sendProblem(res, error, extraOf(thrown));
  }
}

/** Members that an error may bring along for the answer, such as the decision that stands. */
function extraOf(thrown: unknown): Readonly<Record<string, unknown>> {
  if (typeof thrown === 'object' && thrown !== null && 'answer' in thrown && typeof thrown.answer === 'object' && thrown.answer !== null) {
    return thrown.answer as Readonly<Record<string, unknown>>;
  }
  return {};
}

async function requirePrincipal(context: ServeParts, who: readonly PrincipalKind[], req: Request): Promise<Principal> {
  const principal = await authenticate(context.pool, req);
  if (!who.includes(principal.kind)) throw refusal('FORBIDDEN', `this call is for ${who.join(' or ')} keys, and this is a key of kind ${principal.kind}`);
  return principal;
}

function requireQuery(req: Request, known: readonly string[]): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  if (!req.originalUrl.includes('?')) return query;
  for (const [name, value] of new URL(req.originalUrl, 'http://localhost').searchParams) {
    if (!known.includes(name)) throw refusal('UNKNOWN_FIELD', `${name.slice(0, 64)} is not a parameter of this call`, { field: name.slice(0, 64) });
    if (name in query) throw refusal('INVALID_FIELD', `${name} came twice`, { field: name });
    query[name] = value;
  }
  return query;
}

/** The first call with a key does the work; the same call again gets the same answer, another call with that key is refused. */
async function once(context: ServeParts, definition: Endpoint, call: Call<unknown, PrincipalKind>, key: string, raw: unknown): Promise<Answer> {
  if (!IDEMPOTENCY_KEY.test(key)) throw refusal('INVALID_FIELD', 'Idempotency-Key has 1 to 128 printable characters', { field: 'idempotency-key' });
  const { tenant, keyId } = call.principal;
  const scope = { tenant, keyId, idempotencyKey: key };
  const requestHash = sha256Hex(JSON.stringify([definition.method, call.req.path, raw]));
  const stored = await claimIdempotency(context.pool, scope, requestHash);
  if (stored !== null) {
    if (stored.request_hash !== requestHash) throw refusal('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for another call');
    if (stored.status === null) throw refusal('IDEMPOTENCY_IN_PROGRESS', 'the first call with this Idempotency-Key is still under way; try again');
    return { status: stored.status, body: JSON.parse(stored.body ?? 'null') as unknown };
  }
  try {
    const answer = await definition.handle(call);
    if (answer === 'stream') return answer;
    await saveIdempotentAnswer(context.pool, scope, answer.status ?? 200, JSON.stringify(answer.body));
    return answer;
  } catch (thrown) {
    const error = toWingmanError(thrown);
    const problem = problemOf(error, extraOf(thrown));
    if (problem.status >= 500 || problem.status === 429) await releaseIdempotency(context.pool, scope).catch(() => undefined);
    else await saveIdempotentAnswer(context.pool, scope, problem.status, JSON.stringify(problem));
    throw thrown;
  }
}

function send(res: Response, { status = 200, body }: Exclude<Answer, 'stream'>): void {
  const type = status >= 400 ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8';
  res.status(status).setHeader('Content-Type', type);
  res.end(JSON.stringify(body));
}

/** A request id for the log; one that the caller sent is taken if it is harmless. */
export function requestId(req: Request): string {
  const sent = req.headers['x-request-id'];
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : randomUUID();
}
