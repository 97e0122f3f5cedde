/** What the worker can run: the only barrel, since Temporal's bundler wants one entry. */
export { approval } from './approval';
export { deliverWebhook } from './deliver-webhook';
export { drPlan } from './dr-plan';
export { execution } from './execution';
export { incident } from './incident';
export { settleRemedy } from './settle-remedy';
export { sweepClaims } from './sweep-claims';
export { token, tokenExecution } from './token';
export { verifyClaim } from './verify-claim';
