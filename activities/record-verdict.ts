/** The verdict over a claim: judged by the rules, written with its evidence, and what a false one costs, in one transaction. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import type { ClaimVerdict, JudgeContext, Observation, PartVerdict } from '../domain/claim/claim';
import { isSameTarget } from '../domain/claim/facts';
import { isWingmanError, refusal } from '../domain/errors';
import { toTenantId, type TenantId } from '../domain/ids';
import { judgeClaim, judgePart } from '../domain/claim/judge';
import { probesOf } from '../domain/claim/probes-of';
import { redact } from '../domain/secrets/redact';
import { storableJson, storableText } from '../domain/text/storable-text';
import { failpoint } from '../platform/failpoint';
import { sha256Hex } from '../security/digest';
import { readClaim, type ClaimRow } from '../stores/claims';
import { listExecutionsOfAgent, listExecutionsOfApproval, readExecution, type ExecutionRow } from '../stores/executions';
import type { Ledger, LedgerEntry } from '../stores/ledger';
import { readVerdict } from '../stores/verdicts';
import type { VerifyResult } from '../workflows/truth-messages';
import { recordFindings } from './account-findings';
import { baselineOfLastRuns, baselineOfRuns } from './baseline-of-runs';
import { checkedObservations } from './checked-observations';
import { falseClaimEntries } from './false-claim';
import type { TruthActivities } from './truth-activities';

export interface RecordVerdictParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly now: () => number;
}

type Ask = Parameters<TruthActivities['recordVerdict']>[0];

/** Runs that are looked through for a claim that names none. */
const MANY_EXECUTIONS = 200;
/** Two verdicts that open the same incident at once: the second finds it open when it looks again. */
const TRIES = 5;

export function createRecordVerdict(parts: RecordVerdictParts): TruthActivities['recordVerdict'] {
  return async (ask) => {
    const tenant = toTenantId(ask.tenant);
    for (let tries = 1; ; tries += 1) {
      const known = await readVerdict(parts.pool, tenant, ask.claim_id, ask.run);
      if (known !== null) return { verdict_id: known.verdict_id, verdict: known.verdict, incident_id: known.incident_id };
      try {
        return await judgeAndWrite(parts, tenant, ask);
      } catch (error) {
        if (!isWingmanError(error) || error.code !== 'INCIDENT_STATE' || tries >= TRIES) throw error;
      }
    }
  };
}

async function judgeAndWrite(parts: RecordVerdictParts, tenant: TenantId, ask: Ask): Promise<VerifyResult> {
  const claim = await readClaim(parts.pool, tenant, ask.claim_id);
  if (claim === null) throw refusal('NOT_FOUND', 'there is no such claim');
  const at = new Date(parts.now()).toISOString();
  const { opened, proposal, verdict_id } = ask;
  const observations = checkedObservations(
    [{ probes: opened.prober_probes, host: opened.host }, { probes: opened.gateway_probes, host: opened.environment ?? 'none', anyHost: true }],
    ask.observations,
    at,
  );
  const context = await contextOf(parts.pool, tenant, claim, at);
  const judged = judge(ask, observations, context);
  const fellBack = proposal !== null && 'fell_back' in proposal ? proposal.fell_back : null;
  const evidence = storableJson({
    claim: claim.claim, host: opened.host, environment: opened.environment, parts: judged.parts, unparsed: opened.parsed.unparsed, observations,
    executions: context.executions ?? [], baseline: context.baseline ?? null, model: proposal !== null && 'model' in proposal ? { name: proposal.model, digest: proposal.digest } : null, fell_back: fellBack,
    // Names of files and addresses are other people's words, and could hold what no record may keep.
  }, redact);
  const costs = judged.verdict === 'FALSE' ? await falseClaimEntries(parts, { tenant, claim, verdict_id, new_id: ask.incident_id, judged }) : null;
  const row: LedgerEntry = {
    tenant,
    kind: 'claim.verdict',
    body: canonicalJson({
      verdict_id, claim_id: claim.claim_id, claim_seq: claim.seq, run: ask.run, verdict: judged.verdict, rule: judged.rule, evidence_sha256: sha256Hex(canonicalJson(evidence)),
      verifier: proposal === null || fellBack !== null ? 'simple' : 'enhanced', worker_id: claim.worker_id, host: opened.host, incident_id: costs?.incident_id ?? null,
      processing_time_ms: Math.max(0, Math.round(parts.now() - ask.started_at)),
    }),
    idem: `verdict:${claim.claim_id}:${ask.run}`,
    projection: { details: storableText(redact(fellBack === null ? judged.reason : `${judged.reason} (${fellBack})`)), evidence },
  };
  // Before the verdict: after it nobody would come back for them.
  if (claim.approval_id !== null && claim.origin === 'LOGGED') await recordFindings(parts, tenant, claim.approval_id, claim.claim_id);
  failpoint('worker.before_verdict');
  const [stored] = await parts.ledger.appendTogether([row, ...(costs?.entries ?? [])]);
  failpoint('worker.after_verdict');
  if (stored === undefined) throw new TypeError('the ledger returned no row');
  const written = JSON.parse(stored.body) as VerifyResult;
  return { verdict_id: written.verdict_id, verdict: written.verdict, incident_id: written.incident_id };
}

/** The rules are pure, and meet whatever agents, models and other machines write: one that throws proves nothing. */
function judge(ask: Ask, observations: readonly Observation[], context: JudgeContext): ClaimVerdict {
  const { parsed } = ask.opened;
  try {
    const verdicts = parsed.parts.map((part): PartVerdict => {
      const own = probesOf(part);
      return judgePart(part, observations.filter(({ probe }) => own.some((one) => isSameTarget(one, probe))), context);
    });
    return judgeClaim(parsed, verdicts);
  } catch {
    return { verdict: 'UNVERIFIABLE', rule: 'JUDGE_FAILED', reason: 'the rules could not judge this', parts: [] };
  }
}

async function contextOf(pool: Pool, tenant: TenantId, claim: ClaimRow, now: string): Promise<JudgeContext> {
  const rows = await executionsOf(pool, tenant, claim);
  // A claim that leans on nothing is judged by its agent's last run over each thing, not by what there was before the first.
  const leans = claim.execution_id !== null || claim.approval_id !== null;
  return {
    now,
    baseline: leans ? baselineOfRuns(rows) : baselineOfLastRuns(rows),
    executions: rows.map(({ execution_id, command, status, exit_code, started_at, finished_at }) => ({
      execution_id, command, outcome: status, exit_code, started_at: started_at.toISOString(), finished_at: finished_at?.toISOString() ?? null,
    })),
    executions_complete: rows.length < MANY_EXECUTIONS,
  };
}

/** Narrowed to what the claim leans on; one that leans on nothing is about all that its agent ran. */
async function executionsOf(pool: Pool, tenant: TenantId, { execution_id, approval_id, worker_id }: ClaimRow): Promise<readonly ExecutionRow[]> {
  if (execution_id !== null) {
    const row = await readExecution(pool, tenant, execution_id);
    return row === null ? [] : [row];
  }
  return approval_id === null ? listExecutionsOfAgent(pool, tenant, worker_id, MANY_EXECUTIONS) : listExecutionsOfApproval(pool, tenant, approval_id);
}
