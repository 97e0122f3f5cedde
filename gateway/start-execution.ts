/**
 * Before the act: a list of checks, each of which throws its own refusal, and at the end the one transaction that claims the
 * token and writes INTENT. Nothing that the order, the queue or the database says is believed where a signature can say it.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { targetKey, type Action, type BoundTarget, type Inventory, type ResolvedTargets } from '../domain/command/action';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { effectsOf } from '../domain/engine/effects';
import { refusal } from '../domain/errors';
import { toApprovalId, toEnvironment, toTenantId, toWorkerId, type Environment, type Sha256Hex, type TenantId } from '../domain/ids';
import type { HostRead } from '../domain/command/host-read';
import { onlyReads } from '../domain/command/host-reads';
import { actionReversibility, actionTargets, actionCreates, parseAction } from '../domain/command/parse-action';
import { canonicalPlan, parsePlan, type Plan } from '../domain/plan/plan';
import type { Policy } from '../domain/policy/policy';
import { requireNoFreeze } from '../domain/policy/freeze';
import { registryFor } from '../domain/policy/registry-for';
import type { Registry } from '../domain/command/registry';
import { isPrune, removedByPrunes } from '../domain/plan/removed-by-prune';
import { canonicalTargets } from '../domain/plan/targets';
import { verifyQuorum } from '../security/tokens/attestation';
import { verifyCapabilityToken, type CapabilityClaims } from '../security/tokens/capability-token';
import { commandText } from '../security/tokens/command-text';
import { tokenKid } from '../security/tokens/token-kid';
import { sha256Hex } from '../security/digest';
import { verifyDpopProof, type VerifiedProof } from '../security/tokens/dpop';
import type { GatewayKeys } from '../security/keys/load';
import { readApproval, readDecisions, type ApprovalRow } from '../stores/approvals';
import { readRevokedKids } from '../stores/key-revocations';
import type { Ledger } from '../stores/ledger';
import { readPolicy } from '../stores/policies';
import { claimProofId } from '../stores/proof-ids';
import type { Engine } from './engine';
import { resolveTarget } from './engine-inventory';
import { inventoryFor, requireTouchable, type ResolvedName } from './require-touchable';
import type { OpenedOrder } from './step-order';
import { takeBaseline } from './take-baseline';

export interface StartParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly keys: GatewayKeys;
  readonly engine: Engine;
  readonly environment: Environment;
  readonly gateway: string;
  readonly boot: number;
  /** Registered programs that the host's own file says only read. */
  readonly hostReads: readonly HostRead[];
  readonly now: () => number;
}

export interface StartedExecution {
  readonly execution_id: string;
  readonly tenant: TenantId;
  readonly claims: CapabilityClaims;
  readonly action: Action;
  readonly targets: ResolvedTargets;
  readonly registry: Registry;
  readonly started_at: number;
}

export async function startExecution(parts: StartParts, order: OpenedOrder): Promise<StartedExecution> {
  const approval = await requireApproval(parts, order);
  const { plan, policy } = await requirePlan(parts, approval);
  const registry = registryFor(policy, parts.environment);
  const step = requireStep(order, plan, registry);
  const action = plan.steps[step] as Action;
  const claims = await requireToken(parts, order, approval, action, step);
  await requireDecisions(parts, approval, plan);
  const targets = await requireTargets(parts, approval, plan, step, policy);
  const before = await takeBaseline(parts, action, targets);
  requireStillTimely(parts, policy, action, claims);
  return claim(parts, { approval, plan, claims, action, step, targets, registry, before, kid: tokenKid(order.token) });
}

/** The row is looked up by what the token claims; the token is then verified against the row, never the other way round. */
async function requireApproval(parts: StartParts, order: OpenedOrder): Promise<ApprovalRow> {
  const tenant = toTenantId(unverifiedTenant(order));
  const approval = await readApproval(parts.pool, tenant, toApprovalId(order.approval_id));
  if (approval === null) throw refusal('NOT_FOUND', 'there is no such request');
  if (approval.environment !== parts.environment || (order.presenter?.environment ?? parts.environment) !== parts.environment) {
    throw refusal('ENVIRONMENT_MISMATCH', `this gateway serves ${parts.environment}, and the request is for ${approval.environment}`);
  }
  if (order.presenter !== null && (order.presenter.tenant !== approval.tenant || order.presenter.worker_id !== approval.worker_id)) {
    throw refusal('NOT_FOUND', 'there is no such request of this agent');
  }
  if (approval.status !== 'APPROVED' && approval.status !== 'AUTO_APPROVED') throw refusal('NOT_APPROVED', `this request is ${approval.status}`);
  return approval;
}

