import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type VolumeCreateArgs = { readonly name: string; /** Only if they were said. */ readonly labels?: readonly string[] };

/** The local driver without options: with them a volume can be any directory of the host. */
export const volumeCreate: VerbSpec<VolumeCreateArgs> = {
  verb: 'volume create',
  spellings: [['volume', 'create']],
  summary: 'makes a named volume',
  parse(words, registry) {
    const flags = readFlags(words, { '--name': { value: true }, '--driver': { short: '-d', value: true }, '--label': { value: true, repeat: true }, '--opt': { short: '-o', never: 'can make a volume of any directory of the host' } });
    const driver = flags.value('--driver') ?? 'local';
    if (driver !== 'local') throw refusal('COMMAND_FLAG_VALUE', `--driver ${driver}: a plug-in of the engine is not run; there is local`, { flag: '--driver', part: driver });
    const said = flags.value('--name');
    const labels = flags.values('--label');
    return {
      name: targetName('volume', requireOperands('volume create', said === null ? flags.operands : [said, ...flags.operands], 1, 1)[0], registry),
      ...(labels.length === 0 ? {} : { labels: [...labels] }),
    };
  },
  unregistered: ({ labels = [] }) => labels.map((label) => ({ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says: `label ${label}`, part: label })),
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ name }) => [{ kind: 'volume', name }],
  render: ({ name, labels = [] }) => [`makes volume ${name}`, ...labels.map((label) => `label ${label}`)].join(', '),
  *run({ name, labels }): Generator<EngineCall, StepResult, EngineReply> {
    yield {
      method: 'POST',
      path: '/volumes/create',
      body: { Name: name, Driver: 'local', DriverOpts: {}, ...(labels === undefined ? {} : { Labels: Object.fromEntries(labels.map((label) => [label.split('=')[0] ?? label, label.includes('=') ? label.slice(label.indexOf('=') + 1) : ''])) }) },
      answer: 'json',
      expect: [201],
    };
    return { exit_code: 0, output: `${name}\n` };
  },
};
