/** Errors as `application/problem+json` (RFC 9457) with a stable `code`, and `error` for older clients. Never a stack. */
import type { Response } from 'express';
import { isWingmanError, WingmanError } from '../../domain/errors';
import { statusOf } from './problem-status';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly error: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

const RETRY_AFTER_SECONDS = 2;

/** What the body parser, the router and Node throw by themselves, as refusals of ours; anything else is INTERNAL. */
export function toWingmanError(error: unknown): WingmanError {
  if (isWingmanError(error)) return error;
  const { status, type } = (typeof error === 'object' && error !== null ? error : {}) as { readonly status?: unknown; readonly type?: unknown };
  if (error instanceof URIError || status === 400) return new WingmanError('INVALID_PATH', 'the path cannot be read', {}, { cause: error });
  if (type === 'entity.too.large' || status === 413) return new WingmanError('BODY_TOO_LARGE', 'the body is too large', {}, { cause: error });
  return new WingmanError('INTERNAL', 'something went wrong here; it was logged', {}, { cause: error });
}

export function problemOf(error: WingmanError, extra: Readonly<Record<string, unknown>> = {}): Problem {
  const status = statusOf(error.code);
  return {
    type: `urn:wingman:problem:${error.code.toLowerCase()}`,
    title: error.code.toLowerCase().replaceAll('_', ' '),
    status,
    code: error.code,
    error: error.message,
    detail: error.message,
    ...error.details,
    ...extra,
  };
}

export function sendProblem(res: Response, error: WingmanError, extra: Readonly<Record<string, unknown>> = {}): void {
  const problem = problemOf(error, extra);
  if (problem.status === 503) res.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  if (problem.status === 429) res.setHeader('Retry-After', String(error.details['retry_after_seconds'] ?? RETRY_AFTER_SECONDS));
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer realm="wingman"');
  res.status(problem.status).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.end(JSON.stringify(problem));
}
