/** Ask, wait, act: in one call. */
import type { approvalCalls } from './approval-calls';
import { WingmanNotApproved } from './errors';
import type { NewRequest, RequestShape } from './shapes';
import type { CallOptions } from './transport';

/** What {@link runCalls.governed} asks for; the plan is the function itself, so there are no commands. */
export type GovernedRequest = Omit<NewRequest, 'commands' | 'execute' | 'ordered'>;

type Approvals = Pick<ReturnType<typeof approvalCalls>, 'request' | 'waitForDecision' | 'waitForExecution'>;

export function runCalls({ request, waitForDecision, waitForExecution }: Approvals) {
  async function approved(asked: NewRequest, options: CallOptions): Promise<RequestShape> {
    const submitted = await request(asked, options);
    const decided = submitted.status === 'PENDING' ? await waitForDecision(submitted.request.request_id, options.signal) : submitted.request;
    if (decided.status !== 'APPROVED' && decided.status !== 'AUTO_APPROVED') throw new WingmanNotApproved(decided);
    return decided;
  }

  return {
    /**
     * Asks, waits for the decision, and for the end of every step. Wingman starts the plan itself when it is approved, so that
     * neither a restart of this process nor one of the server can run a step twice: with the same `idempotencyKey`, or while
     * the same request waits, a second call joins the first.
     *
     * @returns the request with its executions; a step that failed is told there and not thrown
     * @throws WingmanNotApproved, WingmanApiError (422: refused by the gate), WingmanUnreachable, or the signal's reason
     */
    async run(asked: Omit<NewRequest, 'execute'>, options: CallOptions = {}): Promise<RequestShape> {
      const { request_id } = await approved({ ...asked, execute: true }, options);
      return waitForExecution(request_id, options.signal);
    },

    /**
     * A function that runs only after a person (or the policy) said yes to this very call. Each call is a request of its own:
     * one approval is never good for two.
     *
     * @param ask what the card says for these arguments
     * @throws WingmanNotApproved before `act` was called; what `act` throws
     */
    governed<Arguments extends readonly unknown[], Result>(
      act: (...args: Arguments) => Promise<Result> | Result,
      ask: (...args: Arguments) => GovernedRequest,
      options: Pick<CallOptions, 'signal'> = {},
    ): (...args: Arguments) => Promise<Result> {
      return async (...args) => {
        const asked = ask(...args);
        // Otherwise two calls at once would be twins, and one yes would open both.
        const instruction = `${asked.instruction}\n\nCall ${crypto.randomUUID()}`;
        await approved({ ...asked, instruction }, options);
        return act(...args);
      };
    },
  };
}
