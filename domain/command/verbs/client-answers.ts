/** What docker's client answers of itself and of where it points. There is one engine here, and it is Wingman's to choose. */
import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { readFlags, type FlagSpec } from '../read-flags';
import { requireOperands } from '../require-operands';

type NoArgs = { readonly quiet?: true };

function answer(verb: string, spellings: VerbSpec['spellings'], summary: string, flags: Readonly<Record<string, FlagSpec>>, print: (quiet: boolean, server: { readonly Version?: string; readonly GitCommit?: string }) => string): VerbSpec<NoArgs> {
  return {
    verb,
    spellings,
    summary,
    parse(words) {
      const given = readFlags(words, flags);
      requireOperands(verb, given.operands, 0, 0);
      return given.has('--quiet') || given.has('--short') ? { quiet: true } : {};
    },
    reversibility: () => 'READ_ONLY',
    targets: () => [],
    creates: () => [],
    render: () => summary,
    *run({ quiet = false }): Generator<EngineCall, StepResult, EngineReply> {
      const { json } = yield { method: 'GET', path: '/version', answer: 'json', expect: [200] };
      return { exit_code: 0, output: print(quiet, json as { readonly Version?: string; readonly GitCommit?: string }) };
    },
  };
}

const FORMAT = { '--format': { value: true }, '--quiet': { short: '-q' } } as const;

export const clientVersion = answer('--version', [['--version'], ['-v']], 'shows the version of the engine in one line', {}, (_quiet, { Version = '', GitCommit = '' }) => `Docker version ${Version}, build ${GitCommit}\n`);
export const contextLs = answer('context ls', [['context', 'ls'], ['context', 'list']], 'shows the one engine that commands go to', FORMAT, (quiet) =>
  quiet ? 'default\n' : 'NAME        DESCRIPTION                      DOCKER ENDPOINT\ndefault *   the engine that Wingman governs   through Wingman\n');
export const contextShow = answer('context show', [['context', 'show']], 'shows which engine commands go to', {}, () => 'default\n');
export const buildxLs = answer('buildx ls', [['buildx', 'ls']], 'shows the one builder that there is, the engine’s own', FORMAT, (_quiet, { Version = '' }) =>
  `NAME/NODE     DRIVER/ENDPOINT   STATUS    BUILDKIT\ndefault*      docker\n \\_ default    \\_ default        running   ${Version}\n`);
export const buildxVersion = answer('buildx version', [['buildx', 'version']], 'shows which builder there is', {}, (_quiet, { Version = '' }) => `the engine's own builder, ${Version}\n`);
export const composeVersion = answer('compose version', [['compose', 'version']], 'shows that there is Compose', { '--short': {}, '--format': { short: '-f', value: true } }, (short) => (short ? '2\n' : 'Docker Compose version 2, as Wingman runs it\n'));
