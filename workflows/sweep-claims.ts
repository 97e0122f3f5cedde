/**
 * The watcher's round: the claims after the cursor, each verified by a workflow of its own, then the cursor moves. It moves only past
 * what has its verdict, so a worker that dies at any point leaves nothing out; a verdict's key keeps anything from being judged twice.
 */
import { continueAsNew, executeChild, isCancellation, workflowInfo } from '@temporalio/workflow';
import { claimVerdictWorkflowId, VERIFY_WORKFLOW } from '../temporal/names';
import type { SweepBatch } from '../activities/truth-activities';
import { truth } from './activity-proxies';
import { attendIncident } from './attend-incident';
import type { SweepResult } from './truth-messages';

/** Read at once, of each tenant. */
const BATCH = 50;
/** Verified at once: probers are other machines, and one agent's flood must not fill their queues. */
const ABREAST = 10;
/** A round ends after so many batches; the rest is the next run's, with a history of its own. */
const BATCHES = 20;

export async function sweepClaims(before: SweepResult = { read: 0, verified: 0 }): Promise<SweepResult> {
  let { read, verified } = before;
  for (let round = 0; round < BATCHES; round += 1) {
    const batches = await truth.readNext({ limit: BATCH });
    if (batches.length === 0) return { read, verified };
    // Tenants side by side: one whose prober hangs holds up nobody else.
    const ends = await Promise.all(batches.map(sweepBatch));
    for (const [at, end] of ends.entries()) {
      read += batches[at]?.claims.length ?? 0;
      verified += end.verified;
    }
    // Whatever is left could not be verified now; the next round comes by the schedule.
    if (ends.every(({ upTo }) => upTo === null)) return { read, verified };
    if (workflowInfo().continueAsNewSuggested) break;
  }
  return continueAsNew<typeof sweepClaims>({ read, verified });
}

async function sweepBatch(batch: SweepBatch): Promise<{ readonly upTo: number | null; readonly verified: number }> {
  for (const incident_id of batch.incidents) await attendIncident({ tenant: batch.tenant, incident_id });
  const done = await verifyAll(batch);
  if (done.upTo !== null) await truth.moveCursor({ tenant: batch.tenant, seq: done.upTo });
  return done;
}

async function verifyAll({ tenant, claims }: SweepBatch): Promise<{ readonly upTo: number | null; readonly verified: number }> {
  let upTo: number | null = null;
  let verified = 0;
  for (let from = 0; from < claims.length; from += ABREAST) {
    const group = claims.slice(from, from + ABREAST);
    const ends = await Promise.all(group.map(({ claim_id, pending }) => (pending ? verifyOne(tenant, claim_id) : Promise.resolve(true))));
    verified += group.filter(({ pending }, at) => pending && ends[at] === true).length;
    const left = ends.indexOf(false);
    const last = left === -1 ? group.at(-1) : group[left - 1];
    upTo = last?.seq ?? upTo;
    if (left !== -1) break;
  }
  return { upTo, verified };
}

/** False: it has no verdict yet. */
async function verifyOne(tenant: string, claim_id: string): Promise<boolean> {
  try {
    await executeChild(VERIFY_WORKFLOW, { args: [{ tenant, claim_id, run: 'watcher', enhanced: false }], workflowId: claimVerdictWorkflowId(claim_id) });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    // Under way already, or ended by an operator: the next round looks again.
    return false;
  }
}
