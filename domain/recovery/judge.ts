/** Whether an act's probes are true, by the rules that judge claims: what is not seen is not true. */
import type { JudgeContext, Observation } from '../claim/claim';
import { claimOf, probeText, type DrProbe } from './plan';
import { judgePart } from '../claim/judge';

export interface ProbeVerdict {
  readonly text: string;
  readonly verdict: 'TRUE' | 'FALSE' | 'UNVERIFIABLE';
  readonly reason: string;
}

export function judgeProbes(probes: readonly DrProbe[], observations: readonly Observation[], now: string): readonly ProbeVerdict[] {
  const context: JudgeContext = { now };
  return probes.map((probe) => {
    const own = observations.filter(({ host }) => hostFits(probe, host));
    const { verdict, reason } = judgePart(claimOf(probe), own, context);
    return { text: probeText(probe), verdict, reason };
  });
}

/** One address looked at from two hosts is two things. */
function hostFits(probe: DrProbe, host: string): boolean {
  return !('host' in probe) || probe.host === undefined || host === probe.host;
}

export const allTrue = (verdicts: readonly ProbeVerdict[]): boolean => verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'TRUE');

export const saidOf = (verdicts: readonly ProbeVerdict[]): string => verdicts.map(({ text, verdict, reason }) => `${text}: ${verdict} (${reason})`).join('; ');
