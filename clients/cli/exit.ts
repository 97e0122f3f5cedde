/** How the command ends: the one table of exit codes. */
import { isWingmanError } from '../../domain/errors';
import { WingmanApiError, WingmanUnreachable } from '../sdk/errors';
import { nextStep } from './next-step';
import { visibleText } from './visible';

export const EXIT = { ok: 0, failure: 1, usage: 2, rejected: 3, expired: 4, interrupted: 130 } as const;

/** Ends the command with a code and a line that says what to do next. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failure,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly reasons: readonly string[];
  readonly next: string | null;
  readonly exitCode: number;
}

export function toFailure(error: unknown): Failure {
  if (error instanceof CliFailure) return { code: 'CLI', message: error.message, reasons: [], next: null, exitCode: error.exitCode };
  if (error instanceof WingmanApiError) {
    return { code: error.code, message: error.message, reasons: reasonsOf(error), next: nextStep(error), exitCode: exitCodeOf(error) };
  }
  if (error instanceof WingmanUnreachable) return { code: 'UNREACHABLE', message: error.message, reasons: [], next: null, exitCode: EXIT.failure };
  if (isWingmanError(error)) return { code: error.code, message: error.message, reasons: [], next: null, exitCode: EXIT.failure };
  return { code: 'FAILED', message: error instanceof Error ? error.message : String(error), reasons: [], next: null, exitCode: EXIT.failure };
}

export function failureText({ code, message, reasons, next }: Failure): string {
  const known = code === 'CLI' || code === 'UNREACHABLE' || code === 'FAILED' ? '' : `${code}: `;
  return visibleText([known + message, ...reasons.map((reason) => `  ${reason}`), ...(next === null ? [] : [`  Next: ${next}`])].join('\n'));
}

/** What went wrong, for a text that goes on. */
export const explained = (error: unknown): string => failureText(toFailure(error));

/** One reason is the message already. */
function reasonsOf({ problem }: WingmanApiError): readonly string[] {
  const reasons: readonly unknown[] = Array.isArray(problem['reasons']) ? problem['reasons'] : [];
  if (reasons.length < 2) return [];
  return reasons.map((reason) => {
    const { code, message } = (reason ?? {}) as Readonly<Record<string, unknown>>;
    return `${String(code)}: ${String(message)}`;
  });
}

function exitCodeOf({ code, problem }: WingmanApiError): number {
  if (problem['status'] === 'AUTO_REJECTED') return EXIT.rejected;
  return code === 'EXPIRED' || code === 'APPROVAL_LAPSED' || code === 'TIMED_OUT' ? EXIT.expired : EXIT.failure;
}

let interrupted: () => void = () => process.exit(EXIT.interrupted);

/** What Ctrl-C does from here on. Without it, it ends the command. */
export function onInterrupt(act: () => void): void {
  interrupted = act;
}

/** Once, at the start: an end by the signal itself would not be 130 for everybody who asks. */
export function listenForInterrupts(): void {
  process.on('SIGINT', () => interrupted());
}
