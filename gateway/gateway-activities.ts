/** The one activity of a gateway. */
import type { StepOrder, StepOutcome } from '../workflows/messages';

export interface GatewayActivities {
  executeStep(order: StepOrder): Promise<StepOutcome>;
}
