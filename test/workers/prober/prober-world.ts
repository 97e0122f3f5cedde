/** A real directory tree, and a prober's activity over it without Temporal in between. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { parseProberFile, type TenantView } from '../../../contracts/prober-file';
import type { Observation, Probe } from '../../../domain/claim/claim';
import { createProbe, type ProbeParts } from '../../../workers/prober/create-probe';
import { createLookers, type Lookers } from '../../../workers/prober/lookers';

/** The child is run by plain Node, so it is the built one. */
export const LOOKER_SCRIPT = join(__dirname, '..', '..', '..', 'dist', 'workers', 'prober', 'looker-main.js');

export interface ProberWorld {
  readonly dir: string;
  readonly root: string;
  readonly lookers: Lookers;
  probe(probes: readonly unknown[], parts?: Partial<ProbeParts>, tenant?: string): Promise<readonly Observation[]>;
  /** Of the one probe: its code when it is blind, else what it saw. */
  look(probe: Probe | Record<string, unknown>, parts?: Partial<ProbeParts>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export const viewOf = (text: string): TenantView => parseProberFile(`tenants:\n  acme:\n${text.replace(/^/gm, '    ')}`).tenants['acme'] as TenantView;

export function openProberWorld(register: (root: string) => string, script: string = LOOKER_SCRIPT): ProberWorld {
  if (!existsSync(script)) throw new Error(`${script} is not built; run \`npm run build\` before this suite`);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wingman-prober-')));
  const root = join(dir, 'ws', 'acme');
  mkdirSync(root, { recursive: true });
  const lookers = createLookers({ script });
  const base: ProbeParts = {
    host: 'host-1', tenants: { acme: viewOf(register(root)) }, lookers, now: Date.now, log: pino({ level: 'silent' }), system: '/',
    lookup: () => Promise.reject(new Error('no name is resolved in this test')),
  };
  const probe: ProberWorld['probe'] = (probes, parts = {}, tenant = 'acme') => createProbe({ ...base, ...parts })({ tenant, probes: probes as readonly Probe[] });
  return {
    dir, root, lookers, probe,
    async look(one, parts) {
      const [observation] = await probe([one], parts);
      if (observation === undefined) throw new Error('no observation');
      return 'seen' in observation ? { ...observation.seen } : { blind: observation.blind.code };
    },
    async close() {
      await lookers.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
