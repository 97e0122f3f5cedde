/** How many may follow the feed at once: each holds a connection and some memory for as long as it likes. */
import { refusal } from '../../domain/errors';
import { createCounts } from '../http/counts';

export interface FollowerPlaces {
  /** Takes a place; what it returns gives it back, once. @throws WingmanError OVERLOADED, RATE_LIMITED with `retry_after_seconds` */
  take(tenant: string): () => void;
  taken(): number;
}

export interface FollowerLimits {
  readonly all: number;
  readonly perTenant: number;
}

/** One tenant cannot take them all. A place costs about 20 kB here and a socket. */
export const FOLLOWER_LIMITS: FollowerLimits = { all: 2_000, perTenant: 1_000 };
const RETRY_AFTER_SECONDS = 10;

export function createFollowerPlaces({ all, perTenant }: FollowerLimits = FOLLOWER_LIMITS): FollowerPlaces {
  const byTenant = createCounts();
  let taken = 0;
  return {
    taken: () => taken,
    take(tenant) {
      if (byTenant.of(tenant) >= perTenant) throw refusal('RATE_LIMITED', `${String(perTenant)} followers of this tenant are connected already; end some, or come back later`, { retry_after_seconds: RETRY_AFTER_SECONDS });
      if (taken >= all) throw refusal('OVERLOADED', 'this server has as many followers as it can hold; come back later', { retry_after_seconds: RETRY_AFTER_SECONDS });
      taken += 1;
      byTenant.add(tenant);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        taken -= 1;
        byTenant.take(tenant);
      };
    },
  };
}
