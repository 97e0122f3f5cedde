import type { Stack } from './stack';

/**
 * Another value in the policy in force, past the API: for limits and times that no file may hold. With another hash, since by version
 * and hash the processes know what they have read.
 *
 * @param changes by path, such as `limits.requests_per_minute_per_agent`
 */
export async function changePolicy({ sql }: Pick<Stack, 'sql'>, changes: Readonly<Record<string, number>>): Promise<void> {
  for (const [path, value] of Object.entries(changes)) {
    await sql(`update wingman.policies set hash = md5(random()::text), policy = jsonb_set(policy, $1, to_jsonb($2::float8))`, [path.split('.'), value]);
  }
}
