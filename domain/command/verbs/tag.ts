import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { imageName, unregisteredImage } from '../read-names';
import { requiredId } from '../required-id';

type TagArgs = { readonly source: string; readonly repo: string; readonly tag: string };

/**
 * Only a registered image is given a name unasked: otherwise whatever lies on the host could be named as one that may be run.
 */
export const tag: VerbSpec<TagArgs> = {
  verb: 'tag',
  spellings: [['tag'], ['image', 'tag']],
  summary: 'gives an image a further name',
  parse(words) {
    const [source, target, more] = readFlags(words, {}).operands;
    if (source === undefined || target === undefined || more !== undefined) {
      throw refusal('COMMAND_ARGUMENTS', 'docker tag takes an image and its new name', { verb: 'tag' });
    }
    return { source: imageName(source), ...splitTag(imageName(target)) };
  },
  unregistered: ({ source }, registry) => unregisteredImage(source, registry),
  reversibility: () => 'REVERSIBLE',
  targets: ({ source }) => [{ kind: 'image', name: source }],
  creates: ({ repo, tag: name }) => [{ kind: 'image', name: `${repo}:${name}` }],
  render({ source, repo, tag: name }, inventory) {
    const replaces = inventory?.images.some(({ tags }) => tags.includes(`${repo}:${name}`)) === true;
    const also = replaces ? ', in the place of the image of that name' : '';
    return `names ${describeTarget({ kind: 'image', name: source }, inventory)} also ${repo}:${name}${also}`;
  },
  *run({ source, repo, tag: name }, ids): Generator<EngineCall, StepResult, EngineReply> {
    const path = `/images/${encodeURIComponent(requiredId(ids, { kind: 'image', name: source }))}/tag`;
    yield { method: 'POST', path, query: { repo, tag: name }, answer: 'none', expect: [201] };
    return { exit_code: 0, output: '' };
  },
};

/** Without a tag it is `latest`, as docker has it. */
function splitTag(name: string): { readonly repo: string; readonly tag: string } {
  const colon = name.lastIndexOf(':');
  if (name.includes('@')) {
    throw refusal('COMMAND_TARGET_NAME', `the new name ${name} may have a tag and no digest, such as nginx:1.27`, {
      part: name,
    });
  }
  return colon <= name.lastIndexOf('/') ? { repo: name, tag: 'latest' } : { repo: name.slice(0, colon), tag: name.slice(colon + 1) };
}
