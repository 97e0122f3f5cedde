/** Signing keys that were revoked at once. The database can only take trust away; which keys are trusted stands in key files. */
import type { Pool } from 'pg';

export async function readRevokedKids(pool: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ kid: string }>({ name: 'revoked-kids', text: 'select kid from wingman.key_revocations' });
  return new Set(rows.map(({ kid }) => kid));
}
