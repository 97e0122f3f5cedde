/** How the command ends: the one table of exit codes. */
import { WingmanError } from '../../domain/errors';
import { WingmanApiError, WingmanUnreachable } from '../sdk/errors';

export const EXIT = { ok: 0, failure: 1, usage: 2, rejected: 3, expired: 4, interrupted: 130 } as const;

/** Ends the command with a code and a line that says what to do next. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failure,
  ) {
    super(message);
  }
}

export function describeFailure(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof CliFailure) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof WingmanApiError) {
    const reasons = (Array.isArray(error.problem['reasons']) ? error.problem['reasons'] : []) as readonly { readonly code?: string; readonly message?: string }[];
    const lines = reasons.map(({ code, message }) => `  ${code ?? ''}: ${message ?? ''}`);
    return { text: [`${error.code}: ${error.message}`, ...lines].join('\n'), exitCode: error.status === 422 ? EXIT.rejected : EXIT.failure };
  }
  if (error instanceof WingmanUnreachable || error instanceof WingmanError) return { text: error.message, exitCode: EXIT.failure };
  return { text: error instanceof Error ? error.message : String(error), exitCode: EXIT.failure };
}
