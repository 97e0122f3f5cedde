/** Which subject takes which predicate. What is not listed is not a claim: it is refused from a model and never built by the parser. */
import type { ClaimSubject, Predicate } from './claim';

export type SubjectKind = ClaimSubject['kind'];

const PREDICATES: Readonly<Record<SubjectKind, readonly Predicate[]>> = {
  file: [
    'exists',
    'absent',
    'created',
    'deleted',
    'modified',
    'has_content',
    'empty',
    'size',
    'sha256',
    'lines',
    'mode',
    'age',
    'unchanged',
    'owner',
    'holds',
    'lines_with',
    'setting',
  ],
  directory: ['exists', 'absent', 'created', 'deleted', 'modified', 'has_content', 'empty', 'entries', 'mode', 'age', 'unchanged', 'owner'],
  process: ['running', 'stopped', 'started', 'restarted', 'instances'],
  port: ['listening', 'closed'],
  http: ['responds', 'healthy', 'unreachable', 'status_code', 'redirects', 'answers_with'],
  container: [
    'exists',
    'absent',
    'created',
    'deleted',
    'running',
    'stopped',
    'paused',
    'restarted',
    'started',
    'healthy',
    'image',
    'restarts',
    'publishes',
    'exit_code',
    'member',
  ],
  image: ['exists', 'absent', 'created', 'deleted', 'size', 'instances'],
  network: ['exists', 'absent', 'created', 'deleted', 'entries'],
  volume: ['exists', 'absent', 'created', 'deleted'],
  service: ['exists', 'absent', 'running', 'stopped', 'restarted', 'started', 'failed', 'instances', 'enabled'],
  package: ['exists', 'absent', 'created', 'deleted', 'version'],
  commit: ['exists', 'absent', 'created', 'deleted', 'branch', 'pushed', 'titled', 'points_at'],
  rows: ['exists', 'absent', 'created', 'deleted', 'count', 'member'],
  execution: ['executed', 'exit_code', 'succeeded', 'failed'],
};

export const SUBJECT_KINDS = Object.keys(PREDICATES) as readonly SubjectKind[];

export function predicatesOf(kind: SubjectKind): readonly Predicate[] {
  return PREDICATES[kind];
}

export function takesPredicate(kind: SubjectKind, predicate: Predicate): boolean {
  return PREDICATES[kind].includes(predicate);
}

/** Things that are done, not states that last: a negated one leaves nothing to see. */
const ACTIONS: readonly Predicate[] = ['created', 'deleted', 'modified', 'started', 'restarted', 'executed'];

export function isAction(predicate: Predicate): boolean {
  return ACTIONS.includes(predicate);
}

/** Predicates without a value are true or false of their subject; the others must say what is expected. */
const WITH_VALUE: readonly Predicate[] = [
  'size',
  'sha256',
  'lines',
  'entries',
  'mode',
  'age',
  'image',
  'restarts',
  'publishes',
  'instances',
  'status_code',
  'version',
  'branch',
  'count',
  'exit_code',
  'owner',
  'holds',
  'lines_with',
  'setting',
  'redirects',
  'answers_with',
  'points_at',
  'titled',
  'member',
];

export function needsValue(predicate: Predicate): boolean {
  return WITH_VALUE.includes(predicate);
}
