/** The one activity of a prober: looks, and nothing else. */
import type { Observation, Probe } from '../../domain/claim/claim';

export interface ProbeRequest {
  readonly tenant: string;
  readonly probes: readonly Probe[];
}

/**
 * Queue `proberQueue(host)`. One observation for each probe, in the same order; of more than 64, one for each of the first 64, all of
 * them blind. A whole call takes at most 10 seconds and 64 KiB; give it 15 seconds from start to close, and one attempt or more: looking
 * twice changes nothing. It does not throw for what it was asked: what it cannot look at is blind with a code of domain/claim/blind.ts.
 */
export interface ProberActivities {
  probe(request: ProbeRequest): Promise<readonly Observation[]>;
}
