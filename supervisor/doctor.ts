/** `wingman doctor`: looks at this machine and says what is in order, what is not, and what to do about it. Changes nothing. */
import type { Env } from '../platform/required-env';
import type { DoctorCheck } from './doctor-check';
import { checkBuild, checkDatabaseBinaries, checkDisk, checkNode, checkTemporalBinary } from './doctor-machine';
import { checkApi, checkDataDirectory, checkEngine, checkKeys, checkModel, checkProber, checkTelegram } from './doctor-parts';
import { parseSettings, type Settings } from './settings';

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
  /** No check failed. */
  readonly ok: boolean;
}

/** Never throws: what cannot be looked at is a failed check. Every look is bounded in time. */
export async function runDoctor(env: Env = process.env): Promise<DoctorReport> {
  const machine = await Promise.all([
    examine('Node', checkNode),
    examine('Build', checkBuild),
    examine('Postgres', () => checkDatabaseBinaries(env)),
    examine('Temporal', () => checkTemporalBinary(env)),
  ]);
  const checks = [...machine, ...(await checkSettings(env))];
  return { checks, ok: checks.every(({ state }) => state !== 'failed') };
}

async function checkSettings(env: Env): Promise<readonly DoctorCheck[]> {
  let settings: Settings;
  try {
    settings = parseSettings(env);
  } catch (error) {
    return [failure('Settings', error)];
  }
  return Promise.all([
    examine('Data directory', () => checkDataDirectory(settings)),
    examine('Disk', () => checkDisk(settings, env)),
    examine('Keys', () => checkKeys(settings)),
    examine('API', () => checkApi(settings)),
    examine('Prober', () => checkProber(settings)),
    examine('Docker', () => checkEngine(settings)),
    examine('Telegram', () => checkTelegram(settings)),
    examine('Model', () => checkModel(settings)),
  ]);
}

async function examine(name: string, look: () => Omit<DoctorCheck, 'name'> | Promise<Omit<DoctorCheck, 'name'>>): Promise<DoctorCheck> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return failure(name, error);
  }
}

/** A refusal of set-up carries its fix in its second line, one of the keys in the line itself. */
function failure(name: string, error: unknown): DoctorCheck {
  const message = error instanceof Error ? error.message : String(error);
  const [found = message, fix] = message.split('\n  Fix: ');
  return { name, state: 'failed', found, fix: fix ?? 'do what the line says, and look again.' };
}
