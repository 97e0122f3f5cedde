/** How a request of one Docker command ended, as the docker command itself would say it. */
import type { RequestShape } from '../../sdk/shapes';

/** Docker's own for what never reached the engine: here always "nothing of it was run". */
export const EXIT_NOTHING_RAN = 125;

export interface DockerOutcome {
  readonly exitCode: number;
  /** Of the command: stdout, or stderr where it failed. */
  readonly output: string;
  readonly isOutputAnError: boolean;
  /** What Wingman has to say about it; null: nothing, as docker would. */
  readonly message: string | null;
}

/** @param request after its end; one that still waits is no outcome. @throws TypeError then */
export function dockerOutcome(request: RequestShape): DockerOutcome {
  const { status, request_id, decided_by, decision_note, execution_status, executions = [] } = request;
  const nothingRan = (message: string): DockerOutcome => ({ exitCode: EXIT_NOTHING_RAN, output: '', isOutputAnError: true, message: `${message} Nothing was run.` });
  switch (status) {
    case 'PENDING':
      throw new TypeError('this request is not over');
    case 'REJECTED':
      return nothingRan(`REJECTED by ${decided_by ?? 'a reviewer'}${decision_note === null ? '.' : `: ${decision_note}.`} Do not look for another way to the same end; tell your user.`);
    case 'EXPIRED':
      return nothingRan('EXPIRED: nobody decided in time. Ask again when somebody is there to decide.');
    case 'CANCELLED':
      return nothingRan('CANCELLED: the request was withdrawn before anybody decided.');
    case 'AUTO_REJECTED':
      return nothingRan(`AUTO_REJECTED: ${request.reasons.map(({ code, message }) => `${code}: ${message}`).join('; ')}.`);
    case 'APPROVED':
    case 'AUTO_APPROVED': {
      const run = executions[0];
      if (run === undefined) return nothingRan(`${status}, and not started (${execution_status ?? 'no execution'}): the gateway refused it, or the approval was revoked or had lapsed. Look with: wingman show ${request_id}. Then ask again.`);
      return ranOutcome(request, run);
    }
  }
}

function ranOutcome({ request_id, commands }: RequestShape, run: NonNullable<RequestShape['executions']>[number]): DockerOutcome {
  const output = run.output ?? '';
  if (run.status === 'SUCCEEDED') return { exitCode: 0, output, isOutputAnError: false, message: null };
  if (run.status === 'FAILED' && run.exit_code !== null) {
    return { exitCode: run.exit_code, output, isOutputAnError: !printsOfItsOwn(commands[0]), message: null };
  }
  // No exit code: it is the engine that refused, and the docker command has codes of its own for that.
  const exitCode = isRun(commands[0]) ? EXIT_NOTHING_RAN : 1;
  const why = `${run.status}${run.error_code === null ? '' : `, ${run.error_code}`}`;
  const next = run.status === 'UNKNOWN' ? ' Nobody saw its end: do not repeat it before a person has looked.' : '';
  return { exitCode, output, isOutputAnError: true, message: `${why}.${next} The whole story: wingman show ${request_id}` };
}

/** What a container printed is data, however the container ended. */
const printsOfItsOwn = (command = ''): boolean => /^docker (?:container )?(?:run|exec|logs) /.test(command);
const isRun = (command = ''): boolean => /^docker (?:container )?run /.test(command);
