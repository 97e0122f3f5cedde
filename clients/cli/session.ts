/** Which server, and with which key: the flags, else the environment, else what set-up wrote into the data directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory } from '../../supervisor/settings';
import { createWingmanClient, type WingmanClient } from '../sdk/client';
import { CliFailure } from './exit';

export type KeyKind = 'agent' | 'reviewer' | 'operator';

export interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function connect(options: GlobalOptions, kind: KeyKind): WingmanClient {
  const url = options.url ?? process.env['WINGMAN_URL'];
  const key = options.key ?? process.env['WINGMAN_KEY'];
  if (url !== undefined && key !== undefined) return createWingmanClient({ url, key });
  const saved = readCredentials();
  const savedKey = saved?.[`${kind}_key`];
  const savedUrl = saved?.['url'];
  if ((key ?? savedKey) === undefined || (url ?? savedUrl) === undefined) {
    throw new CliFailure(`there is no ${kind} key: run \`npm start\` once in this clone, or set WINGMAN_URL and WINGMAN_KEY`);
  }
  return createWingmanClient({ url: url ?? String(savedUrl), key: key ?? String(savedKey) });
}

function readCredentials(): Readonly<Record<string, string>> | null {
  try {
    return JSON.parse(readFileSync(join(dataDirectory(process.env), 'credentials.json'), 'utf8')) as Readonly<Record<string, string>>;
  } catch {
    // Not set up here, or not readable for this user: the caller says what to do.
    return null;
  }
}
