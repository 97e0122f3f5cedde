/** What routes are made of. Only they and `app.ts` know it: a call, a view or an endpoint names the few members that it needs. */
import type { Pool } from 'pg';
import type { Logger } from '../platform/log';
import type { SigningKey } from '../security/keys/signing-key';
import type { Keyset, PublicOkpJwk } from '../security/keys/keyset';
import type { Ledger } from '../stores/ledger';
import type { ApprovalWorkflows } from './temporal/approval-workflows';
import type { Committed } from './live/committed';
import type { EventHub } from './live/event-hub';
import type { Executions } from './calls/executions';
import type { FollowerPlaces } from './live/follower-places';
import type { Feed } from '../stores/feed';
import type { RecoveryWorkflows } from './temporal/recovery-workflows';
import type { RateLimits } from './http/rate-limits';
import type { Remedies } from './calls/remedies';
import type { Verifications } from './temporal/verifications';

export interface ApiContext {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly workflows: ApprovalWorkflows;
  readonly executions: Executions;
  readonly recovery: RecoveryWorkflows;
  readonly verifications: Verifications;
  readonly remedies: Remedies;
  readonly feed: Feed;
  readonly committed: Committed;
  readonly hub: EventHub;
  readonly followers: FollowerPlaces;
  readonly limits: RateLimits;
  readonly attestation: SigningKey;
  readonly keyset: Keyset;
  readonly gatewaySeal: PublicOkpJwk;
  /** Secrets of webhook endpoints are sealed with it, for the worker. */
  readonly webhookSeal: PublicOkpJwk;
  readonly log: Logger;
  readonly now: () => number;
  /** Where clients reach this API: what DPoP proofs are made for. */
  readonly publicUrl: string;
  readonly version: string;
  temporalIsUp(): Promise<boolean>;
  /** Whether a worker is there to verify, and whether it has a model. */
  verifiers(): Promise<{ readonly simple: boolean; readonly enhanced: boolean }>;
}
