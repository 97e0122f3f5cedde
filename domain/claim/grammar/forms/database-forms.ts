/** Tables, their rows and columns. Where no database is named, the prober takes the one registered database that has the table. */
import { asNoun, deed, forms, of, said } from './form';
import type { Noun } from '../noun';
import type { Form, Taken } from './form';

const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_have_now|successfully|have|also|just|now|the_migration|migration|it";

function table(taken: Taken): readonly Noun[] {
  return [asNoun({ kind: 'rows', database: taken.text('database') ?? '', table: taken.text('table') ?? '' })];
}
const within = (texts: readonly string[], build: Form['build']): readonly Form[] => forms(texts.flatMap((text) => [`${text} in|from|of|to|on|into the? {database}`, text]), build);
const TABLE = ['the? table {table} in|of|from the? {database}', 'the? table {table}', 'the? {table} table in|of|from the? {database}', 'the? {table} table'];
const each = (...patterns: readonly string[]): readonly string[] => patterns.flatMap((pattern) => TABLE.map((name) => pattern.replace('TABLE', name)));

export const DATABASE_FORMS: readonly Form[] = [
  ...within([...each('TABLE now? contains|has|holds|counts now|exactly|only|still? {count} rows|records|entries|row now|in_total?', 'there_are|there_are_now {count} rows|records in TABLE'), '{table} now? contains|has|holds|counts now|exactly|only|still? {count} rows|records|row now|in_total?'], (taken) => {
    const count = taken.expected('count');
    return count === undefined ? null : of(table(taken), { predicate: 'count', expected: count });
  }),
  ...within(each('TABLE is now? empty', `${I}? truncated|emptied|cleared TABLE`, 'TABLE was|has_been truncated|emptied'), (taken) => of(table(taken), { predicate: 'count', expected: { comparison: 'eq', value: 0, text: 'empty' } })),
  ...forms(['{quoted} is now? empty'], (taken) => (/^[a-z_]{3,63}$/.test(taken.text('quoted') ?? '') ? of([asNoun({ kind: 'rows', database: '', table: taken.text('quoted') ?? '' })], { predicate: 'count', expected: { comparison: 'eq', value: 0, text: 'empty' } }) : null)),
  ...within(each(`${I}? created|added|set_up a|the? new? TABLE`, 'TABLE was|has_been created|added', 'TABLE exists|now_exists|is_in_place'), (taken) => of(table(taken), said('exists'))),
  ...within(each(`${I}? dropped|deleted|removed TABLE`, 'TABLE was|has_been dropped|deleted|removed'), (taken) => deed(table(taken), said('deleted'))),
  ...within(
    [...each(`${I}? added the|a|an? new? column {table:column} to TABLE`, `${I}? added the|a|an? new? {table:column} column to TABLE`, 'the|a|an? new? column {table:column} was|has_been added to TABLE', 'TABLE now? has|contains a|an|the? new? column {table:column}', 'TABLE now? has|contains a|an|the? new? {table:column} column'),
      'the|a? new? column {table:column} was|has_been added to {table}', `${I}? added the|a? new? column {table:column} to {table}`],
    (taken) => of(table(taken), said('member', taken.text('column') ?? '')),
  ),
];
