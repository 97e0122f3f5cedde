/** A person's decision: checked, signed, sent to the one workflow run that waits for it. */
import { randomUUID } from 'node:crypto';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { isWingmanError, refusal, WingmanError } from '../../domain/errors';
import { toApprovalId, toEnvironment, toReviewerId, toWorkerId, type Sha256Hex } from '../../domain/ids';
import { mayDecide } from '../../domain/policy/reviewer';
import { redact } from '../../domain/secrets/redact';
import { failpoint } from '../../platform/failpoint';
import { signAttestation } from '../../security/tokens/attestation';
import { sha256Hex } from '../../security/digest';
import { drillOf, readApproval, type ApprovalRow } from '../../stores/approvals';
import type { PolicyRow } from '../../stores/policies';
import type { AgentPrincipal, OperatorPrincipal, ReviewerPrincipal } from '../identity/authenticate';
import { requireSay } from '../identity/speak-for';
import { firstOf, seeThrough } from '../live/committed';
import type { SigningKey } from '../../security/keys/signing-key';
import type { Ledger } from '../../stores/ledger';
import type { RateLimits } from '../http/rate-limits';
import type { Committed } from '../live/committed';
import type { ApprovalWorkflows } from '../temporal/approval-workflows';
import type { DecideBody } from '../../contracts/wire';
import { requireSameWorld, type WorldParts } from './recovery';
import { requestView } from '../views/views';

/** A refusal that carries the request, so that a reviewer who came too late sees which decision stands. */
class DecidedAlready extends WingmanError {
  readonly answer: Readonly<Record<string, unknown>>;
  constructor(error: WingmanError, row: ApprovalRow) {
    super(error.code, error.message, error.details, { cause: error });
    this.answer = { request: requestView(row) };
  }
}

export interface DecideParts extends WorldParts {
  readonly ledger: Ledger;
  readonly workflows: ApprovalWorkflows;
  readonly committed: Committed;
  readonly limits: RateLimits;
  readonly attestation: SigningKey;
  readonly now: () => number;
}

export interface Deciding {
  readonly row: ApprovalRow;
  /** Null: none is applied. */
  readonly policy: PolicyRow | null;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly body: DecideBody;
}

export async function decideRequest(context: DecideParts, reviewer: ReviewerPrincipal, { row, policy, decision, body }: Deciding): Promise<ApprovalRow> {
  await requireRight(context, reviewer, row, policy, body);
  if (body.plan_hash !== undefined && body.plan_hash !== row.plan_hash && decision === 'APPROVE') {
    throw new DecidedAlready(refusal('PLAN_HASH_MISMATCH', 'the plan that you were shown is not the plan of this request; look at it again'), row);
  }
  if (decision === 'APPROVE') await requireSameWorld(context, row, reviewer.tenant);
  const note = body.note === undefined ? null : redact(body.note);
  const attestation = await signAttestation(
    {
      tenant: reviewer.tenant,
      env: toEnvironment(row.environment),
      approval_id: toApprovalId(row.request_id),
      plan_hash: row.plan_hash as Sha256Hex | null,
      fingerprint: row.fingerprint as Sha256Hex,
      targets_hash: row.targets_hash as Sha256Hex | null,
      decision,
      reviewer: reviewer.reviewer,
      agent: toWorkerId(row.worker_id),
      risk_level: row.risk_level,
      quorum: row.quorum,
      note_sha256: sha256Hex(note ?? ''),
      iat: Math.floor(context.now() / 1000),
      jti: randomUUID(),
    },
    context.attestation,
  );
  try {
    failpoint('api.before_decide');
    const told = context.workflows.decide(row, { decision, reviewer: reviewer.reviewer, note, plan_hash: row.plan_hash, attestation });
    const decided = await firstOf<ApprovalRow | null>(
      told.then(() => null),
      (signal) => context.committed.decided(reviewer.tenant, row.request_id, attestation, signal),
    );
    failpoint('api.after_decide');
    if (decided !== null) {
      void seeThrough(told, () => context.workflows.refresh(row));
      return decided;
    }
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    if (decision === 'REJECT' && (error.code === 'TEMPORAL_UNAVAILABLE' || error.code === 'NOT_PENDING')) {
      await rejectWithoutTemporal(context, reviewer, row, note, attestation);
    } else {
      const now = await reread(context, row);
      if (now.status !== 'PENDING') throw new DecidedAlready(lateError(error, now), now);
      throw error;
    }
  }
  return reread(context, row);
}

