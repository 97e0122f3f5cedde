/** Packages of the host. One of npm or pip is never looked for among Debian's: only "apt", the word "package" or a program that is Debian's says so. */
import { asNoun, deed, forms, of, said } from './form';
import type { Noun } from '../noun';
import type { Form, Taken } from './form';

const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_have_now|successfully|have|also|just|now|then";
const BY_APT = 'via apt|apt-get|aptitude|dpkg|the_package_manager';

const named = (taken: Taken): readonly Noun[] => ['debian', 'other', 'name'].flatMap((slot) => (taken.has(slot) ? [asNoun({ kind: 'package', name: taken.text(slot) ?? '' })] : []));

export const PACKAGE_FORMS: readonly Form[] = [
  ...forms([`${I}? installed the? package? {name} ${BY_APT.replace('via', 'via|with|using|through|by|from')}`, `${I}? apt|apt-get installed {name}`, `${I}? installed {debian} and {debian:other}`, `${I}? installed {debian} {debian:other} and`, `${I}? installed {debian}`, '{debian} is|was|has_been now? installed', '{name} is|was installed via apt|apt-get'], (taken) => deed(named(taken), said('created'))),
  ...forms([`${I}? uninstalled|removed|purged {debian}`, '{debian} was|has_been|is uninstalled|removed|purged', `${I}? uninstalled|removed {name} ${BY_APT.replace('via', 'via|with|using')}`], (taken) => deed(named(taken), said('deleted'))),
  ...forms(['{debian} is now? at version? {version}', '{debian} version|is_version {version} is_installed?'], (taken) => of(named(taken), said('version', taken.text('version') ?? ''))),
  ...forms(['{debian} was|has_been upgraded|updated to version? {version}', `${I}? upgraded|updated {debian} to version? {version}`, '{ref} was|has_been upgraded|updated to {version} ( package {name} )'], (taken) =>
    deed(named(taken), said('version', taken.text('version') ?? '')),
  ),
];
