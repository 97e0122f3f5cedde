/** The three accounts of one request: what was approved, executed and claimed. */
import type { Pool } from 'pg';
import type { TypedClaim } from '../domain/claim/claim';
import type { TenantId } from '../domain/ids';
import { parseClaim } from '../domain/claim/parse';
import type { Account } from '../domain/claim/reconcile';
import { EMPTY_REGISTRY } from '../domain/command/registry';
import { tokenize } from '../domain/command/tokenize';
import type { ApprovalRow } from './approvals';
import { listClaims, type ClaimRow } from './claims';
import { listExecutionsOfApproval, type ExecutionRow } from './executions';
import { readInventory } from './inventories';

export interface AccountRows {
  readonly account: Account;
  readonly executions: readonly ExecutionRow[];
  readonly claims: readonly (ClaimRow & { readonly parts: readonly TypedClaim[] })[];
}

const MOST_CLAIMS = 200;

export async function readAccount(pool: Pool, tenant: TenantId, approval: ApprovalRow): Promise<AccountRows> {
  const [executions, claims, inventory] = await Promise.all([
    listExecutionsOfApproval(pool, tenant, approval.request_id),
    listClaims(pool, tenant, null, { worker_id: null, status: null, approval_id: approval.request_id, limit: MOST_CLAIMS }),
    readInventory(pool, approval.environment),
  ]);
  const containers = inventory?.containers.map(({ name }) => name) ?? [];
  const parsed = claims.map((claim) => {
    const { parts, unparsed } = claim.typed === null ? parseClaim(claim.claim, { now: claim.claimed_at.toISOString(), registered: { containers } }) : { parts: claim.typed, unparsed: [] };
    return { ...claim, parts, unparsed };
  });
  const account: Account = {
    approved: approval.status === 'APPROVED' || approval.status === 'AUTO_APPROVED',
    plan: approval.commands.map(words),
    executed: executions.map(({ execution_id, step, command, status, finished_at, baseline }) => ({
      execution_id, step, argv: words(command), status, finished_at: finished_at?.getTime() ?? null, changes: (baseline?.before ?? []).length > 0 || !words(command).includes('docker'),
    })),
    claimed: parsed.map(({ claim_id, execution_id, parts, claim, unparsed }) => ({ claim_id, execution_id, parts, text: claim, unread: unparsed.map(({ text, code }) => ({ text, code })) })),
    known: containers,
  };
  return { account, executions, claims: parsed };
}

/** Commands were parsed before they were approved; one that cannot be read now is one word, and equals nothing else. */
function words(command: string): readonly string[] {
  try {
    return tokenize(command, EMPTY_REGISTRY.limits);
  } catch {
    // Registered under wider limits than the default ones: compared as it stands.
    return [command];
  }
}
