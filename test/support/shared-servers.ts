/** What the global set-up hands to the test files. */
import { readFileSync } from 'node:fs';

export interface SharedServers {
  readonly dir: string;
  readonly bundle: string;
  /** Of the superuser. */
  readonly postgresUrl: string;
  readonly postgresPid: number;
  readonly temporalAddress: string;
  readonly temporalPid: number;
}

export const STACK_FILE_ENV = 'WINGMAN_TEST_SHARED';
export const TEMPLATE_DATABASE = 'wingman_template';
/** Roles belong to the cluster, and this cluster lives as long as the run, on the loopback. */
export const ROLE_PASSWORD = 'test-only';

export function sharedServers(): SharedServers {
  const file = process.env[STACK_FILE_ENV];
  if (file === undefined) throw new Error('the global set-up did not run; start the tests with `npm test`');
  return JSON.parse(readFileSync(file, 'utf8')) as SharedServers;
}
