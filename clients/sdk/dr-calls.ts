/** Recovery runs. Their stages are approved like any request: `approve(run.waiting_for)`. */
import { at, type Transport } from './transport';
import type { DrReportShape, DrRunShape, DrRunSummary, NewDrRun } from './dr-shapes';

export function drCalls({ get, post, postOnce, open }: Transport) {
  const control = (verb: 'pause' | 'resume' | 'abort') => (id: string, note?: string) => post<DrRunShape>(at(`/dr/runs/:id/${verb}`, id), note === undefined ? {} : { note });
  return {
    /** A first plan from what runs now. For reviewers and operators. */
    recoveryTemplate: (environment: string, containers: readonly string[]) => get<{ plan: string }>(`/dr/template?environment=${encodeURIComponent(environment)}&containers=${encodeURIComponent(containers.join(','))}`),
    /** Safe to repeat. @throws WingmanApiError 422 with the stage whose command is refused */
    startRecovery: (run: NewDrRun) => postOnce<DrRunShape>('/dr/runs', run),
    recoveries: () => get<{ runs: readonly DrRunSummary[] }>('/dr/runs'),
    recovery: (id: string, signal?: AbortSignal) => get<DrRunShape>(at('/dr/runs/:id', id), signal),
    /** The card that is out is taken back; what was approved runs to its end. */
    pauseRecovery: control('pause'),
    /** Goes on, with a new card. */
    resumeRecovery: control('resume'),
    /** Ends it; of what was approved nothing more is begun. */
    abortRecovery: control('abort'),
    recoveryReport: (id: string) => get<DrReportShape>(at('/dr/runs/:id/report', id)),
    async recoveryMarkdown(id: string): Promise<string> {
      // Asked as JSON first, so that a refusal comes as one.
      await get<DrReportShape>(at('/dr/runs/:id/report', id));
      return (await open({ method: 'GET', path: `${at('/dr/runs/:id/report', id)}?format=markdown` })).text();
    },
  };
}
