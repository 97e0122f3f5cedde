/** The activities of a gateway: one that acts, one that looks. */
import type { Observation } from '../domain/claim/claim';
import type { StepOrder, StepOutcome } from '../workflows/messages';
import type { ObserveOrder } from './observe';

export interface GatewayActivities {
  executeStep(order: StepOrder): Promise<StepOutcome>;
  /** Never changes anything; may be repeated. One observation for each probe, within five seconds. */
  observe(order: ObserveOrder): Promise<readonly Observation[]>;
}
