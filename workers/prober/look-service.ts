/**
 * Does a service run, by the control group that systemd gives it: no bus, no program. Of one without a process it is not known
 * whether it failed or was stopped; a unit that is said to be active after its work (RemainAfterExit) has none either.
 */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Look } from '../../domain/claim/blind';

export interface ServiceTask {
  readonly kind: 'service';
  /** `/`; another one in tests. */
  readonly system: string;
  readonly name: string;
}

const UNIT_DIRECTORIES = ['etc/systemd/system', 'run/systemd/system', 'usr/local/lib/systemd/system', 'usr/lib/systemd/system', 'lib/systemd/system'];
const SLICES = ['sys/fs/cgroup/system.slice', 'sys/fs/cgroup/systemd/system.slice'];

export function lookAtService({ system, name }: ServiceTask): Look<'service'> {
  if (!existsSync(join(system, 'run/systemd/system'))) return { blind: 'SERVICE_NO_SUPERVISOR' };
  const unit = name.endsWith('.service') ? name : `${name}.service`;
  const template = unit.replace(/@.*\.service$/, '@.service');
  const files = UNIT_DIRECTORIES.flatMap((directory) => [unit, template].map((file) => join(system, directory, file))).filter((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined);
  if (SLICES.some((slice) => isPopulated(join(system, slice, unit)))) return { seen: { exists: true, state: 'active' } };
  if (files.length === 0) return { seen: { exists: false } };
  const endsActive = files.some((file) => /^\s*(?:Type\s*=\s*oneshot|RemainAfterExit)/m.test(readOrEmpty(file)));
  return { seen: { exists: true, state: endsActive ? null : 'not_running' } };
}

/** Version 2 says it of the group and all below it; version 1 has the list alone. */
function isPopulated(group: string): boolean {
  return /^populated 1$/m.test(readOrEmpty(join(group, 'cgroup.events'))) || readOrEmpty(join(group, 'cgroup.procs')).trim() !== '';
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // systemd removes the group of a unit that does not run. These files are world-readable: a missing right is no case of theirs.
    return '';
  }
}
