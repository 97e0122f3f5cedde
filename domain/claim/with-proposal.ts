/**
 * What a model proposed for words that the rules did not understand. It may put words in order; it may not bring in a name, a number,
 * a kind or a meaning that the words do not hold, nor leave a word out. What the rules refused with a reason stays refused.
 */
import { readPath } from './grammar/path';
import { withoutSuperseded } from './grammar/superseded';
import { withoutDecoration } from './report/markup';
import { claimTokens } from './grammar/tokens';
import { isAction } from './predicates';
import type { SubjectKind } from './predicates';
import type { ClaimWorld, ParsedClaim, Predicate, TypedClaim, Unparsed } from './claim';

/** Words that lead to a predicate: without one of them in the claim, a proposal of it is an invention. */
const STEMS: Partial<Record<Predicate, RegExp>> = {
  exists: /^(?:exist|present|there$)/,
  absent: /^(?:missing|absent|gone$)/,
  created:
    /^(?:creat|wrote|writ|generat|produc|sav|export|stor|made$|add|plac|put$|emit|build|built|install|pull|commit)/,
  deleted: /^(?:delet|remov|eras|wip|purg|uninstall|destroy|dropp)/,
  modified: /^(?:modif|chang|edit|updat|adjust|tweak|rewr|overwr)/,
  empty: /^empt/,
  has_content: /^(?:non-?empty|content|data$)/,
  size: /^(?:size|byte|[kmg]i?b$|\d+(?:\.\d+)?[kmg]?i?b$|kilob|megab|gigab)/,
  lines: /^line/,
  entries: /^(?:file|entr|item|director|member|contain)/,
  mode: /^(?:mode|permission)/,
  sha256: /^(?:sha|hash|checksum|digest)/,
  running: /^(?:run|up$|alive|active)/,
  stopped: /^(?:stop|halt|shut|down$|exited|inactive)/,
  paused: /^paus/,
  restarted: /^(?:restart|reboot|bounc|cycl)/,
  started: /^(?:start|launch|boot|spun)/,
  healthy: /^(?:healthy|up$|online)/,
  image: /^image/,
  restarts: /^restart/,
  publishes: /^(?:publish|expos|port)/,
  instances: /^(?:replica|instance|container|process)/,
  listening: /^(?:listen|open|bound|serv)/,
  closed: /^(?:clos|free)/,
  responds: /^(?:respond|answer|reach|up$)/,
  unreachable: /^(?:unreach|down$)/,
  status_code: /^(?:return|status|respond|http|code)/,
  version: /^version/,
  branch: /^branch/,
  count: /^(?:row|record)/,
  exit_code: /^(?:exit|code|return)/,
  succeeded: /^(?:succe|complet)/,
  failed: /^fail/,
  executed: /^(?:ran$|run$|execut|issu|invok)/,
};

/** The kind must be named, unless the form of the name says it. */
const KIND_WORDS: Partial<Record<SubjectKind, RegExp>> = {
  container: /^containers?$/,
  image: /^images?$/,
  network: /^networks?$/,
  volume: /^volumes?$/,
  service: /^services?$/,
  package: /^packages?$/,
  process: /^process(?:es)?$/,
  port: /^ports?$/,
  directory: /^(?:director|folder)/,
  commit: /^commit/,
  rows: /^(?:rows?|table)$/,
};

const NEUTRAL = new Set(
  "i we i've we've my our the a an and is are has have of also just now then successfully finally afterwards new docker file files both".split(
    ' ',
  ),
);
/** Of a deed they tell that it was done; of a state they tell that it was, and not that it is. */
const PAST = new Set(['was', 'were', 'been', 'had', 'got']);

/**
 * The parse of the rules, with what was proposed for the words left over, where it covers all of them. What a model proposed can be refuted
 * and no more: the words stay left over, so that nothing is TRUE that the rules alone would not say.
 */
export function withProposal(
  text: string,
  world: ClaimWorld,
  parsed: ParsedClaim,
  proposed: readonly TypedClaim[],
): ParsedClaim {
  const isOpen =
    parsed.unparsed.length > 0 &&
    parsed.unparsed.every(({ code }) => code === 'NOT_UNDERSTOOD' || code === 'NAME_WITHOUT_KIND');
  if (!isOpen) return parsed;
  const plain = withoutDecoration(text);
  const added = parsed.unparsed.map((left) => {
    const own = proposed.filter((part) => (text.includes(part.text) || plain.includes(part.text)) && left.text.includes(part.text) && isGrounded(part, world));
    return isCovered(left, own) ? own.map((part): TypedClaim => ({ ...part, refutes: true })) : [];
  });
  if (added.every((own) => own.length === 0)) return parsed;
  return withoutSuperseded({ ...parsed, parts: [...parsed.parts, ...added.flat()] });
}

/** Every name, number and meaning of the proposal stands in the words that it quotes. */
function isGrounded(part: TypedClaim, world: ClaimWorld): boolean {
  const words = claimTokens(part.text).map(({ text }) => text);
  const lower = words.map((word) => word.toLowerCase());
  const stem = STEMS[part.predicate];
  const kind = KIND_WORDS[part.subject.kind];
  if (stem === undefined || !lower.some((word) => stem.test(word))) return false;
  if (kind !== undefined && !lower.some((word) => kind.test(word))) return false;
  // Ranges, negations and times are the rules' own: a model that got one of them wrong would turn the claim round.
  if (
    part.time !== undefined ||
    (part.expected !== undefined && (part.expected.comparison !== 'eq' || typeof part.expected.value === 'boolean'))
  )
    return false;
  if ('path' in part.subject && 'code' in readPath(part.subject.path, world)) return false;
  return valuesOf(part).every((value) => words.includes(value) || (value.includes(' ') && part.text.includes(value)));
}

/** Of what is left over, every word is in a proposal that quotes it, as a value, a kind or a stem, or says nothing. */
function isCovered(left: Unparsed, parts: readonly TypedClaim[]): boolean {
  if (parts.length === 0 || left.text.endsWith('…')) return false;
  const values = new Set(parts.flatMap(valuesOf));
  const commands = parts
    .flatMap(valuesOf)
    .filter((value) => value.includes(' '))
    .flatMap((value) => value.split(' '));
  const isDone = parts.every((part) => isAction(part.predicate));
  return claimTokens(left.text).every(({ kind, text, lower }) => {
    if (kind === 'mark') return text === ',';
    if (values.has(text) || commands.includes(text) || NEUTRAL.has(lower) || (isDone && PAST.has(lower))) return true;
    return parts.some(
      (part) => STEMS[part.predicate]?.test(lower) === true || KIND_WORDS[part.subject.kind]?.test(lower) === true,
    );
  });
}

function valuesOf({ subject, expected }: TypedClaim): readonly string[] {
  const named = Object.entries(subject)
    .filter(([name]) => name !== 'kind' && name !== 'bare')
    .map(([, value]) => String(value));
  return expected === undefined ? named : [...named, String(expected.value)];
}
