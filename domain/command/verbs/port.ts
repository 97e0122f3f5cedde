import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { inspectCall } from '../inspect-call';
import { requiredId } from '../required-id';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requireOperands } from '../require-operands';

type PortArgs = {
  readonly container: string;
  /** `80/tcp`; null is all of them. */
  readonly port: string | null;
};

type Bindings = Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;

const target = ({ container }: PortArgs) => ({ kind: 'container', name: container }) as const;

export const port: VerbSpec<PortArgs> = {
  verb: 'port',
  spellings: [['port'], ['container', 'port']],
  summary: 'shows where the ports of a container are published',
  parse(words, registry) {
    const flags = readFlags(words, {});
    const [container, inside] = requireOperands('port', flags.operands, 1, 2);
    return {
      container: targetName('container', container, registry),
      port: inside === undefined ? null : parsePort(inside),
    };
  },
  reversibility: () => 'READ_ONLY',
  targets: (args) => [target(args)],
  creates: () => [],
  render: (args) =>
    `shows where ${args.port === null ? 'the ports' : `port ${args.port}`} of container ${args.container} ${args.port === null ? 'are' : 'is'} published`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield inspectCall('container', requiredId(ids, target(args)));
    const bindings = (json as { NetworkSettings?: { Ports?: Bindings | null } }).NetworkSettings?.Ports ?? {};
    if (args.port === null) {
      const inside = Object.keys(bindings).sort(byNumber);
      return {
        exit_code: 0,
        output: inside
          .flatMap((name) => addresses(bindings, name).map((address) => `${name} -> ${address}\n`))
          .join(''),
      };
    }
    const found = addresses(bindings, args.port);
    if (found.length === 0)
      return { exit_code: 1, output: `no public port ${args.port} published for ${args.container}\n` };
    return { exit_code: 0, output: found.map((address) => `${address}\n`).join('') };
  },
};

const addresses = (bindings: Bindings, inside: string): string[] =>
  (bindings[inside] ?? []).map(
    ({ HostIp, HostPort }) => `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`,
  );

const byNumber = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);

function parsePort(word: string): string {
  const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(word);
  const number = Number(match?.[1]);
  if (match === null || number < 1 || number > 65_535) {
    throw refusal('COMMAND_ARGUMENTS', `${word} is no port; it must be like 80 or 53/udp`, { part: word });
  }
  return `${String(number)}/${match[2] ?? 'tcp'}`;
}
