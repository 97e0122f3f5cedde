/** A Postgres that survived its supervisor: it keeps its port, and `platform/embedded-postgres.ts` takes it over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './process-identity';

/** From the server's own postmaster.pid: the pid in line 1, the port in line 4. */
export function orphanPostgresPort(directory: string): { readonly postgres?: number } {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    // No file: it was stopped well, or never ran.
    return {};
  }
  const port = Number(lines[3]);
  return identityOf(Number(lines[0])) !== null && Number.isInteger(port) && port > 0 ? { postgres: port } : {};
}
