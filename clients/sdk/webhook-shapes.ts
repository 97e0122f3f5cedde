/** Webhook endpoints and their deliveries, as the API answers them. */
export interface NewWebhook {
  readonly url: string;
  /** Kinds of the feed, or beginnings such as `incident.*`; empty: only callbacks; absent: the usual ones. */
  readonly events?: readonly string[];
  readonly private?: boolean;
}

export interface WebhookShape {
  readonly endpoint_id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly private: boolean;
  readonly state: 'ACTIVE' | 'DISABLED';
  /** Of a disabled one: `GONE`, `FAILING`. */
  readonly reason: string | null;
  readonly created_by: string;
  readonly created_at: string;
  readonly changed_at: string;
  /** The last number of the ledger that it has read. */
  readonly cursor: number;
}

export interface DeliveryShape {
  readonly delivery_id: string;
  readonly seq: number;
  readonly kind: string;
  readonly state: 'PENDING' | 'DELIVERED' | 'FAILED' | 'DROPPED';
  readonly attempts: number;
  readonly round: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: string;
  readonly attempted_at: string | null;
  readonly next_attempt_at: string | null;
  readonly ended_at: string | null;
}
