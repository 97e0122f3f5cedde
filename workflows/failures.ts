/** The only errors that workflow code throws: anything else would make Temporal retry the task for ever. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { ErrorCode } from '../domain/errors';

/** A refusal with its stable code as the failure's type; `details` reach the caller of the update. */
export function refusalFailure(code: ErrorCode, message: string, details?: unknown): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true, details: details === undefined ? [] : [details] });
}
