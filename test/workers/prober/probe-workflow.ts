/** As the product's workflows call a prober, and no more. */
import { proxyActivities } from '@temporalio/workflow';
import type { Observation } from '../../../domain/claim/claim';
import type { ProberActivities, ProbeRequest } from '../../../workers/prober/prober-activities';

export async function probeOnce(queue: string, request: ProbeRequest): Promise<readonly Observation[]> {
  const { probe } = proxyActivities<ProberActivities>({ taskQueue: queue, scheduleToStartTimeout: '5 seconds', startToCloseTimeout: '15 seconds', retry: { maximumAttempts: 2 } });
  return probe(request);
}
