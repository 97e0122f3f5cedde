/** Names of users and groups, from the host's own files; an id without a name is told as a number. */
import { readFileSync } from 'node:fs';

const MOST_BYTES = 1_048_576;

export function ownerOf(uid: bigint, gid: bigint): { readonly owner: string; readonly group: string } {
  return { owner: nameOf('/etc/passwd', uid), group: nameOf('/etc/group', gid) };
}

function nameOf(file: string, id: bigint): string {
  const wanted = String(id);
  return linesOf(file).find((line) => line.split(':', 3)[2] === wanted)?.split(':', 1)[0] ?? wanted;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').slice(0, MOST_BYTES).split('\n');
  } catch {
    // Without that file every account is a number, which is what is said then.
    return [];
  }
}
