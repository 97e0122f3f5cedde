/** What stops, holds or restarts a recovery run: verified, and written in one transaction with what it means for the card that is out. */
import type { Pool } from 'pg';
import { isWingmanError, refusal } from '../domain/errors';
import { worldDifferences, worldOf } from '../domain/recovery/world';
import { actOf } from '../domain/recovery/plan';
import { toEnvironment, toReviewerId, toTenantId, type Sha256Hex, type TenantId } from '../domain/ids';
import { mayDecide } from '../domain/policy/reviewer';
import { redact } from '../domain/secrets/redact';
import { storableText } from '../domain/text/storable-text';
import { registryFor } from '../domain/policy/registry-for';
import { sha256Hex } from '../security/digest';
import { verifyDrControl } from '../security/tokens/dr-attestation';
import type { Keyset } from '../security/keys/keyset';
import { readApproval } from '../stores/approvals';
import { controlEntries, endOfRequest, withdrawal } from '../stores/dr-entries';
import { openStage, requireDrRun, type DrRun } from '../stores/dr-runs';
import { readInventory } from '../stores/inventories';
import { readRevokedKids } from '../stores/key-revocations';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import { readReviewer } from '../stores/reviewers';
import type { DrActivities } from '../workflows/dr-messages';
import type { ControlInput } from '../workflows/messages';

export interface DrControlParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly keyset: Keyset;
  readonly now: () => number;
}

export function createDrControl(parts: DrControlParts): Pick<DrActivities, 'recordControl' | 'recheckWorld' | 'closeWithdrawn'> {
  const { pool, ledger } = parts;
  return {
    async recordControl({ tenant: text, run_id, input }) {
      const tenant = toTenantId(text);
      const found = await requireDrRun(pool, tenant, run_id);
      try {
        await requireGenuine(parts, found, input);
        await ledger.appendTogether(controlEntries(found, await approvalOf(pool, tenant, found), input, false));
      } catch (error) {
        if (!isWingmanError(error) || error.code === 'DATABASE_UNAVAILABLE') throw error;
        return { refused: error.code, message: error.message };
      }
      return { status: (await requireDrRun(pool, tenant, run_id)).run.status };
    },

    async recheckWorld({ tenant: text, run_id }) {
      const tenant = toTenantId(text);
      const found = await requireDrRun(pool, tenant, run_id);
      const { run, stages } = found;
      const open = openStage(stages);
      const [approval, policy, inventory] = await Promise.all([approvalOf(pool, tenant, found), readPolicy(pool, tenant), readInventory(pool, run.environment)]);
      if (open === null || open.withdrawn !== null || approval?.status !== 'PENDING' || policy === null) return { withdrawn: false };
      const now = worldOf(actOf(run.plan, open.stage, open.direction), registryFor(policy.policy, run.environment), inventory);
      const differences = worldDifferences(open.world, now);
      if (differences.length === 0) return { withdrawn: false };
      const reason = storableText(redact(`the world has changed since the card was made: ${differences.join('; ')}`).slice(0, 1000));
      await ledger.appendTogether([withdrawal(run, open, 'WORLD_CHANGED', reason), ...endOfRequest(approval, 'wingman', reason, false)]).catch((error: unknown) => {
        // Decided, paused or taken back in this moment: then that stands.
        if (!isWingmanError(error) || error.code === 'DATABASE_UNAVAILABLE') throw error;
      });
      return { withdrawn: true };
    },

    async closeWithdrawn({ tenant: text, run_id, position }) {
      const tenant = toTenantId(text);
      const { stages } = await requireDrRun(pool, tenant, run_id);
      const stage = stages.find((one) => one.position === position);
      if (stage === undefined || stage.withdrawn === null) return 'none';
      const approval = await readApproval(pool, tenant, stage.approval_id);
      if (approval === null) return 'wait';
      const entries = endOfRequest(approval, 'wingman', stage.withdrawn_reason ?? stage.withdrawn, false);
      if (entries.length > 0) await ledger.appendTogether(entries);
      return 'closed';
    },
  };
}

async function approvalOf(pool: Pool, tenant: TenantId, { stages }: DrRun) {
  const open = openStage(stages);
  return open === null ? null : readApproval(pool, tenant, open.approval_id);
}

/** The update may have come from anybody who reaches Temporal: only the signature says that the API authenticated a reviewer. */
async function requireGenuine({ pool, keyset, now }: DrControlParts, { run, controls }: DrRun, input: ControlInput): Promise<void> {
  const tenant = toTenantId(run.tenant);
  const [policy, reviewer, revokedKids] = await Promise.all([readPolicy(pool, tenant), readReviewer(pool, tenant, input.reviewer), readRevokedKids(pool)]);
  verifyDrControl(input.attestation, keyset, { revokedKids, now: now() / 1000 }, {
    tenant, env: toEnvironment(run.environment), run_id: run.run_id, plan_hash: run.plan_hash as Sha256Hex, action: input.action, n: controls.length,
    reviewer: toReviewerId(input.reviewer), note_sha256: sha256Hex(input.note ?? ''),
  });
  if (policy === null || reviewer === null || !reviewer.may_decide) throw refusal('REVIEWER_NOT_ALLOWED', 'this reviewer may not decide here');
  const refused = mayDecide(policy.policy, { id: toReviewerId(reviewer.reviewer), disabled: reviewer.disabled }, {
    environment: run.environment, risk_level: 'LOW', requested_by: null,
    // Whoever owns the agent may hold or stop its run, and may not let it go on by themselves.
    agent_owner: input.action !== 'RESUME' || run.agent_owner === null ? null : toReviewerId(run.agent_owner),
  });
  if (refused !== null) throw refused;
}
