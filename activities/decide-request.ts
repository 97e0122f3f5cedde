/** A decision's ledger row. The first committed end of a request stands, whoever wrote it. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { isWingmanError, refusal } from '../domain/errors';
import { toApprovalId, toEnvironment, toReviewerId, toTenantId, toWorkerId, type Sha256Hex, type TenantId } from '../domain/ids';
import { mayDecide } from '../domain/policy/reviewer';
import { redact } from '../domain/secrets/redact';
import { failpoint } from '../platform/failpoint';
import { verifyAttestation } from '../security/tokens/attestation';
import { sha256Hex } from '../security/digest';
import type { Keyset } from '../security/keys/keyset';
import { drillOf, readApproval, type ApprovalRow } from '../stores/approvals';
import { readRevokedKids } from '../stores/key-revocations';
import type { Ledger, StoredEntry } from '../stores/ledger';
import { readPolicy, type PolicyRow } from '../stores/policies';
import { readReviewer, type ReviewerRow } from '../stores/reviewers';
import type { ClosedRow, CoreActivities, RecordedDecision } from './approval-activities';

export interface DecideParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly keyset: Keyset;
  readonly now: () => number;
  readonly mintStep: CoreActivities['mintStep'];
}

export function createRecordDecision(parts: DecideParts): CoreActivities['recordDecision'] {
  return async (ask): Promise<RecordedDecision> => {
    const tenant = toTenantId(ask.tenant);
    const [approval, trust] = await Promise.all([requireApproval(parts.pool, tenant, ask.approval_id), readTrust(parts.pool, tenant, ask.input.reviewer)]);
    try {
      requireGenuine(parts, approval, ask.input, trust);
      failpoint('worker.before_decision_row');
      const row = ask.closes === null ? await appendVote(parts, approval, ask.input) : await appendEnd(parts, approval, ask.input, ask.closes);
      failpoint('worker.after_decision_row');
      if (row === null) return { closed: null, first_step: null };
      const first_step =
        ask.mint_first_step && row.status === 'APPROVED'
          ? await parts.mintStep({ tenant: ask.tenant, approval_id: ask.approval_id, worker_id: approval.worker_id, step: 0 })
          : null;
      return { closed: row, first_step };
    } catch (error) {
      if (!isWingmanError(error) || error.code === 'DATABASE_UNAVAILABLE') throw error;
      await recordRefusal(parts.ledger, approval, ask.input.reviewer, error.code);
      return { refused: error.code, message: error.message };
    }
  };
}

type Input = Parameters<CoreActivities['recordDecision']>[0]['input'];

interface Trust {
  readonly policy: PolicyRow | null;
  readonly reviewer: ReviewerRow | null;
  readonly revokedKids: ReadonlySet<string>;
}

async function readTrust(pool: Pool, tenant: TenantId, name: string): Promise<Trust> {
  const [policy, reviewer, revokedKids] = await Promise.all([readPolicy(pool, tenant), readReviewer(pool, tenant, name), readRevokedKids(pool)]);
  return { policy, reviewer, revokedKids };
}

/** The update may have come from anybody who reaches Temporal: only the signature says that the API authenticated a reviewer. */
function requireGenuine({ keyset, now }: DecideParts, a: ApprovalRow, input: Input, { policy, reviewer, revokedKids }: Trust): void {
  const tenant = toTenantId(a.tenant);
  const claims = verifyAttestation(input.attestation, keyset, {
    tenant,
    environment: toEnvironment(a.environment),
    approvalId: toApprovalId(a.request_id),
    planHash: a.plan_hash as Sha256Hex | null,
    fingerprint: a.fingerprint as Sha256Hex,
    targetsHash: a.targets_hash as Sha256Hex | null,
    decision: input.decision,
    agent: toWorkerId(a.worker_id),
    revokedKids,
    now: now() / 1000,
  });
  if (claims.reviewer !== input.reviewer) throw refusal('ATTESTATION_INVALID', 'the attestation is another reviewer’s', { claim: 'reviewer' });
  if (claims.note_sha256 !== sha256Hex(input.note ?? '')) throw refusal('ATTESTATION_INVALID', 'the note is not the attested one', { claim: 'note_sha256' });
  if (policy === null || reviewer === null) throw refusal('REVIEWER_NOT_ALLOWED', 'this reviewer is not known here');
  if (!reviewer.may_decide) throw refusal('REVIEWER_NOT_ALLOWED', `${reviewer.reviewer} may read, not decide`);
  const refused = mayDecide(
    policy.policy,
    { id: toReviewerId(reviewer.reviewer), disabled: reviewer.disabled },
    {
      environment: a.environment,
      risk_level: a.risk_level,
      requested_by: null,
      agent_owner: a.agent_owner === null ? null : toReviewerId(a.agent_owner),
    },
  );
  if (refused !== null) throw refused;
}

