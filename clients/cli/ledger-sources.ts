/** Where checkpoints and keys of a verification come from: files, this installation, the server; in that order of trust. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { splitCheckpoints } from '../../security/ledger/checkpoint';
import { parseKeyset, type Keyset } from '../../security/keys/keyset';
import type { LedgerProof } from '../../security/ledger/verify';
import { loadKeyset } from '../../security/keys/load';
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

/** @param connect asked only for what no file gives */
export async function openLedgerProof(files: LedgerFiles, connect: () => WingmanClient): Promise<LedgerProof> {
  const keyset = await openKeyset(files.keys, connect);
  const checkpoints = files.checkpoints === undefined ? [...(await connect().checkpoints()).checkpoints, ...notesBesideTheDatabase()] : notesOf(files.checkpoints);
  return { checkpoints, keyset };
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
