/** Names that client, workers and workflows must agree on. Nothing secret goes into any of them: Temporal shows them. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Workflows and core activities. */
export const CORE_QUEUE = 'wingman';
/** The gateway that serves an environment; activities only. */
export const gatewayQueue = (environment: string, core: string = CORE_QUEUE): string => `${core === CORE_QUEUE ? '' : `${core}-`}gateway-${environment}`;

/** The prober of a host; activities only. The host is a checked name (domain/claim/prober-host.ts): it may come out of a claim. */
export const proberQueue = (host: string, core: string = CORE_QUEUE): string => `${core === CORE_QUEUE ? '' : `${core}-`}prober-${host}`;

/** Sending of webhooks; activities only, in the core worker, with places of their own: receivers that hang hold up nothing else. */
export const webhookQueue = (core: string = CORE_QUEUE): string => `${core}-webhooks`;

/** The host of claims that name none. */
export const LOCAL_HOST = 'local';

export const APPROVAL_WORKFLOW = 'approval';
export const EXECUTION_WORKFLOW = 'execution';
export const TOKEN_WORKFLOW = 'token';
export const TOKEN_EXECUTION_WORKFLOW = 'tokenExecution';

/**
 * One open request of one content: the fingerprint holds agent, environment, task, instruction and commands.
 * Two installations on one Temporal have queues of their own, and tenants of one name: without the queue the second one's
 * request would meet the first one's workflow.
 */
export const approvalWorkflowId = (tenant: string, fingerprint: string, core: string = CORE_QUEUE): string =>
  `${core === CORE_QUEUE ? '' : `${core}:`}approval:${tenant}:${fingerprint}`;
export const executionWorkflowId = (approvalId: string): string => `execution:${approvalId}`;

export const VERIFY_WORKFLOW = 'verifyClaim';
export const SWEEP_WORKFLOW = 'sweepClaims';
export const INCIDENT_WORKFLOW = 'incident';
export const REMEDY_WORKFLOW = 'settleRemedy';
export const remedyWorkflowId = (incidentId: string, attempt: number): string => `remedy:${incidentId}:${String(attempt)}`;
/** One verification that somebody asked for. */
export const verifyWorkflowId = (claimId: string, run: string): string => `verify:${claimId}:${run}`;
/** The watcher's verification of a claim: one at a time, whoever starts it. */
export const claimVerdictWorkflowId = (claimId: string): string => `claim-verdict:${claimId}`;
export const incidentWorkflowId = (incidentId: string): string => `incident:${incidentId}`;

export const WEBHOOK_WORKFLOW = 'deliverWebhook';
export const webhookWorkflowId = (deliveryId: string, round: number): string => `webhook:${deliveryId}:${String(round)}`;

/** One for each recovery run, and never a second: what it does follows from the run's rows. */
export const DR_WORKFLOW = 'drPlan';
export const drWorkflowId = (runId: string): string => `dr:${runId}`;

export const SEARCH_ATTRIBUTES = {
  tenant: defineSearchAttributeKey('WingmanTenant', SearchAttributeType.KEYWORD),
  agent: defineSearchAttributeKey('WingmanAgent', SearchAttributeType.KEYWORD),
  environment: defineSearchAttributeKey('WingmanEnvironment', SearchAttributeType.KEYWORD),
  risk: defineSearchAttributeKey('WingmanRisk', SearchAttributeType.KEYWORD),
  status: defineSearchAttributeKey('WingmanStatus', SearchAttributeType.KEYWORD),
} as const;