function unverifiedTenant(order: OpenedOrder): unknown {
  if (order.presenter !== null) return order.presenter.tenant;
  try {
    const payload: unknown = JSON.parse(Buffer.from(order.token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null && 'tenant' in payload ? payload.tenant : null;
  } catch {
    throw refusal('TOKEN_FORM', 'the capability token cannot be read');
  }
}

/** Parsed again by this process, under the policy in force now: what the registry no longer allows does not run. */
async function requirePlan({ pool }: StartParts, approval: ApprovalRow): Promise<{ plan: Plan; policy: Policy }> {
  const tenant = toTenantId(approval.tenant);
  const row = await readPolicy(pool, tenant);
  if (row === null) throw refusal('CONFIG_MISSING', 'no policy is applied for this tenant');
  if (approval.plan_hash === null || approval.commands.length === 0) throw refusal('NO_PLAN', 'this request has no commands');
  const { policy } = row;
  const plan = parsePlan(approval.commands, registryFor(policy, approval.environment), approval.ordered);
  const hash = sha256Hex(canonicalPlan(plan, { tenant, environment: toEnvironment(approval.environment) }));
  if (hash !== approval.plan_hash) throw refusal('PLAN_HASH_MISMATCH', 'the plan no longer means what was approved; ask again');
  return { plan, policy };
}

function requireStep(order: OpenedOrder, plan: Plan, registry: Registry): number {
  const step = order.command === null ? order.step : stepOfCommand(order.command, plan, registry);
  if (step === null || step < 0 || step >= plan.steps.length) {
    throw refusal('COMMAND_NOT_IN_PLAN', 'this command is not a step of the approved plan');
  }
  return step;
}

function stepOfCommand(command: string, plan: Plan, registry: Registry): number {
  const asked = commandText(parseAction(command, registry).argv);
  return plan.steps.findIndex(({ argv }) => commandText(argv) === asked);
}

async function requireToken(parts: StartParts, order: OpenedOrder, a: ApprovalRow, action: Action, step: number): Promise<CapabilityClaims> {
  const now = parts.now() / 1000;
  const proof = order.proof === null ? undefined : await requireFreshProof(parts, order, now);
  return verifyCapabilityToken(order.token, {
    keyset: parts.keys.keyset,
    revokedKids: await readRevokedKids(parts.pool),
    now,
    sub: toWorkerId(a.worker_id),
    tenant: toTenantId(a.tenant),
    environment: parts.environment,
    approvalId: toApprovalId(a.request_id),
    planHash: a.plan_hash as Sha256Hex,
    cmdIndex: step,
    argv: action.argv,
    ...(proof === undefined ? {} : { proof }),
  });
}

async function requireFreshProof({ pool }: StartParts, { proof, token }: OpenedOrder, now: number): Promise<VerifiedProof> {
  const verified = verifyDpopProof(proof?.jwt, { htm: proof?.htm ?? '', htu: proof?.htu ?? '', accessToken: token, now });
  if (!(await claimProofId(pool, `${verified.jkt}:${verified.jti}`))) throw refusal('TOKEN_PROOF', 'this DPoP proof was used already; make one per call');
  return verified;
}

/** People, by their signed decisions; without them only what reads, by this gateway's own verbs and its host's own file, whatever row and policy say. */
async function requireDecisions({ pool, keys, hostReads, now }: StartParts, a: ApprovalRow, plan: Plan): Promise<void> {
  if (a.status === 'AUTO_APPROVED') {
    const writing = plan.steps.find((action) => !onlyReads(action, hostReads));
    if (writing !== undefined) throw refusal('QUORUM_NOT_MET', `nobody decided on ${writing.verb}, and it does more than read`);
    return;
  }
  const tenant = toTenantId(a.tenant);
  const decisions = (await readDecisions(pool, tenant, a.request_id)).filter(({ decision }) => decision === 'APPROVE');
  verifyQuorum(
    decisions.map(({ attestation }) => attestation),
    keys.keyset,
    {
      tenant,
      environment: toEnvironment(a.environment),
      approvalId: toApprovalId(a.request_id),
      planHash: a.plan_hash as Sha256Hex,
      fingerprint: a.fingerprint as Sha256Hex,
      targetsHash: a.targets_hash as Sha256Hex,
      decision: 'APPROVE',
      agent: toWorkerId(a.worker_id),
      revokedKids: await readRevokedKids(pool),
      now: now() / 1000,
    },
  );
}

/** Each target of this step is still the thing that was on the card, and nothing that the step touches is out of bounds. */
async function requireTargets(parts: StartParts, a: ApprovalRow, plan: Plan, step: number, policy: Policy): Promise<ResolvedTargets> {
  if (sha256Hex(canonicalTargets(a.targets)) !== a.targets_hash) throw refusal('ATTESTATION_INVALID', 'the bound targets are not the attested ones', { claim: 'targets_hash' });
  const action = plan.steps[step] as Action;
  const approved = new Map(a.targets.map((target) => [targetKey(target), target.id]));
  const made = new Set(plan.steps.slice(0, step).flatMap((earlier) => actionCreates(earlier).map(targetKey)));
  const readOnly = actionReversibility(action) === 'READ_ONLY';
  const resolved = new Map<string, string>();
  const named: ResolvedName[] = [];
  for (const target of actionTargets(action)) {
    const key = targetKey(target);
    const now = await resolveTarget(parts.engine, target);
    const then = approved.get(key) ?? null;
    // Missing when it was approved and missing still: the action makes it.
    if (now === null && target.optional === true && then === null) continue;
    if (now === null) throw refusal('TARGET_UNRESOLVED', `there is no ${target.kind} ${target.name} now; look at the engine and ask again`);
    named.push({ target, now });
    if (then !== null ? then !== now.id : !made.has(key) && !readOnly) {
      throw refusal('TARGET_CHANGED', `${target.kind} ${target.name} is not what it was when the card was made; ask again`);
    }
    resolved.set(key, now.id);
  }
  const inventory = await inventoryFor(parts.engine, action, named);
  if (isPrune(action)) for (const { kind, name, id } of requireListed(a, action, inventory)) resolved.set(targetKey({ kind, name }), String(id));
  await requireTouchable({ approval: a, plan, step, policy, inventory });
  return resolved;
}

/** What a prune would take now is on the list of its card; less may be. */
function requireListed({ targets }: ApprovalRow, action: Action, inventory: Inventory): readonly BoundTarget[] {
  const [found = []] = removedByPrunes([action], inventory);
  // By name as well: a tag that an image got since is not on the list.
  const more = found.find(({ kind, name, id }) => !targets.some((one) => one.kind === kind && one.name === name && one.id === id));
  if (more !== undefined) throw refusal('TARGET_CHANGED', `${more.kind} ${more.name} would go as well, and was not on the card; ask again`);
  return found;
}

/**
 * After the last look at the engine: one that is slow to answer for twenty targets takes minutes, in which a token of seconds runs out and a
 * freeze window begins. State, locks and the approval's own end are judged in the claim, by the database's clock.
 */
function requireStillTimely({ now, environment }: StartParts, policy: Policy, action: Action, { exp }: CapabilityClaims): void {
  if (now() / 1000 >= exp) throw refusal('TOKEN_EXPIRED', 'the capability token ran out while the targets were looked at; ask for another');
  requireNoFreeze(policy, environment, action, now());
}

interface Claim {
  readonly approval: ApprovalRow;
  readonly plan: Plan;
  readonly claims: CapabilityClaims;
  readonly action: Action;
  readonly step: number;
  readonly targets: ResolvedTargets;
  readonly registry: Registry;
  readonly before: Awaited<ReturnType<typeof takeBaseline>>;
  readonly kid: string;
}

/** One transaction: state, locks, quarantine, order of steps, single use, INTENT (`wingman.claim_execution`). */
async function claim(parts: StartParts, { approval, claims, action, step, targets, registry, before, kid }: Claim): Promise<StartedExecution> {
  const execution_id = randomUUID();
  const tenant = toTenantId(approval.tenant);
  const [row] = await parts.ledger.append({
    tenant,
    kind: 'execution.intent',
    body: canonicalJson({
      execution_id, approval_id: approval.request_id, plan_hash: claims.plan_hash, environment: parts.environment, step, use: claims.use,
      jti: claims.jti, token_iat: claims.iat, kid, command: commandText(action.argv), verb: action.verb, targets: Object.fromEntries(targets),
      gateway: parts.gateway, boot: parts.boot, before: before as unknown as Json, before_sha256: sha256Hex(canonicalJson(before)),
    }),
    idem: `intent:${claims.jti}`,
    projection: { effects: effectsOf(action, targets) },
  });
  if (row?.inserted !== true) throw refusal('TOKEN_USED', 'this capability token was used already');
  return { execution_id, tenant, claims, action, targets, registry, started_at: Date.parse(row.at) };
}
