/** Which server, and with which key: the flags, else the environment, else what set-up wrote into the data directory. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../platform/required-env';
import { dataDirectory } from '../../supervisor/settings';
import { createWingmanClient, type WingmanClient } from '../sdk/client';
import { CliFailure, EXIT } from './exit';

export type KeyKind = 'agent' | 'reviewer' | 'operator';

export interface Address {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

export function connect(flags: Address, kind: KeyKind, env: Env = process.env): WingmanClient {
  return createWingmanClient(findAddress(flags, kind, env));
}

/** @throws CliFailure that says what to set */
export function findAddress(flags: Address, kind: KeyKind, env: Env): { readonly url: string; readonly key: string } {
  const url = toUrl(flags.url ?? chosen(env, 'WINGMAN_URL'));
  const key = flags.key ?? chosen(env, 'WINGMAN_KEY');
  if (url !== undefined && key !== undefined) return { url, key };
  const saved = readCredentials(env);
  if (saved === null) {
    throw new CliFailure(
      key === undefined
        ? `there is no ${kind} key: run \`npm start\` once in this clone, or set ${url === undefined ? 'WINGMAN_URL and ' : ''}WINGMAN_KEY`
        : 'there is no address: give --url, set WINGMAN_URL, or run `npm start` once in this clone',
    );
  }
  if (url !== undefined && !isSameServer(url, saved.url)) {
    // The keys of one installation are nobody else's business.
    throw new CliFailure(`the ${kind} key of this clone is for ${saved.url} and is not sent to ${url}: give --key, or set WINGMAN_KEY`);
  }
  return { url: url ?? saved.url, key: key ?? saved[`${kind}_key`] };
}

const chosen = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

function toUrl(text: string | undefined): string | undefined {
  if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
  throw new CliFailure(`${text} is no address: write it like http://127.0.0.1:8002`, EXIT.usage);
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSameServer(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.port === b.port && a.protocol === b.protocol && (a.hostname === b.hostname || (LOOPBACK.has(a.hostname) && LOOPBACK.has(b.hostname)));
}

interface Credentials {
  readonly url: string;
  readonly agent_key: string;
  readonly reviewer_key: string;
  readonly operator_key: string;
}

/** Null: set-up has not been here. @throws CliFailure for a file that others may read, or that is not what set-up wrote */
function readCredentials(env: Env): Credentials | null {
  const file = join(dataDirectory(env), 'credentials.json');
  try {
    const { mode } = statSync(file);
    if ((mode & 0o077) !== 0) throw new CliFailure(`${file} can be read by others: run \`chmod 600 ${file}\`, and replace the keys if others had access`);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isCredentials(value)) return value;
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code !== undefined) throw new CliFailure(`${file} cannot be read (${code}): run this as the user who ran \`npm start\`, or set WINGMAN_URL and WINGMAN_KEY`);
  }
  throw new CliFailure(`${file} is not what set-up wrote: restore it, or set WINGMAN_URL and WINGMAN_KEY`);
}

function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== 'object' || value === null) return false;
  const names = ['url', 'agent_key', 'reviewer_key', 'operator_key'];
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'string') && URL.canParse((value as Credentials).url);
}
