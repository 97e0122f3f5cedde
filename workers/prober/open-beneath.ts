/**
 * Opens a path component by component, each relative to the descriptor of the one before and none through a symbolic link: what
 * openat(2) with O_NOFOLLOW gives, by way of /proc/self/fd. Whoever swaps a directory for a link between two steps changes a name that
 * is not looked at again. Descriptors are O_PATH: a pipe, socket or device is recognised without being opened, so nothing hangs or rings.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, type BigIntStats } from 'node:fs';

/** Not in Node's list; the same number on every architecture that Node runs Linux on. */
const O_PATH = 0o10000000;
const FLAGS = O_PATH | constants.O_NOFOLLOW;

export type Opened =
  | { readonly kind: 'found'; readonly fd: number; readonly facts: BigIntStats }
  /** No such name below a root that is there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'blind'; readonly code: 'ROOT_UNAVAILABLE' | 'PATH_THROUGH_LINK' | 'PATH_UNREADABLE' | 'HOST_UNSUPPORTED' };

/**
 * @param root absolute, its components plain
 * @param segments plain names, none of them empty, `.` or `..`
 * @param act is given a descriptor that is closed after it; it must not keep it
 */
export function withOpened<T>(root: string, segments: readonly string[], act: (opened: Opened) => T): T {
  const opened = openBeneath(root, segments);
  try {
    return act(opened);
  } finally {
    if (opened.kind === 'found') closeSync(opened.fd);
  }
}

/** A path that leads to what the descriptor holds, whatever happened to its name. */
export const heldPath = (fd: number): string => `/proc/self/fd/${String(fd)}`;

function openBeneath(root: string, segments: readonly string[]): Opened {
  if (!existsSync('/proc/self/fd')) return { kind: 'blind', code: 'HOST_UNSUPPORTED' };
  const rootSegments = root.split('/').filter((segment) => segment !== '');
  let step = openStep('/');
  for (const [index, name] of [...rootSegments, ...segments].entries()) {
    if (step.kind !== 'found') return step;
    const parent = step;
    if (!parent.facts.isDirectory()) {
      closeSync(parent.fd);
      // The parent is the root itself at its end.
      return index <= rootSegments.length ? { kind: 'blind', code: 'ROOT_UNAVAILABLE' } : { kind: 'absent' };
    }
    try {
      step = openStep(`${heldPath(parent.fd)}/${name}`);
    } finally {
      closeSync(parent.fd);
    }
    // A root that is not mounted would otherwise prove every file in it deleted.
    if (index < rootSegments.length && step.kind !== 'found') return { kind: 'blind', code: 'ROOT_UNAVAILABLE' };
  }
  if (segments.length === 0 && step.kind === 'found' && !step.facts.isDirectory()) {
    closeSync(step.fd);
    return { kind: 'blind', code: 'ROOT_UNAVAILABLE' };
  }
  return step;
}

function openStep(path: string): Opened {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch (error) {
    return toOpened(error as NodeJS.ErrnoException);
  }
  try {
    const facts = fstatSync(fd, { bigint: true });
    if (!facts.isSymbolicLink()) return { kind: 'found', fd, facts };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return { kind: 'blind', code: 'PATH_THROUGH_LINK' };
}

function toOpened(error: NodeJS.ErrnoException): Opened {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'absent' };
    case 'ELOOP':
      return { kind: 'blind', code: 'PATH_THROUGH_LINK' };
    case 'EACCES':
    case 'EPERM':
    case 'ENAMETOOLONG':
    case 'EIO':
    case 'ESTALE':
    case 'ENOTCONN':
      return { kind: 'blind', code: 'PATH_UNREADABLE' };
    default:
      throw error;
  }
}
