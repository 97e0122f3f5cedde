/** Is a package installed, by dpkg's own database: read, not run. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Look } from '../../domain/claim/blind';

export interface PackageTask {
  readonly kind: 'package';
  readonly database: string;
  readonly name: string;
}

/** 3,000 packages of a large desktop take 6 MiB. */
const MAX_BYTES = 64 * 1_048_576;

export function lookAtPackage({ database, name }: PackageTask): Look<'package'> {
  const text = readDatabase(database);
  if (text === null) return { blind: 'PACKAGE_NO_DATABASE' };
  const [wanted = '', architecture] = name.split(':');
  const versions: string[] = [];
  for (const paragraph of text.split('\n\n')) {
    if (!paragraph.startsWith(`Package: ${wanted}\n`) || field(paragraph, 'Status')?.endsWith(' installed') !== true) continue;
    if (architecture !== undefined && field(paragraph, 'Architecture') !== architecture) continue;
    versions.push(field(paragraph, 'Version') ?? '');
  }
  const [version] = versions;
  // Two architectures of one package have one version nearly always; if not, neither is the version.
  return { seen: { exists: versions.length > 0, version: version !== undefined && versions.every((one) => one === version) ? version : null, manager: 'dpkg' } };
}

const field = (paragraph: string, name: string): string | undefined => new RegExp(`^${name}: (\\S.*)$`, 'm').exec(paragraph)?.[1];

function readDatabase(file: string): string | null {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // Missing and unreadable say the same here: there is nothing to ask.
    return null;
  }
  try {
    const facts = fstatSync(fd);
    return facts.isFile() && facts.size <= MAX_BYTES ? readFileSync(fd, 'utf8') : null;
  } finally {
    closeSync(fd);
  }
}
