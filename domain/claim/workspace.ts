/**
 * Where relative paths start, before anybody knows where that is: the parser reads "src/app.py" as a path below this one, and the prober of
 * the host puts the registered workspace in its place. No file system has it, since a prober refuses it as it stands.
 */
export const WORKSPACE = '/@workspace';

/** What stands behind it, without a slash; null for a path that is not below it. */
export function belowWorkspace(path: string): string | null {
  if (path === WORKSPACE) return '';
  return path.startsWith(`${WORKSPACE}/`) ? path.slice(WORKSPACE.length + 1) : null;
}
