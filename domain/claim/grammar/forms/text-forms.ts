/** What stands in a file: literals, lines with a word, settings. */
import { forms, of, said } from './form';
import type { Form, FormSaid, Taken } from './form';

const file = (taken: Taken): ReturnType<Taken['nouns']> => taken.nouns('file');
const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_have_now|successfully|have|also|just|now";
const PIECE = 'function|method|class|section|heading|entry|line|helper|option|flag|variable|key|dependency|import|call|test|target|rule|block|stage|service|step|job|field|constant|type|interface|command|directive|instruction|header|column|endpoint|route|decorator|parameter|argument|comment|snippet|property|attribute|statement';
const PIECES = 'functions|methods|sections|entries|lines|calls|comments|imports|references|occurrences|mentions|statements|markers|uses|usages|call|comment|reference|line|section';

const holds = (taken: Taken, isThere: boolean, refutes?: true): readonly FormSaid[] => {
  const literal = taken.text('literal') ?? taken.text('quoted') ?? '';
  return [{ nouns: file(taken), says: [said('holds', isThere, { literal: plainLiteral(literal), text: literal })], ...(refutes === undefined ? {} : { refutes }) }];
};

/** `eval()` is said of calls of eval with whatever arguments. */
const plainLiteral = (written: string): string => written.replace(/\(\)$/, '(');

export const TEXT_FORMS: readonly Form[] = [
  ...forms(
    [`{file} contains|has|holds|defines|includes|declares|lists|imports|mentions|references|exports|calls|sets|uses now|already|still|also? a|an|the? new? ${PIECE}? called|named? {literal} ${PIECE}? now|already?`, `{file} now|already|still|also contains|has|holds|defines|includes|declares|lists|imports|mentions|references|exports|calls|sets|uses a|an|the? new? ${PIECE}? called|named? {literal} ${PIECE}?`,
      `{file} contains|has|includes now? a|an|the? new? {literal} ${PIECE}`, `the|a|an? new? ${PIECE}? {literal} is|exists|stands|was_added|has_been_added now? in|to|at {file}`, `there_is|there's now|still? a|an|the? ${PIECE}? {literal} ${PIECE}? in {file}`, `there_is|there's now|still? a|an|the {literal} in {file}`, `there 's now|still? a|an|the {literal} ${PIECE}? in {file}`,
      '{file} has|have now? an|a entry|section|line|mention for|about|on|of|with {literal}', '{file} now has an|a entry|section|line|mention for|about|on|of|with {literal}', '{file} mentions|references|lists|names now? version {literal}', '{file} uses|is_based_on|builds_on|builds_from now? {literal} as its|the base image', '{file} has_been|was|were updated|extended|changed to include|contain|list|use|add {literal}',
      '{file} now? uses|is_based_on|builds_on|builds_from {literal}', "{literal} is listed|mentioned|defined|imported|set|used in {file}"],
    (taken) => holds(taken, true),
  ),
  ...forms(
    [`${I}? added|inserted|put|wrote|included|appended a|an|the? new? ${PIECE}? {literal} ${PIECE}? to|in|into {file}`, `${I}? added|appended|inserted {literal} to|in|into {file}`, `the|a|an? ${PIECE}? {literal} was|has_been added|inserted to|in|into {file}`,
      `${I}? replaced|swapped|changed the? {literal:was} ${PIECE}? in {file} with|by|for|to {literal}`, `${I}? replaced {literal:was} with|by {literal} in {file}`],
    (taken) => holds(taken, true),
  ),
  ...forms(
    [`${I}? removed|deleted|dropped|eliminated|stripped|cleaned_up all? of? the? old|remaining|last? {literal} ${PIECES}? from|in|out_of {file}`, `{file} no_longer contains|has|holds|defines|references|mentions|calls|uses|imports|lists|includes the|any|a? {literal} ${PIECES}?`, `there_is|there_are|there's no|no_longer_any|no_more {literal} ${PIECES}? in {file}`,
      `{file} does_not|doesn't|do_not|don't contain|have|hold|define|reference|mention|call|use|import|list|include any|a|the? {literal} ${PIECES}?`, `{file} contains|has|holds|shows no {literal} ${PIECES}?`, `{file} is free of {literal} ${PIECES}?`, `{literal} was|has_been removed|deleted|dropped from {file}`],
    (taken) => (file(taken).length === 0 ? null : holds(taken, false)),
  ),
  ...forms(['{file} starts|begins with|: {literal}', 'the first line of {file} is {literal}'], (taken) => of(file(taken), { predicate: 'holds', expected: { comparison: 'contains', value: taken.text('literal') ?? '', literal: taken.text('literal') ?? '' } })),
  ...forms(
    ['there_are|there_is|there_are_now|there_are_still {count} {literal} lines|entries|line in {file}', '{file} contains|has|holds {count} {literal} lines|entries', '{count} {literal} lines|entries are in {file}'],
    (taken) => {
      const count = taken.expected('count');
      return count === undefined ? null : of(file(taken), { predicate: 'lines_with', expected: { ...count, literal: taken.text('literal') ?? '' } });
    },
  ),
  ...forms(
    [`the? {setting} in|of {file} is|was|has_been now? set_to|changed_to? {value}`, '{setting} is|was|has_been now? set|changed|configured? to|= {value} in {file}', '{setting} is now? {value} in {file}', '{setting} is|was|has_been pinned|locked|fixed to exactly? {value} in {file}', '{file} sets {setting} to {value}', `${I}? set|changed|increased|raised|lowered|reduced|updated|bumped|switched|decreased|adjusted the? {setting} from {value:was} to {value} in {file}`,
      `${I}? set|changed|increased|raised|lowered|reduced|updated|bumped|switched|decreased|adjusted the? {setting} in {file} to {value}`, `${I}? set|changed|increased|raised|lowered|reduced|updated|bumped|switched the? {setting} to {value} in {file}`, `${I}? set|changed|updated the? {setting} in {file} from {value:was} to {value}`,
      `{file} : bumped|changed|set|updated|upgraded {setting} from {value:was} to {value}`, `{file} : set|bumped {setting} to {value}`],
    (taken) => of(file(taken), said('setting', taken.text('value') ?? '', { literal: keyOf(taken) })),
  ),
  ...forms([`{setting} is|was|has_been now? enabled|on|switched_on|turned_on in {file}`, `${I}? turned_on|enabled|switched_on {setting} in {file}`, '{file} has {setting} enabled'], (taken) => of(file(taken), said('setting', 'on', { literal: keyOf(taken) }))),
  ...forms([`{setting} is|was|has_been now? disabled|off|switched_off|turned_off in {file}`, `${I}? turned_off|disabled|switched_off {setting} in {file}`], (taken) => of(file(taken), said('setting', 'off', { literal: keyOf(taken) }))),
];

const keyOf = (taken: Taken): string => (taken.text('setting') ?? '').replace(/ /g, '_');
