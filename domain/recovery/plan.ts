/**
 * A recovery as its plan says it: stages in their order, each with commands, the look that proves it done, and what follows when
 * a person rejects it or it fails. `contracts/dr-plan-schema.ts` reads one from YAML.
 */
import { probesOf } from '../claim/probes-of';
import type { Probe, TypedClaim } from '../claim/claim';

/** What is looked at, in the words of the plan file. */
export type DrProbe =
  | { readonly container: string; readonly is: 'running' | 'stopped' | 'paused' | 'healthy' | 'exists' | 'absent' }
  | { readonly image: string; readonly is: 'exists' | 'absent' }
  | { readonly network: string; readonly is: 'exists' | 'absent' }
  | { readonly volume: string; readonly is: 'exists' | 'absent' }
  | { readonly http: string; readonly status?: number | undefined; readonly is?: 'responds' | 'unreachable' | undefined; readonly host?: string | undefined }
  | { readonly port: number; readonly is: 'listening' | 'closed'; readonly address?: string | undefined; readonly host?: string | undefined };

/** `rollback_to: 2` undoes, newest first, whatever was done after stage 2; 0 is before the first. */
export type DrRule = 'stop' | 'continue' | { readonly rollback_to: number };

/** One act of a run: a stage, or what undoes it. */
export interface DrAct {
  readonly commands: readonly string[];
  readonly probe: readonly DrProbe[];
}

export interface DrStage extends DrAct {
  readonly name: string;
  /** Seconds after the last command within which the probe has to turn true. */
  readonly within_seconds: number;
  /** Seconds for which it has to stay true: a container may come back by itself. */
  readonly hold_seconds: number;
  /** At least so many distinct reviewers; a policy may want more. */
  readonly quorum: number;
  readonly on_reject: DrRule;
  readonly on_failure: DrRule;
  readonly undo: DrAct | null;
}

export interface DrPlan {
  readonly version: 1;
  readonly name: string;
  /** What a reviewer reads besides the commands; null is Wingman's own words. */
  readonly instruction: string | null;
  readonly stages: readonly DrStage[];
}

export type DrDirection = 'do' | 'undo';

/** Stages count from 1. @throws TypeError for a stage or an undo that the plan has not: a programmer's mistake */
export function actOf(plan: DrPlan, stage: number, direction: DrDirection): DrAct {
  const found = stageOf(plan, stage);
  if (direction === 'do') return found;
  if (found.undo === null) throw new TypeError(`stage ${String(stage)} has no undo`);
  return found.undo;
}

export function stageOf(plan: DrPlan, stage: number): DrStage {
  const found = plan.stages[stage - 1];
  if (found === undefined) throw new TypeError(`the plan has no stage ${String(stage)}`);
  return found;
}

export interface DrFault {
  /** Of the plan file, such as `stages.1.on_failure`. */
  readonly path: string;
  readonly message: string;
}

/** What a schema cannot see: names that come twice, and rollbacks to where nothing leads. */
export function findDrFaults({ stages }: DrPlan): readonly DrFault[] {
  const faults: DrFault[] = [];
  for (const [at, stage] of stages.entries()) {
    if (stages.findIndex(({ name }) => name === stage.name) !== at) faults.push({ path: `stages.${String(at)}.name`, message: `there is a stage "${stage.name}" already` });
    for (const event of ['on_reject', 'on_failure'] as const) {
      const rule = stage[event];
      if (typeof rule !== 'object') continue;
      const path = `stages.${String(at)}.${event}`;
      if (rule.rollback_to > at) {
        faults.push({ path, message: `rollback_to is a stage before this one: 0 to ${String(at)}` });
        continue;
      }
      // A rejected stage did nothing, so it needs no undo of its own.
      const undone = stages.slice(rule.rollback_to, event === 'on_reject' ? at : at + 1);
      const without = undone.find(({ undo }) => undo === null);
      if (without !== undefined) faults.push({ path, message: `stage "${without.name}" would have to be undone and has no undo` });
    }
  }
  return faults;
}

/** The look as a claim, so that one set of rules judges both. */
export function claimOf(probe: DrProbe): TypedClaim {
  const text = probeText(probe);
  if ('http' in probe) {
    const subject = { kind: 'http', url: probe.http } as const;
    if (probe.status !== undefined) return { subject, predicate: 'status_code', expected: { comparison: 'eq', value: probe.status }, text };
    return { subject, predicate: probe.is ?? 'responds', text };
  }
  if ('port' in probe) {
    return { subject: { kind: 'port', port: probe.port, ...(probe.address === undefined ? {} : { address: probe.address }) }, predicate: probe.is, text };
  }
  if ('container' in probe) return { subject: { kind: 'container', name: probe.container }, predicate: probe.is, text };
  if ('image' in probe) return { subject: { kind: 'image', name: probe.image }, predicate: probe.is, text };
  if ('network' in probe) return { subject: { kind: 'network', name: probe.network }, predicate: probe.is, text };
  return { subject: { kind: 'volume', name: probe.volume }, predicate: probe.is, text };
}

export function probeText(probe: DrProbe): string {
  if ('http' in probe) return `${probe.http} ${probe.status === undefined ? (probe.is ?? 'responds') : `answers ${String(probe.status)}`}`;
  if ('port' in probe) return `port ${probe.address === undefined ? '' : `${probe.address}:`}${String(probe.port)} is ${probe.is}`;
  // By name and not by place: Postgres gives the members of a plan back in another order.
  const [kind, name] = 'container' in probe ? ['container', probe.container] : 'image' in probe ? ['image', probe.image] : 'network' in probe ? ['network', probe.network] : ['volume', probe.volume];
  return `${kind} ${name} ${probe.is === 'exists' ? 'exists' : `is ${probe.is}`}`;
}

/** Who has to look: the engine's gateway, or the prober of a host (null: the machine's own). */
export interface DrLook {
  readonly at: 'gateway' | 'prober';
  readonly host: string | null;
  readonly probe: Probe;
}

export function looksOf(probes: readonly DrProbe[]): readonly DrLook[] {
  return probes.flatMap((one) => {
    const isHosts = 'http' in one || 'port' in one;
    return probesOf(claimOf(one)).map((probe): DrLook => ({ at: isHosts ? 'prober' : 'gateway', host: isHosts ? (one.host ?? null) : null, probe }));
  });
}
