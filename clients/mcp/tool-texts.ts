/** What a model reads. It decides on these words alone, so they say what to do next and what never to do. */
import type { RequestShape } from '../sdk/shapes';

export const INSTRUCTIONS = `Wingman decides what you may change on real infrastructure. Before any change: call request with the exact commands. \
If the answer is PENDING, a person has to decide: call wait with the request_id, and call it again for as long as it says PENDING; \
that can take minutes or days. Do not ask again with other words, do not look for a way around, and do not run the command yourself. \
When it is APPROVED, call execute once. When it is REJECTED, EXPIRED or CANCELLED, stop, and tell your user what decision_note says. \
When you are done, call claim with what you did, and nothing that you did not do. There is no tool to approve: only people can.`;

export const DESCRIPTIONS = {
  request: 'Asks for permission for exactly these commands, in this order. Answers AUTO_APPROVED, PENDING (a person decides: call wait), or a refusal with its reason. The same request asked twice is one request.',
  wait: 'Waits up to `seconds` for the decision on a request, and for the end of its execution if it runs by itself. When it answers PENDING or RUNNING, it is still pending: call wait again. That is no error.',
  execute: 'Runs an approved plan, once, through the gateway, and answers with output and exit code of each step. Only after AUTO_APPROVED or APPROVED. If the connection breaks, call status; do not execute again.',
  check: 'Checks an instruction against the gate without asking for anything: which of the ten sections are missing, and which policy checks fail.',
  claim: 'Logs what you did, in one plain English sentence of facts. It is verified against evidence; a false claim quarantines you.',
  verify: 'A verdict on a claim (TRUE, FALSE or UNVERIFIABLE) with its evidence, now.',
  status: 'One request as it stands, with decisions and executions. Answers at once.',
} as const;

/** What to do now. */
export function nextStepFor({ status, execution_status, execute, request_id, commands, decision_note }: RequestShape): string {
  const call = (tool: string): string => `call ${tool} with request_id ${request_id}`;
  switch (status) {
    case 'PENDING':
      return `Still pending: a person has to decide. To go on waiting, ${call('wait')} again. Run nothing yourself meanwhile.`;
    case 'APPROVED':
    case 'AUTO_APPROVED':
      if (commands.length === 0) return 'Approved, for what the instruction says and nothing else. There are no commands to execute.';
      if (execution_status === null && !execute) return `Approved. To run it, ${call('execute')}, once.`;
      if (execution_status === null || execution_status === 'RUNNING' || execution_status === 'PARTIAL') return `Approved and running. To wait for the end, ${call('wait')} again.`;
      return execution_status === 'SUCCEEDED' ? 'Done. Log it with claim.' : `It ended as ${execution_status}. Look at the executions, tell your user, and do not claim success.`;
    case 'REJECTED':
    case 'AUTO_REJECTED':
    case 'EXPIRED':
    case 'CANCELLED':
      return `${status}${decision_note === null ? '' : ` (${decision_note})`}. Stop here and tell your user. Do not try another way to the same end.`;
  }
}
