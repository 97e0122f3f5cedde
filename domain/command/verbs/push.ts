import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { imageName } from '../read-names';
import { requireOperands } from '../require-operands';

type PushArgs = { readonly image: string };

const target = ({ image }: PushArgs) => ({ kind: 'image', name: image }) as const;

/** With the logins that an operator gave the engine's host; an agent hands none over. What is sent is not got back. */
export const push: VerbSpec<PushArgs> = {
  verb: 'push',
  spellings: [['push'], ['image', 'push']],
  summary: 'sends an image to the registry that its name says; what is sent is not got back',
  parse(words) {
    const flags = readFlags(words, { '--quiet': { short: '-q' }, '--all-tags': { short: '-a', never: 'sends whatever has that name' }, '--disable-content-trust': {} });
    const image = imageName(requireOperands('push', flags.operands, 1, 1)[0]);
    if (image.includes('@')) throw refusal('COMMAND_TARGET_NAME', `${image}: a digest is what the registry makes of it; push its tag`, { part: image });
    return { image };
  },
  unregistered: ({ image }) => [{ kind: 'option', code: 'COMMAND_UNKNOWN_VERB', says: `${image} is sent to a registry, and with it all that is in its layers`, part: image }],
  reversibility: () => 'DESTRUCTIVE',
  targets: (args) => [target(args)],
  creates: () => [],
  render: (args, inventory) => `sends ${describeTarget(target(args), inventory)} to the registry of its name`,
  *run({ image }): Generator<EngineCall, StepResult, EngineReply> {
    const colon = image.lastIndexOf(':');
    const tagged = colon > image.lastIndexOf('/');
    const name = tagged ? image.slice(0, colon) : image;
    const { json } = yield { method: 'POST', path: `/images/${name}/push`, query: { tag: tagged ? image.slice(colon + 1) : 'latest' }, answer: 'lines', expect: [200], registryAuth: true };
    const lines = (json as readonly { readonly status?: string; readonly id?: string }[]).flatMap(({ status, id }) => (status === undefined || id !== undefined ? [] : [status]));
    return { exit_code: 0, output: lines.map((line) => `${line}\n`).join('') };
  },
};
