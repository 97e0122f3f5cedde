/** Which registered root a path lies below, decided by the text alone: nothing is looked up for a path that lies below none. */

/** Linux' PATH_MAX and NAME_MAX, in bytes and with the NUL that ends a path. */
const MAX_PATH_BYTES = 4_095;
const MAX_NAME_BYTES = 255;
/** An agent wrote it; deeper than this is no path that a person would claim anything about. */
const MAX_DEPTH = 64;

export interface RootedPath {
  readonly root: string;
  readonly segments: readonly string[];
}

/**
 * Null for what is not written plainly (relative, `~`, `$`, dots alone, empty components, control characters, too long) and for
 * whatever lies below no root.
 */
export function toRootedPath(path: string, roots: readonly string[]): RootedPath | null {
  const segments = plainSegments(path);
  if (segments === null) return null;
  const candidates = roots
    .map((root) => ({ root, depth: plainSegments(root) }))
    .filter(({ depth }) => depth !== null && depth.length <= segments.length && depth.every((name, index) => name === segments[index]));
  const [deepest] = candidates.sort((a, b) => (b.depth?.length ?? 0) - (a.depth?.length ?? 0));
  return deepest === undefined ? null : { root: deepest.root, segments: segments.slice(deepest.depth?.length ?? 0) };
}

/** One slash at the end is how people write a directory. */
export function plainSegments(path: string): readonly string[] | null {
  if (!path.startsWith('/') || path.length > MAX_PATH_BYTES || Buffer.byteLength(path) > MAX_PATH_BYTES) return null;
  const segments = (path.length > 1 && path.endsWith('/') ? path.slice(1, -1) : path.slice(1)).split('/');
  return segments.length <= MAX_DEPTH && segments.every(isPlainName) ? segments : null;
}

function isPlainName(name: string): boolean {
  if (name === '' || /^\.+$/.test(name) || Buffer.byteLength(name) > MAX_NAME_BYTES) return false;
  // A lone surrogate would be looked up under another name than was asked.
  return !/[\u0000-\u001f\u007f-\u009f]/.test(name) && !/^~|\$|\\/.test(name) && name.isWellFormed();
}
