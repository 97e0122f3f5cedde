/**
 * What the reviewer of a stage reads besides the commands: Wingman's own words, and the plan's where it has some. All ten sections,
 * since a policy may want them of everybody.
 */
import { actOf, probeText, stageOf, type DrDirection, type DrPlan } from './plan';

export interface StageAsk {
  readonly run_id: string;
  readonly stage: number;
  readonly direction: DrDirection;
  readonly drill: boolean;
  readonly environment: string;
}

export function stageTitle(plan: DrPlan, { stage, direction, drill }: StageAsk): string {
  const what = direction === 'undo' ? 'undo of ' : '';
  return `${drill ? '[DRILL] ' : ''}${plan.name}: ${what}stage ${String(stage)} of ${String(plan.stages.length)}, ${stageOf(plan, stage).name}`.slice(0, 200);
}

export function stageInstruction(plan: DrPlan, ask: StageAsk): string {
  if (plan.instruction !== null) return plan.instruction;
  const { within_seconds, hold_seconds, name } = stageOf(plan, ask.stage);
  const proof = actOf(plan, ask.stage, ask.direction).probe.map(probeText).join('; ');
  const sections: readonly (readonly [string, string])[] = [
    ['DELIVERABLES', `${ask.direction === 'undo' ? 'What stage' : 'Stage'} ${String(ask.stage)} "${name}" of recovery run ${ask.run_id} ${ask.direction === 'undo' ? 'did is undone' : 'is done'}.`],
    ['SUCCESS_CRITERIA', `Seen by a probe and not by the process that acts: ${proof}.`],
    ['BOUNDARIES', `Only the commands of this stage, in ${ask.environment}. No other stage is approved with it.`],
    ['DEPENDENCIES', 'The stages before it, which are proven or were passed over as the plan says; the card has what each really did.'],
    ['MITIGATION', 'What follows a rejection or a failure stands in the plan: stop, go on, or undo. A person can pause or abort the run at any time.'],
    ['TEST_PROCESS', `The probe is repeated until it is true for ${String(hold_seconds)} seconds, for at most ${String(within_seconds)} seconds.`],
    ['TEST_RESULTS_FORMAT', 'Every look is kept with the run; its digest is in the ledger.'],
    ['RESOURCE_REQUIREMENTS', 'None beyond the engine of the environment.'],
    ['RISK_ASSESSMENT', ask.drill ? 'None: this is a drill, and nothing of it is executed.' : 'As the card says for each step.'],
    ['QUALITY_METRICS', 'The stage is proven within its time, or the report says why not.'],
  ];
  return sections.map(([heading, text]) => `## ${heading}\n${text}`).join('\n\n');
}
