/** Paths as agents write them. What a file system, a shell or a filter could read in two ways is refused before anything is looked at. */
import { foldLookalikes } from '../../text/hidden-text';
import type { ClaimWorld } from '../claim';
import type { Problem } from './cursor';

const MAX_PATH = 4096;
const MAX_NAME = 255;
/** Not files: reading there may not end, or shows processes and their secrets. */
const PSEUDO = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** An absolute path in plain form (no trailing slash), or why it is none. */
export function readPath(written: string, world: ClaimWorld): { readonly path: string } | Problem {
  const problem = (reason: string): Problem => ({ code: 'PATH', reason });
  const workspace = world.registered?.workspace;
  if (/^[~$%]|[$`\\]|\$\(/.test(written))
    return problem('a home directory, a variable or an escape in a path is not read: write the absolute path');
  if (!written.startsWith('/') && workspace === undefined)
    return problem('a relative path has no meaning here: write the absolute path');
  const path = written.startsWith('/') ? written : `${workspace ?? ''}/${written}`;
  if (/[*?[\]{}]/.test(path)) return problem('a pattern is not a path: name the file');
  if (/%[0-9a-f]{2}/i.test(path)) return problem('an encoded character in a path is not read: write it as it is');
  if (path.normalize('NFKC') !== path)
    return problem('the path holds characters that have another form: write them plainly');
  const names = path.replace(/\/$/, '').split('/').slice(1);
  if (path.length > MAX_PATH || names.some((name) => byteLength(name) > MAX_NAME))
    return problem('the path is longer than a file system takes');
  if (names.some((name) => name === '')) return problem('the path has an empty part');
  if (names.some((name) => /^\.+$/.test(name)))
    return problem('a path that climbs or stays (.., .) is not read: write where it leads');
  if (names.some(isMixed)) return { code: 'LOOKALIKE', reason: 'a name in the path mixes letters that look alike' };
  const plain = `/${names.join('/')}`;
  if (PSEUDO.test(plain)) return problem('devices, processes and kernel files are not looked at');
  const roots = world.registered?.roots;
  if (roots !== undefined && !roots.some((root) => isInside(plain, root)))
    return problem('the path is outside of what may be looked at');
  return { path: plain };
}

function isInside(path: string, root: string): boolean {
  const base = root.endsWith('/') ? root.slice(0, -1) : root;
  return path === base || path.startsWith(`${base}/`);
}

/** Latin beside Greek or Cyrillic in one name, or a foreign letter that reads as Latin. */
function isMixed(name: string): boolean {
  return /[A-Za-z]/.test(name) && /[\u0370-\u03ff\u0400-\u052f]/.test(name) && foldLookalikes(name) !== name;
}

/** In UTF-8, which is what limits names on disk. */
function byteLength(name: string): number {
  let bytes = 0;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
