/** What goes wrong between a client and Wingman: an answer that refuses, or no answer. */
import type { RequestShape } from './shapes';

/** Wingman answered no. `code` is stable (see /openapi.json); `problem` is the whole answer. */
export class WingmanApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Readonly<Record<string, unknown>>,
    /** What the server asked for with `Retry-After`; null: nothing. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** 401, 403: this key may not do that. */
export class WingmanForbidden extends WingmanApiError {}
/** 404: there is no such thing, or it is another's. */
export class WingmanNotFound extends WingmanApiError {}
/** 409, 410: the state of things is another one by now. */
export class WingmanConflict extends WingmanApiError {}
/** 422: the gate refuses it; `problem.reasons` says why. */
export class WingmanRefused extends WingmanApiError {}
/** 429, 503: the same call may succeed later. */
export class WingmanBusy extends WingmanApiError {}

/** A request that ended without a yes: REJECTED, EXPIRED or CANCELLED. */
export class WingmanNotApproved extends Error {
  readonly code: RequestShape['status'];
  constructor(readonly request: RequestShape) {
    const note = request.decision_note === null ? '' : `: ${request.decision_note}`;
    super(`the request ${request.request_id} is ${request.status}${note}`);
    this.name = new.target.name;
    this.code = request.status;
  }
}

const CLASSES: Readonly<Record<number, typeof WingmanApiError>> = {
  401: WingmanForbidden, 403: WingmanForbidden, 404: WingmanNotFound, 409: WingmanConflict, 410: WingmanConflict, 422: WingmanRefused, 429: WingmanBusy, 503: WingmanBusy,
};

/** Wingman did not answer; whether it got the call is not known. */
export class WingmanUnreachable extends Error {
  constructor(url: string, options?: ErrorOptions) {
    super(`Wingman does not answer at ${url}; is it running (\`npm start\`)?`, options);
    this.name = 'WingmanUnreachable';
  }
}

const LONGEST_QUOTE = 200;

/** The refusal in an answer, whoever wrote it: Wingman, or a proxy in between that knows nothing of problem+json. */
export async function toApiError(response: Response): Promise<WingmanApiError> {
  const text = await response.text();
  const problem = parseObject(text);
  const { code, error } = problem;
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  const ApiError = CLASSES[response.status] ?? WingmanApiError;
  return new ApiError(
    response.status,
    typeof code === 'string' ? code : `HTTP_${String(response.status)}`,
    typeof error === 'string' ? error : `the answer was ${String(response.status)} ${response.statusText} ${text.slice(0, LONGEST_QUOTE)}`.trim(),
    problem,
    Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    // Not JSON, so not Wingman's own words; the status is all that is known.
    return {};
  }
}
