/** What runs found before and left after, put together: of the runs that a claim leans on, the first look before and the last after. */
import type { JudgeContext, Observation } from '../domain/claim/claim';
import type { ExecutionRow } from '../stores/executions';

/** @param runs in the order in which they were made */
export function baselineOfRuns(runs: readonly Pick<ExecutionRow, 'baseline'>[]): NonNullable<JudgeContext['baseline']> {
  const before = new Map<string, Observation>();
  const after = new Map<string, Observation>();
  for (const { baseline } of runs) {
    for (const seen of baseline?.before ?? []) if (!before.has(keyOf(seen))) before.set(keyOf(seen), seen);
    for (const seen of baseline?.after ?? []) after.set(keyOf(seen), seen);
  }
  return { before: [...before.values()], after: [...after.values()] };
}

/** Of each thing what its last run found and left. @param runs newest first */
export function baselineOfLastRuns(runs: readonly Pick<ExecutionRow, 'baseline'>[]): NonNullable<JudgeContext['baseline']> {
  const seen = new Set<string>();
  const last = runs.map(({ baseline }) => {
    const isNew = (one: Observation): boolean => !seen.has(keyOf(one));
    const own = { before: (baseline?.before ?? []).filter(isNew), after: (baseline?.after ?? []).filter(isNew) };
    for (const one of [...own.before, ...own.after]) seen.add(keyOf(one));
    return { baseline: own };
  });
  return baselineOfRuns(last);
}

const keyOf = ({ probe }: Observation): string => JSON.stringify(probe);
