/** What the slots of templates take: things, values and names, each read by the grammar's own rules. */
import { takeDescribedFile } from './described-file';
import { takeDescribedUrl } from './described-url';
import { DEBIAN_PROGRAM } from '../debian-programs';
import { isRelativePath } from '../relative-path';
import { containerOfService } from '../grounding';
import { isNameOf } from '../kinds';
import { isReserved } from '../markers';
import { takeNouns } from '../nouns';
import { readPath } from '../path';
import { takeCount, takeSize } from '../quantity';
import { takeTime } from '../time';
import type { ClaimSubject, Expected } from '../../claim';
import type { SubjectKind } from '../../predicates';
import type { Cursor } from '../cursor';
import type { Noun } from '../noun';
import type { SlotReaders } from './template';

const things =
  (...kinds: readonly SubjectKind[]) =>
  (cursor: Cursor): readonly Noun[] | null =>
    cursor.attempt(() => {
      const nouns = takeNouns(cursor);
      return nouns !== null && nouns.every(({ subject, negated }) => kinds.includes(subject.kind) && negated !== true) ? nouns : null;
    });

const one = (pattern: RegExp) => (cursor: Cursor): string | null => {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'mark' || !pattern.test(token.text)) return null;
  cursor.at += 1;
  return token.text;
};

/** A word in quotes, or one that is no word of the language. */
function literal(cursor: Cursor): string | null {
  const token = cursor.peek();
  if (token === undefined || token.kind === 'mark' || token.kind === 'path' || token.kind === 'url') return null;
  if (token.kind !== 'quoted' && ((isReserved(token.lower) && !/^[A-Z]{4,}$/.test(token.text)) || !/[A-Z0-9_.:-]/.test(token.text) || token.text.length < 3)) return null;
  if (token.text.length > 200) return null;
  cursor.at += 1;
  return token.text;
}

function quoted(cursor: Cursor): string | null {
  const token = cursor.peek();
  if (token?.kind !== 'quoted' || token.text.trim() === '' || token.text.length > 200) return null;
  cursor.at += 1;
  return token.text;
}

const port = (cursor: Cursor): ClaimSubject | null => {
  const token = cursor.peek();
  const match = token === undefined ? null : /^(?:(tcp\/)?(\d{1,5})(?:\/tcp)?|(?:(0\.0\.0\.0|localhost|127\.0\.0\.1|\[::\]|\*)?:)(\d{1,5}))$/.exec(token.lower);
  const number = Number(match?.[2] ?? match?.[4] ?? 0);
  if (match === null || number < 1 || number > 65_535) return null;
  cursor.at += 1;
  return { kind: 'port', port: number };
};

/** `docker ps`, in quotes or not. */
function dockerPs(cursor: Cursor): true | null {
  return cursor.attempt(() => {
    const token = cursor.peek();
    if (token?.kind === 'quoted' && /^docker(?: compose|-compose)? ps(?: -a)?$/.test(token.text)) {
      cursor.at += 1;
      return true;
    }
    if (!cursor.take('docker', 'docker-compose')) return null;
    cursor.take('compose');
    return cursor.take('ps') ? true : null;
  });
}

/** "log_level", "the log level": the name of a setting, with blanks for the signs between its words. */
function settingName(cursor: Cursor): string | null {
  return cursor.attempt(() => {
    const first = cursor.peek();
    if (first === undefined || first.kind === 'mark' || !/^[A-Za-z][\w.-]{1,60}$/.test(first.text)) return null;
    if (first.kind === 'quoted' || /[_.-]|[a-z][A-Z]|^[A-Z_]{4,}$/.test(first.text)) {
      cursor.at += 1;
      return first.text;
    }
    if (isReserved(first.lower)) return null;
    cursor.at += 1;
    const second = cursor.peek();
    if (second?.kind === 'word' && /^[a-z]{3,20}$/.test(second.text) && !isReserved(second.lower)) {
      cursor.at += 1;
      return `${first.lower}_${second.lower}`;
    }
    return first.lower;
  });
}

/** "the process shop-worker", a name that is known as one, or one that can be nothing else. */
function process(cursor: Cursor): readonly Noun[] | null {
  const named = things('process')(cursor);
  if (named !== null) return named;
  return bareName(cursor, 'process', /^[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)+$/, cursor.world.registered?.processes ?? []);
}

function service(cursor: Cursor): readonly Noun[] | null {
  const named = things('service')(cursor);
  if (named !== null) return named;
  return bareName(cursor, 'service', /^[a-z][a-z0-9@_-]*\.service$/, cursor.world.registered?.services ?? []);
}

