/** What the published package offers; the repository itself imports the files. */
export { createWingmanClient, type WingmanClient } from './client';
export {
  WingmanApiError, WingmanBusy, WingmanConflict, WingmanForbidden, WingmanNotApproved, WingmanNotFound, WingmanRefused, WingmanUnreachable,
} from './errors';
export type { CallOptions, ClientOptions, OnBehalfOf } from './transport';
export type { GovernedRequest } from './run-calls';
export type * from './shapes';
export type * from './truth-shapes';
export type * from './webhook-shapes';
