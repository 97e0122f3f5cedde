/** Files and directories as agents speak of them. */
import { deed, forms, of, said } from './form';
import type { Form, Taken } from './form';

const file = (taken: Taken): ReturnType<Taken['nouns']> => taken.nouns('file');

/** Octal with four digits, out of octal or `-rw-------`. */
export function toMode(written: string): string {
  if (/[0-7]{3,4}$/.test(written)) return written.replace(/^0?o/, '').slice(-4).padStart(4, '0');
  const bits = written.slice(-9);
  const digits = [0, 3, 6].map((at) => (bits.charAt(at) === 'r' ? 4 : 0) + (bits.charAt(at + 1) === 'w' ? 2 : 0) + (/[xst]/.test(bits.charAt(at + 2)) ? 1 : 0));
  return `0${digits.join('')}`;
}

const MADE = 'created|added|written|generated|saved|placed|put|produced|exported|stored|made|introduced|prepared|dumped|built|scaffolded';
const CHANGED =
  'updated|edited|modified|changed|refactored|rewrote|rewritten|adjusted|fixed|improved|extended|tidied_up|reworked|patched|adapted|corrected|simplified|restructured|optimized|optimised|reformatted|formatted|documented|amended|tweaked|revised|compressed|trimmed|shortened|converted|enhanced|migrated|hardened';
const GONE = 'deleted|removed|erased|pruned|dropped|cleaned_up|wiped|purged|got_rid_of|thrown_away|cleared_out|discarded|unlinked';
const BE = "is|are|was|were|has_been|have_been|is_now|are_now|has_now_been|have_now_been|has_just_been|has_also_been|'s_been";
const I = "i|we|i_have|we_have|i've|we've|i_also|i_have_also|i've_also|i_just|i_now|i_then|i_have_now|i_sucessfully|i_have_sucessfully|i_successfully|i_have_successfully|i've_successfully|successfully|sucessfully|have|also|just|now|newly";

