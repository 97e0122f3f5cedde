/** What routes are made of; each takes the few members that it needs. */
import type { Pool } from 'pg';
import type { Logger } from '../platform/log';
import type { SigningKey } from '../security/compact-jws';
import type { Keyset, PublicOkpJwk } from '../security/keyset';
import type { Ledger } from '../stores/ledger';
import type { ApprovalWorkflows } from './approval-workflows';
import type { Committed } from './committed';
import type { EventHub } from './event-hub';
import type { Executions } from './executions';
import type { FollowerPlaces } from './follower-places';
import type { Feed } from '../stores/feed';
import type { RecoveryWorkflows } from './recovery-workflows';
import type { RateLimits } from './rate-limits';
import type { Remedies } from './remedies';
import type { Verifications } from './verifications';

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
