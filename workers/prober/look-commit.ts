/** Is a commit in a repository, and what is checked out there. Read from its files (git-objects.ts). */
import type { Look } from '../../domain/claim/blind';
import { branchesWith } from './git-branches';
import { findObjects, listDirectory, readBounded, type GitDirectory, type GitObject } from './git-objects';
import { withOpened } from './open-beneath';

export interface CommitTask {
  readonly kind: 'commit';
  readonly root: string;
  readonly revision: string;
}

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Git's own shortest is 4; fewer than 7 prove little. */
const ABBREVIATION = /^[0-9a-f]{7,64}$/;
const REFERENCE = /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}$/;
const MAX_REF_BYTES = 1_024;
const MAX_CONFIG_BYTES = 262_144;
const MAX_PACKED_REFS_BYTES = 16 * 1_048_576;
/** HEAD points to a branch, and that to a commit: one more than anybody needs. */
const MAX_HOPS = 4;

export function lookAtCommit({ root, revision }: CommitTask): Look<'commit'> {
  try {
    const git = openGit(root);
    if (git === null || hasUnknownForm(git)) return { blind: 'COMMIT_UNREADABLE' };
    return lookIn(git, revision);
  } catch {
    // A form that is not known, a link, a file that went away: nothing can be told of it then.
    return { blind: 'COMMIT_UNREADABLE' };
  }
}

function lookIn(git: GitDirectory, revision: string): Look<'commit'> {
  const head = readBounded(git, ['HEAD'], MAX_REF_BYTES)?.toString('latin1').trim() ?? '';
  const branch = /^ref: refs\/heads\/(.+)$/.exec(head)?.[1] ?? null;
  const current = { branch: branch !== null && REFERENCE.test(branch) ? branch : null, head: resolve(git, 'HEAD') };
  const reference = REFERENCE.test(revision) ? (resolve(git, revision) ?? firstOf(['heads', 'tags', 'remotes'], (kind) => resolve(git, `refs/${kind}/${revision}`))) : null;
  const wanted = reference ?? (ABBREVIATION.test(revision.toLowerCase()) ? revision.toLowerCase() : null);
  if (wanted === null) return { seen: { exists: false, ...current } };
  const objects = findObjects(git, wanted);
  const [object] = objects;
  if (objects.length > 1) return { blind: 'COMMIT_AMBIGUOUS' };
  if (object === undefined) return isWhole(git) ? { seen: { exists: false, ...current } } : { blind: 'COMMIT_UNREADABLE' };
  const commit = object.type === 'tag' ? peel(git, object) : object;
  if (commit === null || commit.type === null) return { blind: 'COMMIT_UNREADABLE' };
  if (commit.type !== 'commit') return { seen: { exists: false, ...current } };
  return { seen: { exists: true, revision: commit.id, committed_at: committedAt(commit), ...subjectOf(commit), branches: branchesWith(git, commit.id, (reference) => resolve(git, reference)), remotes: branchesWith(git, commit.id, (reference) => resolve(git, reference), 'remotes'), ...current } };
}

/** The directory itself (bare), or `.git` in it. A file `.git` leads elsewhere, beyond what is registered. */
function openGit(root: string): GitDirectory | null {
  const isGit = (prefix: readonly string[]): boolean => withOpened(root, [...prefix, 'objects'], (opened) => opened.kind === 'found' && opened.facts.isDirectory());
  if (isGit(['.git'])) return { root, prefix: ['.git'] };
  return isGit([]) ? { root, prefix: [] } : null;
}

/** SHA-256 ids and references in tables: what is read here would look empty in them. */
function hasUnknownForm(git: GitDirectory): boolean {
  return /^\s*(?:objectformat|refstorage)\s*=/im.test(readBounded(git, ['config'], MAX_CONFIG_BYTES)?.toString('latin1') ?? '');
}

/** The id that a reference leads to. */
function resolve(git: GitDirectory, reference: string, hops = 0): string | null {
  if (hops > MAX_HOPS || (reference !== 'HEAD' && !reference.startsWith('refs/'))) return null;
  const loose = readReference(git, reference);
  const target = /^ref: (refs\/\S+)$/.exec(loose ?? '')?.[1];
  if (target !== undefined) return REFERENCE.test(target) ? resolve(git, target, hops + 1) : null;
  if (loose !== null) return ID.test(loose) ? loose : null;
  const packed = readBounded(git, ['packed-refs'], MAX_PACKED_REFS_BYTES)?.toString('latin1') ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${reference}`));
  const id = line?.split(' ')[0] ?? '';
  return ID.test(id) ? id : null;
}

/** A directory of that name (`release` beside `release/1`) is no reference. */
function readReference(git: GitDirectory, reference: string): string | null {
  const path = reference.split('/');
  const isFile = withOpened(git.root, [...git.prefix, ...path], (opened) => opened.kind !== 'found' || opened.facts.isFile());
  return isFile ? (readBounded(git, path, MAX_REF_BYTES)?.toString('latin1').trim() ?? null) : null;
}

function peel(git: GitDirectory, tag: GitObject): GitObject | null {
  const id = /^object ([0-9a-f]{40,64})\ntype commit\n/.exec(tag.head?.toString('latin1') ?? '')?.[1];
  return id === undefined ? null : (findObjects(git, id)[0] ?? null);
}

/** The first line of its message, where the whole of it was read. */
function subjectOf({ head }: GitObject): { readonly subject?: string } {
  const text = head?.toString('utf8') ?? '';
  const from = text.indexOf('\n\n');
  const end = from === -1 ? -1 : text.indexOf('\n', from + 2);
  return end === -1 || end - from > 202 ? {} : { subject: text.slice(from + 2, end) };
}

function committedAt({ head }: GitObject): string | null {
  const seconds = /^committer .*> (\d{1,11}) [+-]\d{4}$/m.exec(head?.toString('latin1') ?? '')?.[1];
  return seconds === undefined ? null : new Date(Number(seconds) * 1_000).toISOString();
}

/** Of one with borrowed, shallow or promised objects, what is not here may be elsewhere. */
function isWhole(git: GitDirectory): boolean {
  if (readBounded(git, ['objects', 'info', 'alternates'], MAX_PACKED_REFS_BYTES) !== null || readBounded(git, ['shallow'], MAX_PACKED_REFS_BYTES) !== null) return false;
  return !listDirectory(git, ['objects', 'pack']).some((name) => name.endsWith('.promisor'));
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | null): T | null {
  for (const name of names) {
    const found = find(name);
    if (found !== null) return found;
  }
  return null;
}
