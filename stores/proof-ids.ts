/** DPoP proofs are good for one call (RFC 9449, section 11.1). */
import type { Pool } from 'pg';

/** True if this proof was not seen before. Old ones are swept on the way: a proof is refused by its time after a minute. */
export async function claimProofId(pool: Pool, jti: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'proof-claim',
    text: `with swept as (delete from wingman.proof_ids where seen_at < clock_timestamp() - interval '10 minutes')
      insert into wingman.proof_ids (jti) values ($1) on conflict do nothing`,
    values: [jti],
  });
  return rowCount === 1;
}
