/** Commits, branches and tags. Where no repository is named, the workspace is meant. */
import { asNoun, deed, forms, said } from './form';
import type { ClaimSubject } from '../../claim';
import type { Noun } from '../noun';
import type { Form, FormSaid, Taken } from './form';

const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_have_now|successfully|have|also|just|now";
const IN = 'in|to|of|on|from';

/** Null without a repository: a commit is a commit of one. */
function revision(taken: Taken, written: string): readonly Noun[] | null {
  const repository = taken.text('repo') ?? taken.text('workspace');
  if (repository === undefined || repository === '') return null;
  const subject: ClaimSubject = { kind: 'commit', repository, revision: written };
  return [asNoun(subject)];
}

function about(taken: Taken, written: string, build: (nouns: readonly Noun[]) => readonly FormSaid[]): readonly FormSaid[] | null {
  const nouns = revision(taken, written);
  return nouns === null ? null : build(nouns);
}

/** Each form with its repository, before or behind, or without. */
const within = (texts: readonly string[], build: Form['build']): readonly Form[] => forms(texts.flatMap((text) => [`${text} ${IN} {repo} {workspace}?`, `${text} {workspace}`]), build);

export const GIT_FORMS: readonly Form[] = [
  ...within([`${I}? committed the? changes|change|fix|work|everything|it|feature|update|updates|all_changes? as {sha} ( {quoted} )`, `${I}? committed the? changes|change|fix|work|everything|it|feature|update|updates|all_changes? as|in {sha}`, `${I}? committed as {sha}`, `committed as {sha} ( {quoted} )`, `${I}? committed the? {thing}? ( {quoted} , {sha} )`, `${I}? created|made|added the? commit {sha}`, 'the? commit {sha} exists', 'the? {thing} was|is|were committed as|in {sha}'], (taken) =>
    about(taken, taken.text('sha') ?? '', (nouns) => deed(nouns, said('created'))),
  ),
  ...forms([`${I}? committed the? {thing}? ( {quoted} , {sha} ) to|in {repo}`, `${I}? committed the? {thing} as {sha} in|to {repo}`], (taken) => about(taken, taken.text('sha') ?? '', (nouns) => deed(nouns, said('created')))),
  ...within(['the? commit {sha} is on the? branch {ref}', '{sha} is on branch? {ref}', 'the? branch? {ref} contains commit? {sha}'], (taken) => about(taken, taken.text('sha') ?? '', (nouns) => [{ nouns, says: [said('branch', taken.text('ref') ?? '')] }])),
  ...within([`${I}? created|made|added|opened|started|checked_out|created_and_checked_out|created_and_switched_to|created_and_pushed a|the? new? local? branch called|named? {ref}`, 'the? new? branch {ref} was|has_been|is created|pushed', 'the? branch {ref} exists|now_exists', `${I}? switched_to|am_on a|the? new? branch {ref}`], (taken) =>
    about(taken, taken.text('ref') ?? '', (nouns) => [{ nouns, says: [said('exists')] }]),
  ),
  ...within([`${I}? deleted|removed|dropped the? old|local|merged|stale? branch {ref}`, 'the? branch {ref} was|has_been|is deleted|removed|gone'], (taken) => about(taken, taken.text('ref') ?? '', (nouns) => deed(nouns, said('deleted')))),
  ...within(['the? tag {ref} points|is|refers now? at|to|on commit? {sha}', 'the? branch {ref} is now? at commit? {sha}', '{branch} is now? at commit? {sha}', '{branch} points now? at|to commit? {sha}', 'head is now? at|on commit? {sha}'], (taken) =>
    about(taken, taken.text('ref') ?? taken.text('branch') ?? 'HEAD', (nouns) => [{ nouns, says: [said('points_at', taken.text('sha') ?? '')] }]),
  ),
  ...within([`${I}? tagged the? release|version|commit|it|main? as|with? {versiontag}`, `${I}? created|added|pushed the? tag {versiontag}`, 'the? tag {versiontag} exists|was_created|has_been_created|was_pushed'], (taken) => about(taken, taken.text('versiontag') ?? '', (nouns) => [{ nouns, says: [said('exists')] }])),
  ...within([`${I}? pushed commit? {sha} to origin|the_remote|remote|github|gitlab|upstream`, `${I}? pushed commit? {sha}`, `${I}? pushed commit? {sha} to {ref:remote}`, `${I}? pushed {branch} to origin|the_remote|upstream`, `${I}? pushed the? branch {branch}`, `${I}? pushed {branch}`, '{sha} has_been|was|is pushed to? origin|the_remote|upstream?'], (taken) => about(taken, taken.text('sha') ?? taken.text('branch') ?? '', (nouns) => [{ nouns, says: [said('pushed')] }])),
  ...within(['the? commit {sha} is|was titled|called {quoted}', 'the? commit {sha} has the message|title|subject {quoted}', 'the? message|title|subject of commit {sha} is {quoted}'], (taken) => about(taken, taken.text('sha') ?? '', (nouns) => [{ nouns, says: [said('titled', taken.text('quoted') ?? '')] }])),
  ...within([`${I}? merged the? branch? {ref} into branch? {ref:to}`, 'the? branch? {ref} was|has_been|is merged into {ref:to}'], (taken) => about(taken, taken.text('ref') ?? '', (nouns) => [{ nouns, says: [said('branch', taken.text('to') ?? '')] }])),
];
