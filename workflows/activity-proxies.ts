/** All timeouts and retry policies on one page. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { CoreActivities, VoteActivities } from '../activities/approval-activities';
import type { IncidentActivities, LookActivities, ModelClaimActivities, SweepActivities, TruthActivities } from '../activities/truth-activities';
import type { RemedyActivities } from '../activities/settle-remedy';
import type { WebhookActivities } from '../activities/send-webhook';
import type { GatewayActivities } from '../gateway/gateway-activities';
import type { DrActivities } from './dr-messages';
import { gatewayQueue, proberQueue, webhookQueue } from '../temporal/names';

/**
 * Ledger, projection, mint, attestation: each under a second, safe to repeat. After 5 seconds in all the update fails, and
 * the API answers 503: never an approval without its ledger row.
 */
export const core = proxyLocalActivities<CoreActivities>({
  scheduleToCloseTimeout: '5 seconds',
  startToCloseTimeout: '4 seconds',
  retry: { initialInterval: '50 milliseconds', backoffCoefficient: 2, maximumInterval: '1 second' },
});

/** What a workflow must get done before it may end, however long the database is away. */
export const patientCore = proxyLocalActivities<CoreActivities>({
  startToCloseTimeout: '4 seconds',
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

/** Asked after the answer; a vote that does not come counts as HIGH. */
export const voters = proxyActivities<VoteActivities>({
  startToCloseTimeout: '90 seconds',
  scheduleToCloseTimeout: '2 minutes',
  retry: { maximumAttempts: 1 },
});

/**
 * One attempt, ever. The order waits less in the queue than its token lives, and the gateway's own deadline for a step
 * (at most 10 minutes) is shorter than start-to-close, so that the gateway, not Temporal, says how a step ended.
 */
export const gatewayOf = (environment: string, coreQueue: string) =>
  proxyActivities<GatewayActivities>({
    taskQueue: gatewayQueue(environment, coreQueue),
    scheduleToStartTimeout: '4 minutes',
    startToCloseTimeout: '11 minutes',
    heartbeatTimeout: '10 seconds',
    retry: { maximumAttempts: 1 },
  });

/** Reading and writing of rows, however long the database is away. */
const ROWS = {
  startToCloseTimeout: '4 seconds',
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
} as const;

/** No claim stays without a verdict, and no incident unattended. */
export const truth = proxyLocalActivities<TruthActivities & SweepActivities & IncidentActivities>(ROWS);

export const remedies = proxyLocalActivities<RemedyActivities>(ROWS);

/** No stage of a recovery run is lost, and none is opened twice. */
export const dr = proxyLocalActivities<DrActivities>(ROWS);

/**
 * As often as the activity wants: it says after each attempt how long to wait, and ends when it gives up. An attempt takes 10 s at
 * most; one that was cut off by a crash is repeated, so a message may come twice, under one id.
 */
export const webhooksOf = (coreQueue: string) =>
  proxyActivities<WebhookActivities>({
    taskQueue: webhookQueue(coreQueue),
    startToCloseTimeout: '20 seconds',
    retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
  });

/** A model that hangs costs a verdict a minute and no more: the simple verifier goes on without it. */
export const models = proxyActivities<ModelClaimActivities>({
  startToCloseTimeout: '60 seconds',
  scheduleToCloseTimeout: '70 seconds',
  retry: { maximumAttempts: 1 },
});

/**
 * A look that nobody takes within five seconds has nobody to take it. One that began and gave no answer is asked once more: the prober
 * may have been restarted in between. Looks change nothing, so repeating them is safe.
 */
const LOOK = { scheduleToStartTimeout: '5 seconds', startToCloseTimeout: '15 seconds', scheduleToCloseTimeout: '40 seconds', retry: { maximumAttempts: 2 } } as const;
export const proberOf = (host: string, coreQueue: string) => proxyActivities<Pick<LookActivities, 'probe'>>({ taskQueue: proberQueue(host, coreQueue), ...LOOK });
export const gatewayLookOf = (environment: string, coreQueue: string) =>
  proxyActivities<Pick<LookActivities, 'observe'>>({ taskQueue: gatewayQueue(environment, coreQueue), ...LOOK });
