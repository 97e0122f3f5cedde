/** Recovery runs, their acts and their controls, as the ledger's rows left them. */
import type { Pool } from 'pg';
import type { Observation } from '../domain/claim/claim';
import type { DrDirection, DrPlan } from '../domain/recovery/plan';
import type { DrAction, DrEnd, DrRunEnd, SettledAct } from '../domain/recovery/run';
import type { WorldThing } from '../domain/recovery/world';
import { refusal } from '../domain/errors';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';
import { isOwned, ownerValues, type Owners } from './owners';

export interface DrRunRow {
  readonly run_id: string;
  readonly tenant: string;
  readonly name: string;
  readonly worker_id: string;
  readonly key_id: string;
  readonly agent_owner: string | null;
  readonly environment: string;
  readonly plan: DrPlan;
  readonly plan_hash: string;
  readonly drill: boolean;
  readonly status: 'RUNNING' | 'PAUSED' | 'ABORTING' | DrRunEnd;
  readonly reason: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

export interface DrStageRow {
  readonly run_id: string;
  readonly position: number;
  readonly stage: number;
  readonly direction: DrDirection;
  readonly name: string;
  readonly approval_id: string;
  readonly world: readonly WorldThing[] | null;
  readonly earlier: readonly string[];
  readonly opened_at: Date;
  readonly withdrawn: 'PAUSED' | 'WORLD_CHANGED' | 'ABORTED' | null;
  readonly withdrawn_reason: string | null;
  readonly settled: DrEnd | null;
  readonly began: boolean;
  readonly reason: string | null;
  readonly evidence: readonly Observation[] | null;
  readonly evidence_sha256: string | null;
  readonly settled_at: Date | null;
}

export interface DrControlRow {
  readonly n: number;
  readonly action: DrAction;
  readonly reviewer: string;
  readonly note: string | null;
  readonly at: Date;
}

export interface DrRun {
  readonly run: DrRunRow;
  readonly stages: readonly DrStageRow[];
  readonly controls: readonly DrControlRow[];
}

/** Null for an id that does not exist or that is another tenant's: the caller cannot tell which. */
export async function readDrRun(pool: Pool, tenant: TenantId, id: string): Promise<DrRun | null> {
  return withTenant(pool, tenant, async (client) => {
    const runs = await client.query<DrRunRow>({ name: 'dr-run-by-id', text: 'select * from wingman.dr_runs where run_id = $1 and tenant = $2', values: [id, tenant] });
    const [run] = runs.rows;
    if (run === undefined) return null;
    const stages = await client.query<DrStageRow>({ name: 'dr-stages-of-run', text: 'select * from wingman.dr_stages where run_id = $1 order by position', values: [id] });
    const controls = await client.query<DrControlRow>({ name: 'dr-controls-of-run', text: 'select n, action, reviewer, note, at from wingman.dr_controls where run_id = $1 order by n', values: [id] });
    return { run, stages: stages.rows, controls: controls.rows };
  });
}

/** @throws WingmanError NOT_FOUND */
export async function requireDrRun(pool: Pool, tenant: TenantId, id: string): Promise<DrRun> {
  const found = await readDrRun(pool, tenant, id);
  if (found === null) throw refusal('NOT_FOUND', 'there is no such run');
  return found;
}

/** Newest first. */
export async function listDrRuns(pool: Pool, tenant: TenantId, owners: Owners | null, limit: number): Promise<readonly DrRunRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<DrRunRow>({
      name: 'dr-runs-recent',
      text: `select * from wingman.dr_runs where tenant = $1 and ${isOwned(3)} order by started_at desc limit $2`,
      values: [tenant, limit, ...ownerValues(owners)],
    }),
  );
  return rows;
}

/** The acts that have ended, in the form that the arbiter takes. */
export const settledActs = (stages: readonly DrStageRow[]): readonly SettledAct[] =>
  stages.flatMap(({ stage, direction, settled, began }) => (settled === null ? [] : [{ stage, direction, end: settled, began }]));

export const openStage = (stages: readonly DrStageRow[]): DrStageRow | null => stages.find(({ settled }) => settled === null) ?? null;

/** Runs that should have moved by now: begun without a stage, or aborted without an end. */
export async function listSleepingRuns(pool: Pool, tenant: TenantId): Promise<readonly string[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ run_id: string }>({
      name: 'dr-runs-sleeping',
      text: `select r.run_id from wingman.dr_runs r where r.tenant = $1 and r.started_at < clock_timestamp() - interval '3 seconds'
        and (r.status = 'ABORTING' or (r.status = 'RUNNING' and not exists (select from wingman.dr_stages s where s.run_id = r.run_id))) limit 50`,
      values: [tenant],
    }),
  );
  return rows.map(({ run_id }) => run_id);
}
