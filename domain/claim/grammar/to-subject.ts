/** A name and its kind as the subject of a claim. */
import { containerOfService, ground } from './grounding';
import { isNameOf } from './kinds';
import type { ClaimSubject } from '../claim';
import type { SubjectKind } from '../predicates';
import type { Cursor } from './cursor';
import type { Token } from './tokens';

/** A subject of a kind that has nothing but a name; commits and tables get their place from the words after it. */
export function toSubject(cursor: Cursor, kind: SubjectKind, token: Token, order: { readonly isAfterKind: boolean; readonly isNamed: boolean }): ClaimSubject | null {
  const name = token.text;
  if (kind === 'process' && /^\d{1,7}$/.test(name)) return { kind, pid: Number(name) };
  if (!isNameOf(kind, name)) return null;
  switch (kind) {
    case 'service': {
      const composed = cursor.world.registered?.services?.includes(name) === true ? undefined : containerOfService(name.toLowerCase(), cursor.world);
      if (composed !== undefined) return { kind: 'container', name: composed };
      return { kind, ...ground({ kind, name, isQuoted: token.kind === 'quoted', ...order }, cursor.world) };
    }
    case 'container':
    case 'image':
    case 'network':
    case 'volume':
    case 'package':
    case 'process':
      return { kind, ...ground({ kind, name, isQuoted: token.kind === 'quoted', ...order }, cursor.world) };
    case 'commit':
      return { kind, repository: '', revision: name };
    case 'rows':
      return { kind, database: '', table: name };
    case 'execution':
      return { kind, execution_id: name };
    default:
      return null;
  }
}
