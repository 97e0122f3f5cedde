/** Deeds need a record: a look before, an execution, or a trace that is younger than the task. A state alone does not say who brought it about. */
import { secondsOf, unclear } from './finding';
import type { JudgeContext } from '../claim';
import type { Finding } from './finding';

/** Whether the moment lies in the task that the claim reports of; null if nobody knows when that began, or when it was. */
export function isInTask(context: JudgeContext, moment: string | undefined): boolean | null {
  const [since, at] = [secondsOf(context.since), secondsOf(moment)];
  return since === null || at === null ? null : at >= Math.floor(since);
}

/** What is left when the state fits and nothing shows whose deed it was. */
export function withoutRecord(is: string): Finding {
  return unclear('NO_RECORD_OF_DEED', `${is}; no look before, no execution and no event shows that it was done now`);
}
