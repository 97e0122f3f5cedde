/** Words for states that last ("running", "closed") and words for deeds ("created", "restarted"), by the kind of thing they are said of. */
import { phrases } from './cursor';
import type { Predicate } from '../claim';
import type { SubjectKind } from '../predicates';
import type { ByKind, Said } from './said';

const ALL_THINGS: readonly SubjectKind[] = [
  'file',
  'directory',
  'container',
  'image',
  'network',
  'volume',
  'service',
  'package',
  'commit',
  'rows',
];
const FILES: readonly SubjectKind[] = ['file', 'directory'];
const RUNNERS: readonly SubjectKind[] = ['container', 'service', 'process'];
const ENGINE: readonly SubjectKind[] = ['container', 'image', 'network', 'volume'];

const of = (predicate: Predicate, ...kinds: readonly SubjectKind[]): ByKind =>
  Object.fromEntries(kinds.map((kind) => [kind, { predicate }]));
const not = (predicate: Predicate): Said => ({ predicate, expected: { comparison: 'eq', value: false } });

/** After "is" and "are", and for the first four after "exists"-like verbs. */
export const STATES = phrases<ByKind>({
  'running|up and running|alive|active|started': { ...of('running', ...RUNNERS) },
  'up|online|live': { ...of('running', ...RUNNERS), ...of('healthy', 'http') },
  'stopped|down|exited|shut down|inactive|offline|terminated': {
    ...of('stopped', ...RUNNERS),
    ...of('unreachable', 'http'),
  },
  paused: of('paused', 'container'),
  'healthy|ok': of('healthy', 'container', 'http'),
  unhealthy: { container: not('healthy') },
  'failed|in a failed state': of('failed', 'service'),
  'present|there|in place|still there': of('exists', ...ALL_THINGS),
  'missing|absent|gone|nonexistent|non-existent': of('absent', ...ALL_THINGS),
  empty: of('empty', ...FILES),
  'non-empty|nonempty': of('has_content', ...FILES),
  'listening|open|bound|in use|occupied|taken': of('listening', 'port'),
  'closed|free|unused': of('closed', 'port'),
  'reachable|accessible': { ...of('responds', 'http'), ...of('listening', 'port') },
  'responding|responsive|answering|available': of('responds', 'http'),
  'unreachable|inaccessible|unresponsive|not reachable|not accessible': {
    ...of('unreachable', 'http'),
    ...of('closed', 'port'),
  },
  executable: { file: { predicate: 'mode', expected: { comparison: 'eq', value: 'executable' } } },
  'world-readable': { file: { predicate: 'mode', expected: { comparison: 'eq', value: 'world readable' } } },
  'read-only': { file: { predicate: 'mode', expected: { comparison: 'eq', value: 'read only' } } },
  'group-writable': { file: { predicate: 'mode', expected: { comparison: 'eq', value: 'group writable' } }, directory: { predicate: 'mode', expected: { comparison: 'eq', value: 'group writable' } } },
  installed: of('exists', 'package'),
  uninstalled: of('absent', 'package'),
});

/** The same said the other way round; null if the other way round says nothing that can be seen. */
export function negate(said: Said): Said | null {
  const opposite = OPPOSITES[said.predicate];
  if (opposite !== undefined && said.expected === undefined) return { predicate: opposite };
  if (
    said.predicate === 'running' ||
    said.predicate === 'stopped' ||
    said.predicate === 'paused' ||
    said.predicate === 'healthy' ||
    said.predicate === 'failed'
  ) {
    return said.expected === undefined ? not(said.predicate) : { predicate: said.predicate };
  }
  return null;
}

const OPPOSITES: Partial<Record<Predicate, Predicate>> = {
  exists: 'absent',
  absent: 'exists',
  empty: 'has_content',
  has_content: 'empty',
  listening: 'closed',
  closed: 'listening',
  responds: 'unreachable',
  unreachable: 'responds',
};

export interface Deed {
  readonly says: ByKind;
  /** The kind of a bare name after it: "installed curl". */
  readonly bare?: SubjectKind;
  /** "wrote", "saved": at a given time it is the last write that counts, not the birth. */
  readonly writes?: true;
}

const MADE: readonly SubjectKind[] = [...FILES, ...ENGINE, 'commit'];
export const DEEDS = phrases<Deed>({
  'created|made|added|set up|generated|produced|initialised|initialized': { says: of('created', ...MADE) },
  'wrote|written|saved|exported|stored|dumped': { says: of('created', 'file'), writes: true },
  'deleted|removed|erased|destroyed': { says: of('deleted', ...FILES, ...ENGINE, 'package') },
  uninstalled: { says: of('deleted', 'package'), bare: 'package' },
  'modified|changed|edited|updated|overwrote|overwritten|rewrote|rewritten|appended to|touched': {
    says: of('modified', 'file', 'directory'),
  },
  'emptied|truncated': { says: of('empty', 'file') },
  'started|launched|booted|brought up|spun up': { says: of('started', ...RUNNERS) },
  'resumed|unpaused': { says: of('running', 'container') },
  'stopped|halted|shut down|terminated|killed|took down|taken down|brought down': { says: of('stopped', ...RUNNERS) },
  'restarted|rebooted|bounced': { says: of('restarted', ...RUNNERS) },
  paused: { says: of('paused', 'container') },
  installed: { says: of('created', 'package'), bare: 'package' },
  'pulled|built': { says: of('created', 'image'), bare: 'image' },
  opened: { says: of('listening', 'port') },
  'closed|freed': { says: of('closed', 'port') },
  committed: { says: of('created', 'commit'), bare: 'commit' },
});

export const NOTHING_SAID: ReadonlySet<string> = new Set([
  'already',
  'currently',
  'now',
  'also',
  'successfully',
  'then',
  'still',
  'both',
  'indeed',
]);
