import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { imageName, targetName } from '../read-names';
import { requiredId } from '../required-id';

type CommitArgs = { readonly container: string; readonly repo: string; readonly tag: string; readonly message?: string; readonly author?: string; readonly pause: boolean };

const target = ({ container }: CommitArgs) => ({ kind: 'container', name: container }) as const;

export const commit: VerbSpec<CommitArgs> = {
  verb: 'commit',
  spellings: [['commit'], ['container', 'commit']],
  summary: 'makes an image of a container as it is, with all that is in its files',
  parse(words, registry) {
    const flags = readFlags(words, { '--message': { short: '-m', value: true }, '--author': { short: '-a', value: true }, '--pause': { short: '-p' }, '--change': { short: '-c', never: 'changes what the image runs beside what the container holds' } });
    const [container, image, more] = flags.operands;
    if (container === undefined || image === undefined || more !== undefined) throw refusal('COMMAND_ARGUMENTS', 'docker commit takes a container and the name of the image', { verb: 'commit' });
    const name = imageName(image);
    if (name.includes('@')) throw refusal('COMMAND_TARGET_NAME', `${name}: the digest of an image is known only when it is made`, { part: name });
    const colon = name.lastIndexOf(':');
    const tagged = colon > name.lastIndexOf('/');
    const [message, author] = [flags.value('--message'), flags.value('--author')];
    return {
      container: targetName('container', container, registry),
      repo: tagged ? name.slice(0, colon) : name,
      tag: tagged ? name.slice(colon + 1) : 'latest',
      pause: flags.value('--pause') !== 'false',
      ...(message === null ? {} : { message }),
      ...(author === null ? {} : { author }),
    };
  },
  unregistered: ({ container }) => [{ kind: 'option', code: 'COMMAND_UNKNOWN_VERB', says: `the image holds whatever is in the files of ${container}, secrets too`, part: container }],
  reversibility: () => 'REVERSIBLE',
  targets: (args) => [target(args)],
  creates: ({ repo, tag }) => [{ kind: 'image', name: `${repo}:${tag}` }],
  render(args, inventory) {
    const name = `${args.repo}:${args.tag}`;
    const replaces = inventory?.images.some(({ tags }) => tags.includes(name)) === true;
    return `makes image ${name} of ${describeTarget(target(args), inventory)} as it is${args.pause ? ', paused meanwhile' : ''}${replaces ? ', in the place of the image of that name' : ''}`;
  },
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const { repo, tag, message, author, pause } = args;
    const query = { container: requiredId(ids, target(args)), repo, tag, pause, ...(message === undefined ? {} : { comment: message }), ...(author === undefined ? {} : { author }) };
    const { json } = yield { method: 'POST', path: '/commit', query, body: {}, answer: 'json', expect: [201] };
    return { exit_code: 0, output: `${(json as { Id: string }).Id}\n` };
  },
};
