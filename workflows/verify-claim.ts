/** One verification of one claim: take it apart, have its probes look, judge by what they saw. Nobody's words decide. */
import { isCancellation, setCurrentDetails, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Observation } from '../domain/claim/claim';
import { gatewayLookOf, models, proberOf, truth } from './activity-proxies';
import { attendIncident } from './attend-incident';
import { refusalFailure } from './failures';
import { askSide, blindAll } from './look-around';
import type { OpenedVerification, VerifyInput, VerifyResult } from './truth-messages';

export async function verifyClaim(input: VerifyInput): Promise<VerifyResult> {
  const { startTime, taskQueue } = workflowInfo();
  const proposal = input.enhanced
    ? await models.proposeClaims(input).catch((error: unknown) => {
        if (isCancellation(error)) throw error;
        return { fell_back: 'the model did not answer in time' };
      })
    : null;
  const opened = await truth.openVerification({ ...input, proposal });
  if (opened === null) throw refusalFailure('NOT_FOUND', 'there is no such claim');
  const observations = await look(input.tenant, opened, taskQueue);
  const result = await truth.recordVerdict({ ...input, opened, proposal, observations, started_at: startTime.getTime(), verdict_id: uuid4(), incident_id: uuid4() });
  setCurrentDetails(`**${result.verdict}** · ${String(opened.parsed.parts.length)} parts · host ${opened.host}`);
  if (result.incident_id !== null) await attendIncident({ tenant: input.tenant, incident_id: result.incident_id });
  return result;
}

/** Both sides look at once; a side that cannot gives blind observations, which prove nothing either way. */
async function look(tenant: string, opened: OpenedVerification, queue: string): Promise<readonly Observation[]> {
  const { host, environment, prober_probes, gateway_probes } = opened;
  const [onHost, atEngine] = await Promise.all([
    askSide(prober_probes, host, 'prober', (probes) => proberOf(host, queue).probe({ tenant, probes })),
    environment === null
      ? blindAll(gateway_probes, 'none', 'NO_GATEWAY', 'the claim names no environment, so no engine was asked')
      : askSide(gateway_probes, environment, 'gateway', (probes) => gatewayLookOf(environment, queue).observe({ tenant, probes })),
  ]);
  return [...onHost, ...atEngine];
}