function lateError(error: WingmanError, row: ApprovalRow): WingmanError {
  if (row.status === 'EXPIRED') return refusal('ALREADY_DECIDED', 'this request expired before your decision; ask for it again');
  if (error.code === 'ALREADY_VOTED' || error.code === 'ATTESTATION_INVALID') return error;
  return refusal('ALREADY_DECIDED', `this request is ${row.status}${row.decided_by === null ? '' : ` by ${row.decided_by}`}`);
}

async function requireRight(context: DecideParts, reviewer: ReviewerPrincipal, row: ApprovalRow, policy: PolicyRow | null, body: DecideBody): Promise<void> {
  if (body.decided_by !== undefined && body.decided_by !== reviewer.reviewer) {
    throw refusal('IDENTITY_MISMATCH', `decided_by is not you: this key is ${reviewer.reviewer}’s`);
  }
  if (!reviewer.mayDecide) throw refusal('REVIEWER_NOT_ALLOWED', `${reviewer.reviewer} may read, not decide`);
  if (policy === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant');
  await context.limits.spend('decide', `${reviewer.tenant}:${reviewer.reviewer}`, policy.policy.limits.decisions_per_minute_per_reviewer);
  const refused = mayDecide(
    policy.policy,
    { id: reviewer.reviewer, disabled: false },
    { environment: row.environment, risk_level: row.risk_level, requested_by: null, agent_owner: row.agent_owner === null ? null : toReviewerId(row.agent_owner) },
  );
  if (refused !== null) throw refused;
  if (row.status !== 'PENDING') throw new DecidedAlready(lateError(refusal('ALREADY_DECIDED', ''), row), row);
}

/** Stopping must work when all else is down: the first committed end stands, and the workflow is told when it can be reached. */
async function rejectWithoutTemporal(context: DecideParts, reviewer: ReviewerPrincipal, row: ApprovalRow, note: string | null, attestation: string): Promise<void> {
  const end = { status: 'REJECTED', decided_by: reviewer.reviewer, decision: 'REJECT', note, plan_hash: row.plan_hash, attestation_sha256: sha256Hex(attestation), ...drillOf(row) };
  await closeWithoutTemporal(context, row, end, { attestation });
}

async function closeWithoutTemporal(context: DecideParts, row: ApprovalRow, end: Readonly<Record<string, Json>>, projection: Json): Promise<void> {
  const [stored] = await context.ledger.append({
    tenant: row.tenant,
    kind: 'approval.closed',
    body: canonicalJson({ approval_id: row.request_id, ...end, nudge: true }),
    idem: `closed:${row.request_id}`,
    projection,
  });
  if (stored?.inserted === false) {
    const now = await reread(context, row);
    throw new DecidedAlready(lateError(refusal('ALREADY_DECIDED', ''), now), now);
  }
}

export async function cancelRequest(context: DecideParts, principal: AgentPrincipal | ReviewerPrincipal | OperatorPrincipal, row: ApprovalRow): Promise<ApprovalRow> {
  const by = principal.kind === 'agent' ? row.worker_id : requireSay(principal);
  if (row.status === 'PENDING') {
    try {
      await context.workflows.cancel(row, { by });
    } catch (error) {
      if (!isWingmanError(error) || (error.code !== 'TEMPORAL_UNAVAILABLE' && error.code !== 'NOT_PENDING')) throw error;
      await closeWithoutTemporal(context, row, { status: 'CANCELLED', decided_by: by, decision: null, note: null }, {});
    }
  } else if (row.status === 'APPROVED' || row.status === 'AUTO_APPROVED') {
    await context.ledger.append({
      tenant: row.tenant,
      kind: 'approval.revoked',
      body: canonicalJson({ approval_id: row.request_id, by }),
      idem: `revoked:${row.request_id}`,
      projection: {},
    });
  } else {
    throw new DecidedAlready(refusal('ALREADY_DECIDED', `this request is ${row.status}`), row);
  }
  return reread(context, row);
}

async function reread(context: DecideParts, row: ApprovalRow): Promise<ApprovalRow> {
  const now = await readApproval(context.pool, row.tenant as ReviewerPrincipal['tenant'], row.request_id);
  if (now === null) throw new WingmanError('DATABASE_UNAVAILABLE', 'the decision was taken but cannot be read now; look again');
  return now;
}
