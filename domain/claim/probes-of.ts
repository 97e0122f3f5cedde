/** Which looks a part needs: few, read-only, named by the part's own subject and by nothing else. */
import { assertNever } from '../errors';
import type { FileWant, Probe, TypedClaim } from './claim';

/** The probes whose observations judgePart wants to see. None widens the subject: no globbing, no walking, no other host. */
export function probesOf(part: TypedClaim): readonly Probe[] {
  const { subject } = part;
  switch (subject.kind) {
    case 'file':
    case 'directory':
      return [{ kind: 'file', path: subject.path, want: wantsOf(part), ...textOf(part) }];
    case 'process':
      return [{ kind: 'process', ...only(subject, ['name', 'pid']) }];
    case 'port':
      return [{ kind: 'port', port: subject.port, ...only(subject, ['address']) }];
    case 'http':
      return [{ kind: 'http', url: subject.url, ...(part.predicate === 'answers_with' ? { literal: String(part.expected?.value ?? '') } : {}) }];
    case 'container':
    case 'image':
    case 'network':
    case 'volume':
      return [{ kind: subject.kind, name: subject.name }];
    case 'service':
    case 'package':
      return [{ kind: subject.kind, name: subject.name }];
    case 'commit':
      return [{ kind: 'commit', repository: subject.repository, revision: subject.revision }];
    case 'rows':
      return [{ kind: 'rows', database: subject.database, table: subject.table }];
    case 'execution':
      return [{ kind: 'execution', ...only(subject, ['command', 'execution_id']) }];
    default:
      return assertNever(subject);
  }
}

/** What is looked for in it, or which key. */
function textOf({ predicate, expected }: TypedClaim): { literal?: string; key?: string; value?: string } {
  const { literal } = expected ?? {};
  if (literal === undefined) return {};
  return predicate === 'setting' ? { key: literal, value: String(expected?.value ?? '') } : { literal };
}

function wantsOf(part: TypedClaim): readonly FileWant[] {
  if (part.predicate === 'sha256' || part.predicate === 'modified' || part.predicate === 'unchanged') return ['sha256'];
  if (part.predicate === 'lines') return ['lines'];
  if (part.predicate === 'entries') return ['entries'];
  // "empty" and "has content" of a directory are about what is in it.
  if (part.predicate === 'empty' || part.predicate === 'has_content')
    return part.subject.kind === 'directory' || ('bare' in part.subject && part.subject.bare) ? ['entries'] : [];
  return [];
}

function only<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const kept: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) kept[name] = from[name];
  return kept;
}
