/** How many rows a registered table has: one count in a read-only transaction. */
import { readFile, stat } from 'node:fs/promises';
import { Client } from 'pg';
import { refusal } from '../../domain/errors';
import type { Look } from '../../domain/claim/blind';

export interface RowsTask {
  readonly urlFile: string;
  /** As registered: `table` of the schema public, or `schema.table`. */
  readonly table: string;
}

const STATEMENT_MS = 3_000;
const CONNECT_MS = 2_000;
const OTHERS = 0o077;
/** Of Postgres. */
const UNDEFINED_TABLE = '42P01';

/** @throws what the driver or the file system throws; the caller logs it and is blind */
export async function lookAtRows({ urlFile, table }: RowsTask): Promise<Look<'rows'>> {
  const client = new Client({
    connectionString: await readUrl(urlFile),
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 500,
    application_name: 'wingman-prober',
    // Said by the server's own setting, so that a statement that writes fails whatever a view or a rule hides.
    options: '-c default_transaction_read_only=on',
  });
  // Without a listener a connection that breaks later would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin transaction isolation level repeatable read read only');
    const { rows } = await client.query<{ count: string }>(`select count(*)::text as count from ${quoted(table)}`);
    await client.query('rollback');
    const count = Number(rows[0]?.count);
    return Number.isSafeInteger(count) ? { seen: { exists: true, count } } : { blind: 'ROWS_UNREADABLE' };
  } catch (error) {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return { seen: { exists: false } };
    throw error;
  } finally {
    // Not awaited: a server that hangs would hold us; the socket is closed either way.
    void client.end().catch(() => undefined);
  }
}

/** The name is the operator's, from prober.yaml; quoted all the same. */
function quoted(table: string): string {
  const [schema, name] = table.includes('.') ? table.split('.') : ['public', table];
  return [schema ?? '', name ?? ''].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

async function readUrl(file: string): Promise<string> {
  const facts = await stat(file);
  if (!facts.isFile() || (facts.mode & OTHERS) !== 0) throw refusal('CONFIG_INVALID', `${file} can be read by others, or is no file: run \`chmod 600 ${file}\``, { file });
  return (await readFile(file, 'utf8')).trim();
}
