import { refusal } from '../../errors';
import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags } from '../read-flags';
import { pullCall } from '../pull-call';
import { imageName, unregisteredPull } from '../read-names';
import { requireOperands } from '../require-operands';

type PullArgs = { readonly image: string; readonly platform?: string };

export const pull: VerbSpec<PullArgs> = {
  verb: 'pull',
  spellings: [['pull'], ['image', 'pull']],
  summary: 'fetches an image by its tag or digest',
  parse(words) {
    const flags = readFlags(words, { '--quiet': { short: '-q' }, '--platform': { value: true } });
    const platform = flags.value('--platform');
    if (platform !== null && !/^linux(?:\/[a-z0-9]+){0,2}$/.test(platform)) throw refusal('COMMAND_FLAG_VALUE', `--platform ${platform}: it must be a platform of Linux`, { flag: '--platform', part: platform });
    return { image: imageName(requireOperands('pull', flags.operands, 1, 1)[0]), ...(platform === null ? {} : { platform }) };
  },
  unregistered: ({ image, platform }, registry) => [
    ...unregisteredPull(image, registry),
    ...(platform === undefined ? [] : [{ kind: 'option' as const, code: 'COMMAND_UNKNOWN_FLAG' as const, says: `for platform ${platform}`, part: platform }]),
  ],
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ image }) => [{ kind: 'image', name: image }],
  render: ({ image }, inventory) =>
    `pulls image ${image}${inventory?.images.some(({ tags }) => tags.includes(image)) === true ? ' (there is one of that name now)' : ''}`,
  *run({ image, platform }): Generator<EngineCall, StepResult, EngineReply> {
    const call = pullCall(image);
    const { json } = yield platform === undefined ? call : { ...call, query: { ...call.query, platform } };
    const lines = (json as readonly { status?: string }[]).flatMap(({ status }) =>
      status === undefined ? [] : [status],
    );
    return {
      exit_code: 0,
      output: `${lines.filter((line) => /^(?:Digest|Status|Pulling from)/.test(line)).join('\n')}\n`,
    };
  },
};
