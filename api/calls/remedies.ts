/**
 * Proposes what the policy registers for an incident, as an ordinary request of the agent `wingman`: same card, same approval, same
 * token. Once by itself; then only when a person asks. When its request has ended, the look that found the fault is had repeated.
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { canonicalJson } from '../../domain/text/canonical-json';
import { isWingmanError, refusal } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { REMEDY_WORKER, remedyFor, remedyInstruction } from '../../domain/incident/remedy';
import type { Logger } from '../../platform/log';
import { repeatUntilClosed } from '../../platform/repeat-until-closed';
import type { Running } from '../../platform/running';
import { sha256Hex } from '../../security/digest';
import { readIncident } from '../../stores/incidents';
import type { Ledger } from '../../stores/ledger';
import { readPolicy } from '../../stores/policies';
import { listRemedies, listRemediesToSettle, listWithoutRemedy, type RemedyRow } from '../../stores/remedies';
import { listTenants } from '../../stores/tenants';
import { REMEDY_WORKFLOW, remedyWorkflowId } from '../../temporal/names';
import type { settleRemedy } from '../../workflows/settle-remedy';
import type { ApprovalWorkflows } from '../temporal/approval-workflows';

export interface Remedies {
  /**
   * @throws WingmanError NOT_FOUND: no such incident, or no remedy is registered for it; INCIDENT_STATE: it is resolved, or the one
   *         before is still under way
   */
  propose(tenant: TenantId, incidentId: string, askedBy: string): Promise<RemedyRow>;
}

interface RemedyParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly workflows: Pick<ApprovalWorkflows, 'submit'>;
}

export function createRemedies({ pool, ledger, workflows }: RemedyParts): Remedies {
  return {
    async propose(tenant, incidentId, askedBy) {
      const [incident, policy, before] = await Promise.all([readIncident(pool, tenant, incidentId), readPolicy(pool, tenant), listRemedies(pool, tenant, incidentId)]);
      if (incident === null) throw refusal('NOT_FOUND', 'there is no such incident');
      const remedy = remedyFor(policy?.policy.remedies, incident);
      if (remedy === null) throw refusal('NOT_FOUND', 'the policy registers no remedy for this incident; add one under `remedies:`');
      if (incident.state === 'RESOLVED') throw refusal('INCIDENT_STATE', 'this incident is resolved');
      const underWay = before.find(({ outcome }) => outcome === null);
      if (underWay !== undefined) throw refusal('INCIDENT_STATE', `request ${underWay.approval_id} is under way for this incident; decide it first`);
      const attempt = before.length + 1;
      const content = {
        tenant, worker_id: REMEDY_WORKER, environment: remedy.environment, task_name: `Remedy: ${remedy.name}`.slice(0, 200),
        instruction: remedyInstruction(remedy, incident, attempt), commands: remedy.commands, execute: true, ordered: true,
      };
      // The incident and the attempt are in the instruction: asked twice at once, it is one request.
      const { opened } = await workflows.submit({ ...content, key_id: 'remedy', agent_owner: null, callback_url: null, fingerprint: sha256Hex(canonicalJson({ ...content, incident_id: incidentId, attempt })) });
      await ledger.append({
        tenant,
        kind: 'incident.remedy',
        body: canonicalJson({ incident_id: incidentId, attempt, name: remedy.name, environment: remedy.environment, approval_id: opened.approval_id, asked_by: askedBy }),
        idem: `remedy:${incidentId}:${String(attempt)}`,
        projection: {},
      });
      const row = (await listRemedies(pool, tenant, incidentId)).find((one) => one.attempt === attempt);
      if (row === undefined) throw refusal('INCIDENT_STATE', 'the incident has changed; look at it again');
      return row;
    },
  };
}

const EVERY_MS = 2_000;
const AT_ONCE = 20;
const DEADLINE_MS = 5_000;

export function startRemedies({ pool, remedies, client, taskQueue, log }: { readonly pool: Pool; readonly remedies: Remedies; readonly client: Client; readonly taskQueue: string; readonly log: Logger }): Running {
  const proposeAll = async (tenant: TenantId): Promise<void> => {
    const registered = (await readPolicy(pool, tenant))?.policy.remedies ?? [];
    const kinds = [...new Set(registered.map(({ kind }) => kind))];
    if (kinds.length === 0) return;
    for (const id of await listWithoutRemedy(pool, tenant, kinds, AT_ONCE)) {
      await remedies.propose(tenant, id, 'policy').catch((error: unknown) => {
        // None fits its subject, or a person was quicker.
        if (!isWingmanError(error) || !['NOT_FOUND', 'INCIDENT_STATE'].includes(error.code)) throw error;
      });
    }
  };
  const settleAll = async (tenant: TenantId): Promise<void> => {
    for (const { incident_id, attempt } of await listRemediesToSettle(pool, tenant, AT_ONCE)) {
      const workflowId = remedyWorkflowId(incident_id, attempt);
      await client.connection
        .withDeadline(Date.now() + DEADLINE_MS, () => client.workflow.start<typeof settleRemedy>(REMEDY_WORKFLOW, { taskQueue, workflowId, args: [{ tenant, incident_id, attempt }] }))
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        });
    }
  };
  const round = async (isClosed: () => boolean): Promise<void> => {
    for (const tenant of await listTenants(pool)) {
      if (isClosed()) return;
      await proposeAll(tenant);
      await settleAll(tenant);
    }
  };
  return repeatUntilClosed(EVERY_MS, round, (err) => log.debug({ err }, 'remedies could not be looked after now'));
}