/** A name without its kind: exact if the world knows it, else a description that only what is seen can bear out. */
function bareName(cursor: Cursor, kind: 'process' | 'service', form: RegExp, known: readonly string[]): readonly Noun[] | null {
  const token = cursor.peek();
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return null;
  const isKnown = known.includes(token.text);
  const others = [...(cursor.world.registered?.containers ?? []), ...(kind === 'process' ? (cursor.world.registered?.services ?? []) : [])];
  if (!isKnown && (!form.test(token.text) || others.includes(token.text) || (kind === 'process' && isRelativePath(token, cursor.world)))) return null;
  cursor.at += 1;
  const exact = isKnown || (kind === 'service' && token.text.endsWith('.service')) || (kind === 'process' && known.length > 0 && token.kind === 'quoted');
  return [{ subject: { kind, name: token.text, ...(exact ? {} : { described: 'word' as const }) }, extras: [], kind: { kind } }];
}

const sized = (cursor: Cursor): Expected | null => takeSize(cursor);
const counted = (cursor: Cursor): Expected | null => takeCount(cursor);

/** "the repository shop", "the shop repo", "/srv/shop"; the workspace where none is named. */
function repository(cursor: Cursor): string | null {
  return cursor.attempt(() => {
    cursor.take('the', 'our', 'my');
    cursor.take('git');
    const kindFirst = cursor.take('repository', 'repo');
    cursor.take('at', 'in');
    const token = cursor.peek();
    if (token === undefined || token.kind === 'mark' || token.kind === 'url') return null;
    const isPath = token.text.startsWith('/');
    if (!isPath && (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(token.text) || (token.kind === 'word' && isReserved(token.lower)))) return null;
    const read = isPath ? readPath(token.text, cursor.world) : { path: token.text };
    if ('code' in read) return null;
    cursor.at += 1;
    const kindAfter = cursor.take('repository', 'repo');
    return kindFirst || kindAfter || isPath ? read.path : null;
  });
}

export const SLOTS = {
  file: takeDescribedFile,
  container: things('container'),
  runner: (cursor: Cursor) => things('container', 'service', 'process')(cursor) ?? process(cursor) ?? service(cursor),
  image: things('image'),
  network: things('network'),
  volume: things('volume'),
  http: takeDescribedUrl,
  basename: one(/^[\w@+-][\w@.+-]{0,120}\.[A-Za-z0-9]{1,8}$/),
  dockerps: dockerPs,
  composed: (cursor: Cursor): readonly Noun[] | null => {
    const name = containerOfService(cursor.peek()?.lower ?? '', cursor.world);
    if (name === undefined) return null;
    cursor.at += 1;
    return [{ subject: { kind: 'container', name }, extras: [], kind: { kind: 'container' } }];
  },
  place: one(/^(?:\/[^\s]*|https?:\/\/\S+)$/),
  service: service,
  process: process,
  package: things('package'),
  port,
  size: sized,
  count: counted,
  number: one(/^\d{1,9}$/),
  status: one(/^[1-5]\d\d$/),
  mode: one(/^(?:0?o?[0-7]{3,4}|[-d]?(?:[r-][w-][xsS-]){2}[r-][w-][xtT-])$/),
  owner: one(/^[a-z_][a-z0-9_-]{0,31}(?::[a-z_][a-z0-9_-]{0,31})?$/),
  sha: one(/^[0-9a-f]{7,64}$/),
  version: one(/^(?:v?\d+(?:[.+~:-][\w.+~:-]{0,60})?|v\d[\w.+~:-]{0,60})$/),
  ref: one(/^[A-Za-z0-9][\w./-]{0,127}$/),
  name: (cursor: Cursor) => {
    const token = cursor.peek();
    return token?.kind === 'word' && isReserved(token.lower) ? null : one(/^[A-Za-z0-9_@][\w.@/+-]{0,127}$/)(cursor);
  },
  table: (cursor: Cursor) => {
    const token = cursor.peek();
    return token?.kind === 'word' && isReserved(token.lower) ? null : isNameOf('rows', token?.text ?? '') ? one(/^/)(cursor) : null;
  },
  database: (cursor: Cursor) =>
    cursor.attempt(() => {
      const first = cursor.take('database', 'db');
      const name = one(/^[A-Za-z_][\w-]{0,62}$/)(cursor);
      const last = cursor.take('database', 'db');
      return name !== null && (first || last || !isReserved(name)) ? name : null;
    }),
  branch: one(/^(?:main|master|develop|dev|trunk|release|staging|[a-z]+\/[\w.-]+)$/),
  versiontag: one(/^v?\d+(?:\.\d+){1,3}[\w.-]*$/),
  workspace: (cursor: Cursor) => cursor.world.registered?.workspace ?? null,
  debian: one(DEBIAN_PROGRAM),
  setting: (cursor: Cursor) => settingName(cursor),
  value: one(/^[\w./:@%+-]{1,100}$/),
  literal,
  quoted,
  repo: repository,
  time: takeTime,
} satisfies SlotReaders;
