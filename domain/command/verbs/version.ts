import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { inspectOutput, parseInspectFormat } from '../output/inspect-output';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type VersionArgs = { readonly format: string | null };

interface ServerVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion?: string;
  readonly GoVersion: string;
  readonly GitCommit: string;
  readonly BuildTime?: string;
  readonly Os: string;
  readonly Arch: string;
  readonly Experimental?: boolean;
  readonly Components?: readonly {
    readonly Name: string;
    readonly Version: string;
    readonly Details?: { readonly GitCommit?: string };
  }[];
}

/** Of the engine alone: there is no docker client here whose version could be told. */
export const version: VerbSpec<VersionArgs> = {
  verb: 'version',
  spellings: [['version']],
  summary: 'shows the version of the engine',
  parse(words) {
    const flags = readFlags(words, { '--format': { short: '-f', value: true } });
    requireOperands('version', flags.operands, 0, 0);
    const format = flags.value('--format');
    return { format: format === null ? null : parseInspectFormat(format, false) };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: () => 'shows the version of the engine',
  *run({ format }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'GET', path: '/version', answer: 'json', expect: [200] };
    const server = json as ServerVersion;
    if (format !== null) return inspectOutput([{ Server: server }], format);
    return { exit_code: 0, output: versionText(server) };
  },
};

function versionText(server: ServerVersion): string {
  const engine = [
    ['Version', server.Version],
    [
      'API version',
      `${server.ApiVersion}${server.MinAPIVersion === undefined ? '' : ` (minimum version ${server.MinAPIVersion})`}`,
    ],
    ['Go version', server.GoVersion],
    ['Git commit', server.GitCommit],
    ['Built', server.BuildTime ?? ''],
    ['OS/Arch', `${server.Os}/${server.Arch}`],
    ['Experimental', String(server.Experimental ?? false)],
  ] as const;
  const others = (server.Components ?? [])
    .filter(({ Name }) => Name !== 'Engine')
    .map(({ Name, Version, Details }) =>
      section(Name, [
        ['Version', Version],
        ['GitCommit', Details?.GitCommit ?? ''],
      ]),
    );
  return `Server:\n${section('Engine', engine)}${others.join('')}`;
}

const section = (name: string, lines: readonly (readonly [string, string])[]): string =>
  ` ${name}:\n${lines.map(([label, value]) => `  ${`${label}:`.padEnd(18)}${value}`.trimEnd() + '\n').join('')}`;
