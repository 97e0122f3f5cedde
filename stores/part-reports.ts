/** What parts say of themselves every few seconds. */
import type { Pool } from 'pg';

type Facts = Readonly<Record<string, string | number | boolean>>;

/** Three missed reports, and nobody is there. */
const FRESH_SECONDS = 35;

export async function writeReport(pool: Pool, part: string, facts: Facts): Promise<void> {
  await pool.query({
    name: 'part-report-written',
    text: 'insert into wingman.part_reports (part, facts) values ($1, $2) on conflict (part) do update set facts = excluded.facts, at = clock_timestamp()',
    values: [part, JSON.stringify(facts)],
  });
}

/** Null: there is none of late. */
export async function readReport(pool: Pool, part: string): Promise<Facts | null> {
  const { rows } = await pool.query<{ facts: Facts }>({
    name: 'part-report',
    text: 'select facts from wingman.part_reports where part = $1 and at > clock_timestamp() - make_interval(secs => $2)',
    values: [part, FRESH_SECONDS],
  });
  return rows[0]?.facts ?? null;
}
