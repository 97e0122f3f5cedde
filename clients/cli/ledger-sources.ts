/** Where rows, checkpoints and keys of a verification come from: files, this installation, the server; in that order of trust. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { splitCheckpoints } from '../../security/checkpoint';
import { parseKeyset, type Keyset } from '../../security/keyset';
import { loadKeyset } from '../../security/load-keys';
import { dataDirectory } from '../../supervisor/settings';
import type { WingmanClient } from '../sdk/client';
import { CliFailure, EXIT } from './exit';
import { say } from './output';
import { readTextFile } from './read-text';

export interface LedgerFiles {
  readonly export?: string;
  readonly checkpoints?: string;
  readonly keys?: string;
}

export interface LedgerSources {
  readonly rows: AsyncIterable<unknown>;
  readonly checkpoints: readonly string[];
  readonly keyset: Keyset;
}

/** @param connect asked only for what no file gives: with all three files nothing is spoken to */
export async function openLedgerSources(files: LedgerFiles, connect: () => WingmanClient): Promise<LedgerSources> {
  const keyset = await openKeyset(files.keys, connect);
  // Before the rows: of a chain that grows, a newer note would look like a cut tail.
  const checkpoints = files.checkpoints === undefined ? [...(await connect().checkpoints()).checkpoints, ...notesBesideTheDatabase()] : notesOf(files.checkpoints);
  const rows = files.export === undefined ? connect().ledgerExport() : rowsOfFile(files.export);
  return { rows, checkpoints, keyset };
}

async function openKeyset(file: string | undefined, connect: () => WingmanClient): Promise<Keyset> {
  if (file !== undefined) return parseKeyset(toKeysetDocument(parseJson(file)), file);
  const directory = join(dataDirectory(process.env), 'keys');
  if (existsSync(join(directory, 'keyset.json'))) return loadKeyset(directory);
  say('the keys come from the server that is being verified; to believe nobody, give --keys FILE');
  const client = connect();
  return parseKeyset(toKeysetDocument(await client.jwks()), `${client.url}/.well-known/jwks.json`);
}

/**
 * A keyset file as it is; of a JWKS document (`/.well-known/jwks.json`) the keyset it was made from, as far as it says: it
 * lists no revoked keys, and does not tell which key is the current one, which verifying does not ask either.
 */
function toKeysetDocument(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('keys' in document) || !Array.isArray(document.keys)) return document;
  return {
    keys: document.keys.map((entry: unknown) => {
      if (typeof entry !== 'object' || entry === null || 'jwk' in entry) return entry;
      const { kid, purpose, kty, crv, x } = entry as Readonly<Record<string, unknown>>;
      return { kid, purpose, status: 'overlap', jwk: { kty, crv, x } };
    }),
  };
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file));
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure(`${file} is not JSON: give keys/keyset.json of the data directory`, EXIT.usage, { cause: error });
  }
}

/** A file that holds none would make everything after the beginning unproven in silence. */
function notesOf(file: string): readonly string[] {
  const notes = splitCheckpoints(readTextFile(file));
  if (notes.length === 0) throw new CliFailure(`${file} holds no checkpoint: take the output of \`wingman ledger checkpoints\`, or checkpoints/log of the data directory`, EXIT.usage);
  return notes;
}

/** The copies that a superuser of the database cannot reach: whoever cuts rows and their notes there is found out by these. */
function notesBesideTheDatabase(): readonly string[] {
  const file = join(dataDirectory(process.env), 'checkpoints', 'log');
  return existsSync(file) ? splitCheckpoints(readTextFile(file)) : [];
}

/** A line that is not JSON is handed on as text: the verifier calls it MALFORMED, with its place. */
async function* rowsOfFile(file: string): AsyncGenerator<unknown, void, undefined> {
  const input = createReadStream(file);
  const opened = new Promise<void>((resolve, reject) => input.once('open', () => resolve()).once('error', reject));
  await opened.catch((cause: unknown) => {
    throw new CliFailure(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}): check the name`, EXIT.usage, { cause });
  });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield toRow(line);
}

function toRow(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Somebody edited the file; that is for the verifier to say.
    return line;
  }
}
