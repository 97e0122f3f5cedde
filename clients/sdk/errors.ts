/** What goes wrong between a client and Wingman: an answer that refuses, or no answer. */

/** Wingman answered no. `code` is stable (see /openapi.json); `problem` is the whole answer. */
export class WingmanApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'WingmanApiError';
  }
}

/** Wingman did not answer; whether it got the call is not known. */
export class WingmanUnreachable extends Error {
  constructor(url: string, options?: ErrorOptions) {
    super(`Wingman does not answer at ${url}; is it running (\`npm start\`)?`, options);
    this.name = 'WingmanUnreachable';
  }
}
