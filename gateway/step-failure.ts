import { WingmanError } from '../domain/errors';

/** A step that failed after it had printed something. `output` is neither redacted nor shown to anybody yet. */
export class StepFailure extends WingmanError {
  readonly output: string;
  constructor(reason: WingmanError, output: string) {
    super(reason.code, reason.message, reason.details, { cause: reason });
    this.output = output;
  }
}
