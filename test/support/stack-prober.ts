/** The prober of a stack, on this machine: real files, processes and ports of what is registered. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { stringify } from 'yaml';
import type { Running } from '../../platform/running';
import { startProber } from '../../workers/prober/start-prober';
import { sharedServers } from './shared-servers';
import type { Stack } from './stack';

const LOOKER = join(__dirname, '..', '..', 'dist', 'workers', 'prober', 'looker-main.js');

/** @param tenants as in prober.yaml */
export function startStackProber(stack: Stack, tenants: Readonly<Record<string, object>>, { host = 'local', system = '/' } = {}): Promise<Running> {
  const configFile = writeProberFile(stack, tenants);
  return startProber({
    temporalAddress: sharedServers().temporalAddress, temporalNamespace: 'default', taskQueue: stack.taskQueue, keysDir: join(stack.keysDir, 'prober'), host, configFile,
    lookerScript: LOOKER, system, log: pino({ level: process.env['WINGMAN_TEST_LOG'] ?? 'silent' }),
  });
}

/** @returns its path */
export function writeProberFile(stack: Stack, tenants: Readonly<Record<string, object>>): string {
  const file = join(stack.dataDir, 'prober.yaml');
  writeFileSync(file, stringify({ tenants }));
  return file;
}
