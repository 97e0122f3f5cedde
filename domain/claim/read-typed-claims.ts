/** What a model may propose: typed claims of a closed schema. Hostile: the model has read the claim, and the claim may speak to it. */
import { readAddress, readUrl, isPort } from './grammar/address';
import { isNameOf } from './grammar/kinds';
import { readPath } from './grammar/path';
import { SUBJECT_KINDS, isAction, needsValue, takesPredicate } from './predicates';
import { refusal } from '../errors';
import { parseUtc } from '../text/utc-time';
import type { ClaimSubject, Comparison, Expected, Predicate, TypedClaim } from './claim';
import type { SubjectKind } from './predicates';

export { withProposal } from './with-proposal';

export const MAX_PROPOSED = 32;
const MAX_TEXT = 500;
export const COMPARISONS: readonly Comparison[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'about', 'contains'];

type Fields = Readonly<Record<string, unknown>>;

/** `{ claims: [...] }` as typed claims. @throws WingmanError INVALID_FIELD, UNKNOWN_FIELD, MISSING_FIELD with the place in `details.field` */
export function readTypedClaims(value: unknown): readonly TypedClaim[] {
  const { claims } = closed(value, 'answer', ['claims'], []);
  if (!Array.isArray(claims) || claims.length > MAX_PROPOSED)
    throw invalid('claims', `a list of at most ${String(MAX_PROPOSED)}`);
  return claims.map((claim, at) => readClaim(claim, `claims[${String(at)}]`));
}

function readClaim(value: unknown, field: string): TypedClaim {
  const fields = closed(value, field, ['subject', 'predicate', 'text'], ['expected', 'time']);
  const subject = readSubject(fields['subject'], `${field}.subject`);
  const { predicate, text } = fields;
  if (typeof predicate !== 'string' || !takesPredicate(subject.kind, predicate as Predicate))
    throw invalid(`${field}.predicate`, `one that a ${subject.kind} takes`);
  if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_TEXT)
    throw invalid(`${field}.text`, 'the words of the claim that it stands for');
  const said = predicate as Predicate;
  const expected = fields['expected'] === undefined ? undefined : readExpected(fields['expected'], `${field}.expected`);
  if (needsValue(said) && expected === undefined)
    throw refusal('MISSING_FIELD', `${field}.expected: ${said} needs a value`, { field: `${field}.expected` });
  return {
    subject,
    predicate: said,
    ...(expected === undefined ? {} : { expected }),
    ...(fields['time'] === undefined ? {} : { time: readTime(fields['time'], `${field}.time`) }),
    text,
    ...(isAction(said) ? { deed: true } : {}),
  };
}

const FIELDS: Readonly<Record<SubjectKind, readonly string[]>> = {
  file: ['path'],
  directory: ['path'],
  process: ['name'],
  port: ['port'],
  http: ['url'],
  container: ['name'],
  image: ['name'],
  network: ['name'],
  volume: ['name'],
  service: ['name'],
  package: ['name'],
  commit: ['repository', 'revision'],
  rows: ['database', 'table'],
  execution: ['command'],
};

function readSubject(value: unknown, field: string): ClaimSubject {
  if (value === null || typeof value !== 'object' || !('kind' in value))
    throw refusal('MISSING_FIELD', `${field}.kind is missing`, { field: `${field}.kind` });
  const kind = SUBJECT_KINDS.find((each) => each === value.kind);
  if (kind === undefined) throw invalid(`${field}.kind`, SUBJECT_KINDS.join(', '));
  const fields = closed(value, field, ['kind', ...FIELDS[kind]], kind === 'port' ? ['address'] : []);
  const text = (name: string): string => {
    const found = fields[name];
    if (typeof found !== 'string') throw invalid(`${field}.${name}`, 'text');
    return found;
  };
  const named = (name: string, of: SubjectKind = kind): string => {
    if (!isNameOf(of, text(name))) throw invalid(`${field}.${name}`, `a plain name of a ${of}`);
    return text(name);
  };
  const path = (name: string): string => {
    const read = text(name).startsWith('/') ? readPath(text(name), { now: '' }) : null;
    if (read === null || 'code' in read) throw invalid(`${field}.${name}`, 'an absolute, plain path');
    return read.path;
  };
  switch (kind) {
    case 'file':
    case 'directory':
      return { kind, path: path('path') };
    case 'port': {
      const { port, address } = fields;
      if (typeof port !== 'number' || !isPort(port)) throw invalid(`${field}.port`, 'a port');
      const plain = typeof address === 'string' ? readAddress(address) : null;
      if (address !== undefined && plain === null) throw invalid(`${field}.address`, 'an IPv4 address');
      return { kind, port, ...(plain === null ? {} : { address: plain }) };
    }
    case 'http': {
      const read = readUrl(text('url'));
      if ('code' in read) throw invalid(`${field}.url`, 'a plain http address');
      return { kind, url: read.url };
    }
    case 'commit':
      return { kind, repository: path('repository'), revision: named('revision') };
    case 'rows':
      return { kind, database: named('database'), table: named('table') };
    case 'execution': {
      if (text('command').length > 4096 || !/^[\x20-\x7e]+$/.test(text('command')))
        throw invalid(`${field}.command`, 'a command on one line');
      return { kind, command: text('command').trim().replace(/\s+/g, ' ') };
    }
    default:
      return { kind, name: named('name') };
  }
}

function readExpected(value: unknown, field: string): Expected {
  const fields = closed(value, field, ['comparison', 'value'], []);
  const comparison = COMPARISONS.find((each) => each === fields['comparison']);
  const expected = fields['value'];
  if (comparison === undefined) throw invalid(`${field}.comparison`, COMPARISONS.join(', '));
  const isPlain =
    typeof expected === 'boolean' ||
    (typeof expected === 'number' && Number.isFinite(expected)) ||
    (typeof expected === 'string' && expected.length <= 255);
  if (!isPlain) throw invalid(`${field}.value`, 'a text, a number or a boolean');
  return { comparison, value: expected };
}

function readTime(value: unknown, field: string): { readonly from: string; readonly to: string } {
  const { from, to } = closed(value, field, ['from', 'to'], []);
  const [first, last] = [from, to].map((time) =>
    typeof time === 'string' && time.endsWith('Z') ? (parseUtc(time)?.seconds ?? null) : null,
  );
  if (typeof from !== 'string' || typeof to !== 'string' || first == null || last == null || first > last)
    throw invalid(field, 'two UTC times in order');
  return { from, to };
}

/** An object with these members and no others. Own members only: a prototype is nobody's claim. */
function closed(value: unknown, field: string, required: readonly string[], optional: readonly string[]): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid(field, 'an object');
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name))
      throw refusal('UNKNOWN_FIELD', `${field} has no member ${name.slice(0, 64)}`, { field });
  }
  for (const name of required)
    if (!Object.hasOwn(value, name))
      throw refusal('MISSING_FIELD', `${field}.${name} is missing`, { field: `${field}.${name}` });
  return value as Fields;
}

function invalid(field: string, wanted: string): Error {
  return refusal('INVALID_FIELD', `${field} must be ${wanted}`, { field });
}
