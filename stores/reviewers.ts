/** People who may read or decide. */
import type { Pool } from 'pg';
import type { TenantId } from '../domain/ids';
import { withTenant } from './pool';

export interface ReviewerRow {
  readonly reviewer: string;
  readonly may_decide: boolean;
  readonly disabled: boolean;
  /** Telegram's ids are below 2^53. */
  readonly telegram_user: string | null;
  readonly telegram_chat: string | null;
  readonly created_at: Date;
}

const COLUMNS = 'reviewer, may_decide, disabled, telegram_user, telegram_chat, created_at';

export async function readReviewer(pool: Pool, tenant: TenantId, reviewer: string): Promise<ReviewerRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ReviewerRow>({ name: 'reviewer-by-id', text: `select ${COLUMNS} from wingman.reviewers where reviewer = $1`, values: [reviewer] }),
  );
  return rows[0] ?? null;
}

export async function readReviewerOfTelegram(pool: Pool, tenant: TenantId, user: number): Promise<ReviewerRow | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ReviewerRow>({ name: 'reviewer-by-telegram', text: `select ${COLUMNS} from wingman.reviewers where telegram_user = $1`, values: [user] }),
  );
  return rows[0] ?? null;
}

export async function listReviewers(pool: Pool, tenant: TenantId): Promise<readonly ReviewerRow[]> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<ReviewerRow>({ name: 'reviewers', text: `select ${COLUMNS} from wingman.reviewers order by reviewer` }),
  );
  return rows;
}

/** The reviewer whom an unused, unexpired code was made for; null says nothing about which of these it is not. */
export async function readLinkCode(pool: Pool, tenant: TenantId, codeHash: string): Promise<string | null> {
  const { rows } = await withTenant(pool, tenant, (client) =>
    client.query<{ reviewer: string }>({
      name: 'link-code',
      text: 'select reviewer from wingman.link_codes where code_hash = $1 and used_at is null and expires_at > clock_timestamp()',
      values: [codeHash],
    }),
  );
  return rows[0]?.reviewer ?? null;
}
