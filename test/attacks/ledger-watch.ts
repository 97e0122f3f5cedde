/** What the ledger and the witness got since a moment: the two places where an attack shows, or its refusal does. */
import type { AttackWorld } from './world';

export interface Traces {
  /** Calls that reached the engine and may have changed something. */
  readonly acts: readonly string[];
  readonly executions: number;
  /** Refusals, and requests that the gate itself turned down. */
  readonly refusals: number;
}

/** @returns a function that tells what happened since the call */
export async function watchTraces({ stack, witness }: AttackWorld): Promise<() => Promise<Traces>> {
  const from = witness.acts.length;
  const [start] = await stack.sql<{ seq: string }>('select coalesce(max(seq), 0) as seq from wingman.ledger');
  return async () => {
    const rows = await stack.sql<{ kind: string; rows: string }>(
      `select kind, count(*) as rows from wingman.ledger
       where seq > $1 and (kind in ('refusal', 'execution.intent') or kind = 'approval.requested' and body like '%"status":"AUTO_REJECTED"%') group by kind`,
      [start?.seq ?? 0],
    );
    const count = (kind: string): number => Number(rows.find((row) => row.kind === kind)?.rows ?? 0);
    return { acts: witness.acts.slice(from), executions: count('execution.intent'), refusals: count('refusal') + count('approval.requested') };
  };
}

/**
 * Null when it was stopped as it must be: a 4xx somewhere and a 5xx nowhere, no act, a row that tells of it.
 *
 * @param answers with the `code` of their body; an answer of Node's own parser has none, and nothing above it hears of that
 *        call, so there is no row either
 */
export function wasStopped(answers: readonly { readonly status: number; readonly code: string | undefined }[], traces: Traces): string | null {
  const told = answers.map(({ status, code }) => `${String(status)} ${code ?? ''}`.trim()).join(', ');
  if (answers.some(({ status }) => status >= 500)) return `a fault: ${told}`;
  if (traces.acts.length > 0 || traces.executions > 0) return `STARTED (${told}): ${traces.acts.join(', ')}`;
  const refused = answers.filter(({ status }) => status >= 400);
  if (refused.length === 0) return `not refused: ${told}`;
  if (traces.refusals === 0 && refused.some(({ code }) => code !== undefined)) return `no row of the refusal: ${told}`;
  return null;
}
