/** Which branches hold a commit: from each tip back through its parents, in files alone (git-objects.ts). */
import { findObjects, listDirectory, readBounded, type GitDirectory } from './git-objects';
import { withOpened } from './open-beneath';

const MAX_BRANCHES = 64;
/** Objects read in all: a look at a large repository has to end too. */
const MAX_COMMITS = 2_000;
const MAX_PACKED_REFS_BYTES = 16 * 1_048_576;

/** In the order of their names; null where one of them could not be followed to its end. */
export function branchesWith(git: GitDirectory, commit: string, resolve: (reference: string) => string | null, kind: 'heads' | 'remotes' = 'heads'): readonly string[] | null {
  const names = branchNames(git, kind);
  // A repository that knows no branch of a remote cannot tell what was pushed.
  if (names === null || (kind === 'remotes' && names.length === 0)) return null;
  const parents = new Map<string, readonly string[]>();
  const holding: string[] = [];
  for (const name of names) {
    const tip = resolve(`refs/${kind}/${name}`);
    const holds = tip === null ? null : reaches(git, tip, commit, parents);
    if (holds === null) return null;
    if (holds) holding.push(name);
  }
  return holding;
}

function reaches(git: GitDirectory, tip: string, commit: string, parents: Map<string, readonly string[]>): boolean | null {
  const seen = new Set([tip]);
  for (const id of seen) {
    if (id === commit) return true;
    const above = parents.get(id) ?? (parents.size < MAX_COMMITS ? parentsOf(git, id) : null);
    if (above === null) return null;
    parents.set(id, above);
    for (const parent of above) seen.add(parent);
  }
  return false;
}

function parentsOf(git: GitDirectory, id: string): readonly string[] | null {
  const [object] = findObjects(git, id);
  if (object?.type !== 'commit' || object.head === null) return null;
  const [header = ''] = object.head.toString('latin1').split('\n\n');
  return [...header.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, parent = '']) => parent);
}

const isFolder = (git: GitDirectory, path: readonly string[]): boolean =>
  withOpened(git.root, [...git.prefix, ...path], (opened) => opened.kind === 'found' && opened.facts.isDirectory());

/** Null: too many. */
function branchNames(git: GitDirectory, kind: 'heads' | 'remotes'): readonly string[] | null {
  const packed = readBounded(git, ['packed-refs'], MAX_PACKED_REFS_BYTES)?.toString('latin1') ?? '';
  const names = new Set([...packed.matchAll(kind === 'heads' ? /^[0-9a-f]{40} refs\/heads\/(\S+)$/gm : /^[0-9a-f]{40} refs\/remotes\/(\S+)$/gm)].map(([, name = '']) => name));
  const folders: (readonly string[])[] = [[]];
  for (const folder of folders) {
    if (folders.length > MAX_BRANCHES || names.size > MAX_BRANCHES) return null;
    for (const name of listDirectory(git, ['refs', kind, ...folder])) {
      if (isFolder(git, ['refs', kind, ...folder, name])) folders.push([...folder, name]);
      else names.add([...folder, name].join('/'));
    }
  }
  return names.size > MAX_BRANCHES ? null : [...names].sort();
}