async function appendVote({ ledger, pool }: DecideParts, a: ApprovalRow, input: Input): Promise<ClosedRow | null> {
  try {
    await ledger.append({
      tenant: a.tenant,
      kind: 'approval.decision',
      body: canonicalJson({ approval_id: a.request_id, reviewer: input.reviewer, decision: input.decision, note: noteOf(input), plan_hash: a.plan_hash, ...drillOf(a) }),
      idem: `decision:${a.request_id}:${input.reviewer}:${input.decision}`,
      projection: { attestation: input.attestation },
    });
    return null;
  } catch (error) {
    if (!isWingmanError(error) || error.code !== 'ALREADY_DECIDED') throw error;
    return readClosedRow(pool, toTenantId(a.tenant), a.request_id);
  }
}

async function appendEnd({ ledger }: DecideParts, a: ApprovalRow, input: Input, status: 'APPROVED' | 'REJECTED'): Promise<ClosedRow> {
  const [row] = await ledger.append({
    tenant: a.tenant,
    kind: 'approval.closed',
    body: canonicalJson({
      approval_id: a.request_id, status, decided_by: input.reviewer, decision: input.decision, note: noteOf(input),
      plan_hash: a.plan_hash, attestation_sha256: sha256Hex(input.attestation), ...drillOf(a),
    }),
    idem: `closed:${a.request_id}`,
    projection: { attestation: input.attestation },
  });
  const { closed, attestation_sha256 } = toEnd(row);
  // The first written stands, and comes back for every later one: also for the same person's same decision, signed another time.
  return { ...closed, by_this: attestation_sha256 === sha256Hex(input.attestation) };
}

export function createCloseRequest({ pool, ledger }: { readonly pool: Pool; readonly ledger: Ledger }): CoreActivities['closeRequest'] {
  return async ({ approval_id, tenant, status, by }) => {
    const approval = await requireApproval(pool, toTenantId(tenant), approval_id);
    const [row] = await ledger.append({
      tenant,
      kind: 'approval.closed',
      body: canonicalJson({ approval_id, status, decided_by: by, decision: null, note: null, ...drillOf(approval) }),
      idem: `closed:${approval_id}`,
      projection: {},
    });
    return toEnd(row).closed;
  };
}

export async function readClosedRow(pool: Pool, tenant: TenantId, approval_id: string): Promise<ClosedRow | null> {
  const { status, decided_by, decided_at } = await requireApproval(pool, tenant, approval_id);
  if (decided_at === null) return null;
  switch (status) {
    case 'APPROVED':
    case 'REJECTED':
    case 'EXPIRED':
    case 'CANCELLED':
      return { status, decided_by, decided_at: decided_at.getTime() };
    default:
      return null;
  }
}

async function requireApproval(pool: Pool, tenant: TenantId, approval_id: string): Promise<ApprovalRow> {
  const row = await readApproval(pool, tenant, approval_id);
  if (row === null) throw refusal('NOT_FOUND', 'there is no such request');
  return row;
}

interface StoredEnd {
  readonly closed: ClosedRow;
  /** Of the decision that it came from, if it came from one. */
  readonly attestation_sha256: string | undefined;
}

function toEnd(row: StoredEntry | undefined): StoredEnd {
  if (row === undefined) throw new TypeError('the ledger returned no row');
  const { status, decided_by, attestation_sha256 } = JSON.parse(row.body) as Pick<ClosedRow, 'status' | 'decided_by'> & { readonly attestation_sha256?: string };
  return { closed: { status, decided_by, decided_at: Date.parse(row.at) }, attestation_sha256 };
}

const noteOf = (input: Input): string | null => (input.note === null ? null : redact(input.note));

async function recordRefusal(ledger: Ledger, a: ApprovalRow, who: string, code: string): Promise<void> {
  await ledger.append({
    tenant: a.tenant,
    kind: 'refusal',
    body: canonicalJson({ approval_id: a.request_id, code, who: who.slice(0, 128), what: 'decide' }),
    idem: null,
    projection: {},
  });
}
