/** Capability tokens: one per step, sealed for whoever may carry it. History never holds a usable one. */
import type { Pool } from 'pg';
import { isWingmanError, refusal } from '../domain/errors';
import { toApprovalId, toEnvironment, toTenantId, toWorkerId, type Sha256Hex } from '../domain/ids';
import { parseAction } from '../domain/command/parse-action';
import { requireNoFreeze } from '../domain/policy/freeze';
import { registryFor } from '../domain/policy/registry-for';
import { failpoint } from '../platform/failpoint';
import { capabilityClaims, mintCapabilityToken, type CapabilityClaims } from '../security/tokens/capability-token';
import { commandText } from '../security/tokens/command-text';
import type { SigningKey } from '../security/keys/signing-key';
import type { PublicOkpJwk } from '../security/keys/keyset';
import { sealFor } from '../security/tokens/seal';
import { readApproval, type ApprovalRow } from '../stores/approvals';
import { readPolicy } from '../stores/policies';
import { readLocks, readQuarantine } from '../stores/locks';
import type { CoreActivities } from './approval-activities';

export interface MintParts {
  readonly pool: Pool;
  readonly mint: SigningKey;
  readonly gatewaySeal: PublicOkpJwk;
  readonly now: () => number;
}

export function createMintStep(parts: MintParts): CoreActivities['mintStep'] {
  return async ({ tenant, approval_id, worker_id, step }) =>
    refusing(async () => {
      const approval = await requireExecutable(parts, tenant, approval_id, worker_id);
      const claims = await claimsOf(parts, approval, step, null);
      const token = await mintCapabilityToken(claims, parts.mint);
      failpoint('worker.after_mint');
      const order = { token, approval_id, step, proof: null, command: null };
      return { sealed: await sealFor(parts.gatewaySeal, JSON.stringify(order), { purpose: 'gateway-token' }), jti: claims.jti, environment: approval.environment, step };
    });
}

export function createIssueToken(parts: MintParts): CoreActivities['issueToken'] {
  return async (request) =>
    refusing(async () => {
      const approval = await requireExecutable(parts, request.tenant, request.approval_id, request.worker_id);
      if (approval.environment !== request.environment) {
        throw refusal('ENVIRONMENT_MISMATCH', `this request was approved for ${approval.environment}`);
      }
      const step = await stepOf(parts, approval, request.command);
      const claims = await claimsOf(parts, approval, step, request.jkt);
      const token = await mintCapabilityToken(claims, parts.mint);
      return {
        sealed: await sealFor(request.seal_to, token, { purpose: 'api-token' }),
        environment: approval.environment,
        expires_at: new Date(claims.exp * 1000).toISOString(),
      };
    });
}

/** A refusal is an answer, not a fault: Temporal must not try it again. */
async function refusing<T>(act: () => Promise<T>) {
  try {
    return await act();
  } catch (error) {
    if (!isWingmanError(error) || error.code === 'DATABASE_UNAVAILABLE') throw error;
    return { refused: error.code, message: error.message };
  }
}

/** The gateway asks all of this again; here it saves the agent a token that could not be used. */
async function requireExecutable({ pool, now }: MintParts, tenantText: string, id: string, worker_id: string): Promise<ApprovalRow> {
  const tenant = toTenantId(tenantText);
  const approval = await readApproval(pool, tenant, id);
  if (approval === null || approval.worker_id !== worker_id) throw refusal('NOT_FOUND', 'there is no such request of this agent');
  if (approval.status !== 'APPROVED' && approval.status !== 'AUTO_APPROVED') throw refusal('NOT_APPROVED', `this request is ${approval.status}`);
  if (approval.revoked_at !== null) throw refusal('APPROVAL_REVOKED', 'the approval was revoked');
  if (approval.plan_hash === null) throw refusal('NO_PLAN', 'this request has no commands: nothing can be executed with it; ask again with `commands`');
  if (approval.executable_until === null || now() >= approval.executable_until.getTime()) {
    throw refusal('APPROVAL_LAPSED', 'the time to execute this approval is over; ask again');
  }
  const [locks, quarantine] = await Promise.all([readLocks(pool, tenant), readQuarantine(pool, tenant, worker_id)]);
  if (quarantine !== null) throw refusal('QUARANTINED', `${worker_id} is quarantined: ${quarantine.reason}`);
  const lock = locks.find(({ environment }) => environment === '*' || environment === approval.environment);
  if (lock !== undefined) throw refusal('LOCKED', `execution is locked: ${lock.reason}`);
  return approval;
}

async function stepOf({ pool }: MintParts, approval: ApprovalRow, command: string): Promise<number> {
  const policy = await readPolicy(pool, toTenantId(approval.tenant));
  if (policy === null) throw refusal('CONFIG_MISSING', 'no policy is applied for this tenant');
  const asked = commandText(parseAction(command, registryFor(policy.policy, approval.environment)).argv);
  const step = approval.commands.findIndex((approved) => commandText(parseAction(approved, registryFor(policy.policy, approval.environment)).argv) === asked);
  if (step < 0) throw refusal('COMMAND_NOT_IN_PLAN', 'this command is not a step of the approved plan; ask for exactly one that is', { steps: approval.commands });
  return step;
}

async function claimsOf({ pool, now }: MintParts, approval: ApprovalRow, step: number, jkt: string | null): Promise<CapabilityClaims> {
  const policy = await readPolicy(pool, toTenantId(approval.tenant));
  const command = approval.commands[step];
  if (policy === null || command === undefined) throw refusal('COMMAND_NOT_IN_PLAN', 'the plan has no such step');
  const action = parseAction(command, registryFor(policy.policy, approval.environment));
  requireNoFreeze(policy.policy, approval.environment, action, now());
  return capabilityClaims({
    workerId: toWorkerId(approval.worker_id),
    tenant: toTenantId(approval.tenant),
    environment: toEnvironment(approval.environment),
    approvalId: toApprovalId(approval.request_id),
    planHash: approval.plan_hash as Sha256Hex,
    argv: action.argv,
    cmdIndex: step,
    use: 0,
    now: Math.floor(now() / 1000),
    lifeSeconds: approval.token_ttl_seconds,
    ...(jkt === null ? {} : { jkt }),
  });
}