export const FILE_FORMS: readonly Form[] = [
  ...forms(
    [`${I}? ${MADE} :? {file} {time}?`, `{file} ${BE} ${MADE} {time}?`, `{file} ${MADE}`, `{file} –|—|:|-|→ new|created|added|written|generated|new_file`, `new|created|added|new_file|new_files|created_file|created_files|added_file ,|:? {file}`,
      `{file} ${BE} ${MADE} by the? build|script|pipeline|me|us|migration|job|run|agent`, `created|added|wrote the? file|files|following_files|following_file : {file}`],
    (taken) => {
      const time = taken.time();
      return [{ nouns: file(taken), says: [said('created')], deed: true, ...(time === undefined ? {} : { time }) }];
    },
  ),
  ...forms(
    [`a|the|one? new? {thing} ${BE} ${MADE} at|in|as|to|under {file}`, `a|an|the? new? {thing} ${MADE} at|in|as|to|under {file}`, `{thing} ${BE} ${MADE} at|in|as|to|under {file}`, `${I}? ${MADE} the|a|an|my|our? new? {thing} to|in|at|as|into|under {file}`,
      `${I}? took|made a|the {thing} to|in|at {file}`, `the? {thing} are|is {file}`, `{thing} complete|completed|done|finished|ready|successful : {file}`, `the? new? file|output|output_file|report|backup|dump|export|log_file|config|config_file|script|location|path|result : {file}`],
    (taken) => [{ nouns: file(taken), says: [said('created')], deed: true, ...(isBorneOut(taken) ? {} : { refutes: true }) }],
  ),
  ...forms(
    ['the|a|our|my? {thing} is|are|lives|live|sits|now_lives|can_be_found|is_located|is_stored|resides|is_now|are_now|is_placed|is_saved|are_stored|is_available in|at|under {file}', 'the|a? {thing} now? lives|is in|at|under {file}'],
    (taken) => [{ nouns: file(taken), says: [said('exists')], ...(isBorneOut(taken) ? {} : { refutes: true }) }],
  ),
  ...forms(
    ['{file} is|are now? in_place|still_there|there_now|in_place_now|still_in_place|still_present|available|available_now|ready|checked_in', 'i|we left|kept {file} in_place|as_is|alone|there|untouched_in_place', 'i|we left|kept {file}', '{file} exists|exist now|already|still?'],
    (taken) => of(file(taken), said('exists')),
  ),
  ...forms(
    [`${I}? ${CHANGED} :? {file} {time}?`, `{file} ${BE}? ${CHANGED} {time}?`, `{file} –|—|:|-|→ ${CHANGED}`, `${I}? made changes|edits|adjustments|a_change|some_changes|a_fix to|in {file}`, 'changes|edits were_made|have_been_made to|in {file}'],
    (taken) => {
      const time = taken.time();
      return [{ nouns: file(taken), says: [said('modified')], deed: true, ...(time === undefined ? {} : { time }) }];
    },
  ),
  ...forms(
    ["i|we did_not|didn't|have_not|haven't|never change|changed|modify|modified|touch|touched|edit|edited|alter|altered|update|updated {file}", "{file} has_not|hasn't|was_not|wasn't|have_not|haven't|were_not|weren't been? changed|modified|touched|edited|altered|updated",
      '{file} was_left|is|remains|stays|was|has_been_left|were_left|are unchanged|untouched|unmodified|as_it_was|as_is', 'no changes|edits|modifications were|have_been made|necessary? to|in {file}', 'i|we left|kept {file} unchanged|untouched|as_it_was|unmodified', 'nothing was|has_been changed in {file}'],
    (taken) => of(file(taken), said('unchanged')),
  ),
  ...forms([`only {file} was|were|has_been|got changed|modified|touched|edited|updated`], (taken) => [{ nouns: file(taken), says: [said('modified')], deed: true, refutes: true }]),
  ...forms(
    [`${I}? ${GONE} :? {file} {time}?`, `{file} ${BE} ${GONE}`, `{file} ${GONE}`, `{file} –|—|:|-|→ ${GONE}`],
    (taken) => deed(file(taken), said('deleted')),
  ),
  ...forms(
    [`the? old? {thing}? {basename} ${BE}? ${GONE} from {file}`, `${I}? ${GONE} the? old? {thing}? {basename} from {file}`],
    (taken) => within(taken, (nouns) => deed(nouns, said('deleted'))),
  ),
  ...forms(['the? {thing}? {basename} is|are|lives now? in|inside|under {file}'], (taken) => within(taken, (nouns) => of(nouns, said('exists')))),
  ...forms([`fixed the|a? {thing} by editing|changing|updating {file}`, '{file} –|—|:|- switched|changed|set|moved to {thing} {quoted}?'], (taken) => [{ nouns: file(taken), says: [said('modified')], deed: true, refutes: true }]),
  ...forms([`{file} is|are now? gone|no_longer_there`, '{file} no_longer exists|exist'], (taken) => of(file(taken), said('absent'))),
  ...forms(
    [`${I}? moved|renamed {file} to|into|as|→ {file:to}`, `{file} ${BE} moved|renamed to|into|as {file:to}`, '{file} → {file:to} ( moved|renamed )', 'moved|renamed : {file} → {file:to}'],
    (taken) => {
      const to = taken.nouns('to');
      if (to.some(({ subject }) => subject.kind === 'directory')) return null;
      return [{ nouns: file(taken), says: [said('deleted')], deed: true }, { nouns: to, says: [said('exists')] }];
    },
  ),
  ...forms(
    ['the? file? mode|permission|permissions|file_mode of|on|for {file} is|are|to|: now? set_to? {mode}', `${I}? set|changed|updated|adjusted|restricted|tightened|fixed|corrected the? mode|permission|permissions of|on|for {file} to {mode}`,
      'chmod {mode} {file}', 'chmod {mode} on|for {file} is|was done|applied', `${I}? ran|did? chmod {mode} on? {file}`, '{file} has|have now? the? file? mode|permission|permissions {mode}', '{file} is|are mode {mode}', 'permissions|mode : {file} →|:|is|- {mode}', '{file} is|are now? set_to {mode}', '{file} ( {mode} )',
      `${I}? chmodded|chmod'ed {file} to {mode}`, '{file} is executable|readable|private ( mode? {mode} )', '{file} is? chmod {mode}'],
    (taken) => of(file(taken), said('mode', toMode(taken.text('mode') ?? ''), { text: taken.text('mode') ?? '' })),
  ),
  ...forms(['{file} is|are now? executable'], (taken) => of(file(taken), said('mode', 'executable'))),
  ...forms([`${I}? made {file} executable`, '{file} was|has_been|were now? made executable', 'chmod +x on? {file} is_done?', 'chmod +x {file} is_done?'], (taken) => deed(file(taken), said('mode', 'executable'))),
  ...forms(['{file} is_not|are_not|is_no_longer executable'], (taken) => of(file(taken), said('mode', 'not executable'))),
  ...forms(
    ['{file} is|are now? readable_by_root_only|only_readable_by_root|readable_only_by_root|only_readable_by_root|owner-only|readable_by_the_owner_only|only_readable_by_the_owner|readable_only_by_the_owner|private|not_world-readable|not_readable_by_others', `${I}? restricted|locked_down|tightened {file}`],
    (taken) => [{ nouns: file(taken), says: [said('mode', 'owner only')], refutes: true }],
  ),
  ...forms(['{file} is|are now? world-readable|readable_by_everyone|readable_by_all'], (taken) => of(file(taken), said('mode', 'world readable'))),
  ...forms(['{file} is|are , mode {mode}', '{file} is|are now? world-readable , mode {mode}'], (taken) => of(file(taken), said('mode', toMode(taken.text('mode') ?? '')))),
  ...forms(['{file} is|are now? world-writable|writable_by_everyone'], (taken) => of(file(taken), said('mode', 'world writable'))),
  ...forms(['{file} is|are now? group-writable|writable_by_the_group|writable_by_its_group'], (taken) => of(file(taken), said('mode', 'group writable'))),
  ...forms(['{file} is|are now? read-only'], (taken) => of(file(taken), said('mode', 'read only'))),
  ...forms(
    ['{file} is|are now? owned_by the? user? {owner}', `${I}? changed|set the? owner|ownership of {file} to {owner}`, 'the? owner of {file} is now? {owner}', '{file} belongs_to the? user? {owner}', 'chown {owner} {file}', `${I}? chowned {file} to {owner}`],
    (taken) => of(file(taken), said('owner', taken.text('owner') ?? '')),
  ),
  ...forms(
    ['{file} is|weighs|are now? only|just|still|exactly? {size} in_size|large|big|small?', '{file} is|are : {size}', `${I}? shrunk|shrank|compressed|reduced|trimmed {file} to|down_to only|just? {size}`,
      '{file} – {size}', 'the? size of {file} is now? only|just|exactly? {size}', '{file} went_down|grew|shrank to {size}'],
    (taken) => of(file(taken), { predicate: 'size', ...expectedOf(taken, 'size') }),
  ),
  ...forms(
    ['{file} is now? {size} ( {size:other} )', '{file} is now? exactly {size} ( {size:other} )'],
    (taken) => of(file(taken), { predicate: 'size', ...expectedOf(taken, 'size') }, { predicate: 'size', ...expectedOf(taken, 'other') }),
  ),
  ...forms(
    ['{file} is|has|contains|holds|counts now? only|just|exactly? {count} lines|line long|of_code|in_total|now?', `${I}? trimmed|shortened|cut|reduced|brought {file} down? to {count} lines`, '{file} is now? down_to|up_to {count} lines', '{file} grew|shrank|went from {count:was} to {count} lines', '{file} ( {count} lines )', '{file} – {count} lines', '{file} now? has|have {count} lines',
      `${I}? ${MADE} {file} ( {count} lines )`, 'the? {thing} has|contains {count} lines including_the_header? , see {file}'],
    (taken) => of(file(taken), { predicate: 'lines', ...expectedOf(taken, 'count') }),
  ),
  ...forms(
    ['there_are|there_is|there_are_now|there_are_still {count} files|file|entries|items in|inside|below|under {file}', '{file} contains|has|holds now? only|just|exactly? {count} files|file|entries|items now?', '{file} directory|folder contains|has|holds {count} files|entries|items', '{count} files are in {file}', 'the {name} directory|folder contains|has|holds {count} files'],
    (taken) => (file(taken).length === 0 ? null : of(file(taken).map((noun) => ({ ...noun, subject: noun.subject.kind === 'file' ? { kind: 'directory' as const, path: noun.subject.path } : noun.subject })), { predicate: 'entries', ...expectedOf(taken, 'count', { of: 'files' }) })),
  ),
  ...forms(
    ['the? sha256|sha-256|checksum|hash|sha256_hash|sha256_checksum of {file} starts_with|begins_with {name}', '{file} has the? sha256|checksum starting_with {name}'],
    (taken) => (/^[0-9a-f]{6,64}$/.test(taken.text('name') ?? '') ? of(file(taken), { predicate: 'sha256', expected: { comparison: 'contains', value: taken.text('name') ?? '' } }) : null),
  ),
];

/** A name and the directory that it is said to lie in, as one path. */
function within(taken: Taken, build: (nouns: ReturnType<Taken['nouns']>) => ReturnType<Form['build']>): ReturnType<Form['build']> {
  const [place, ...others] = file(taken);
  const name = taken.text('basename');
  if (place === undefined || others.length > 0 || !('path' in place.subject) || name === undefined) return null;
  return build([{ ...place, subject: { kind: 'file', path: `${place.subject.path}/${name}` } }]);
}

function expectedOf(taken: Taken, name: string, more: { readonly of?: 'files' } = {}): { expected: NonNullable<ReturnType<Taken['expected']>> } | Record<string, never> {
  const expected = taken.expected(name);
  return expected === undefined ? {} : { expected: { ...expected, ...more } };
}

/** The description of a thing stands in the name of each of its files, so that it says nothing beside. */
function isBorneOut(taken: Taken): boolean {
  const words = (taken.text('thing') ?? '').toLowerCase().split(' ').filter((word) => !/^(?:new|file|script|output|module|document|page|latest|the|a|an|final|updated|old)$/.test(word));
  return words.every((word) => file(taken).every(({ subject }) => 'path' in subject && subject.path.toLowerCase().includes(word.slice(0, 5))));
}
