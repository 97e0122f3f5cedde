import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../errors';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requiredId } from '../required-id';

type TagArgs = { readonly source: string; readonly repo: string; readonly tag: string };

export const tag: VerbSpec<TagArgs> = {
  verb: 'tag',
  spellings: [['tag'], ['image', 'tag']],
  summary: 'gives an image a further name',
  parse(words) {
    const [source, target, more] = readFlags(words, {}).operands;
    if (source === undefined || target === undefined || more !== undefined) throw refusal('COMMAND_ARGUMENTS', 'docker tag takes an image and its new name', { verb: 'tag' });
    const name = imageName(target);
    const colon = name.lastIndexOf(':');
    if (colon <= name.lastIndexOf('/') || name.includes('@')) throw refusal('COMMAND_TARGET_NAME', `${name} needs a tag, such as ${name.split('@')[0] ?? name}:1`, { part: name });
    return { source: imageName(source), repo: name.slice(0, colon), tag: name.slice(colon + 1) };
  },
  reversibility: () => 'REVERSIBLE',
  targets: ({ source }) => [{ kind: 'image', name: source }],
  creates: ({ repo, tag: name }) => [{ kind: 'image', name: `${repo}:${name}` }],
  render: ({ source, repo, tag: name }) => `names image ${source} also ${repo}:${name}`,
  *run({ source, repo, tag: name }, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = requiredId(ids, { kind: 'image', name: source });
    yield { method: 'POST', path: `/images/${encodeURIComponent(id)}/tag`, query: { repo, tag: name }, answer: 'none', expect: [201] };
    return { exit_code: 0, output: '' };
  },
};
