import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { renderColumns } from '../output/table';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type ComposeLsArgs = { readonly all: boolean; readonly quiet: boolean; readonly json: boolean };

const PROJECT = 'com.docker.compose.project';
const FILES = 'com.docker.compose.project.config_files';

/** Whatever made the containers wrote their labels, so this is what they say of themselves. */
export const composeLs: VerbSpec<ComposeLsArgs> = {
  verb: 'compose ls',
  spellings: [['compose', 'ls']],
  summary: 'lists Compose projects by the labels of their containers',
  parse(words) {
    const flags = readFlags(words, { '--all': { short: '-a' }, '--quiet': { short: '-q' }, '--format': { value: true }, '--filter': { value: true } });
    requireOperands('compose ls', flags.operands, 0, 0);
    return { all: flags.has('--all'), quiet: flags.has('--quiet'), json: flags.value('--format') === 'json' };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: () => 'lists Compose projects',
  *run({ all, quiet, json: asJson }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'GET', path: '/containers/json', query: { all, filters: JSON.stringify({ label: [PROJECT] }) }, answer: 'json', expect: [200] };
    const found = new Map<string, { states: string[]; files: string }>();
    for (const { State, Labels } of json as readonly { State: string; Labels: Readonly<Record<string, string>> }[]) {
      const name = Labels[PROJECT] ?? '';
      const one = found.get(name) ?? { states: [], files: Labels[FILES] ?? '' };
      found.set(name, { ...one, states: [...one.states, State] });
    }
    const rows = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Name, { states, files }]) => ({ Name, Status: statusOf(states), ConfigFiles: files }));
    if (quiet) return { exit_code: 0, output: rows.map(({ Name }) => `${Name}\n`).join('') };
    if (asJson) return { exit_code: 0, output: `${JSON.stringify(rows)}\n` };
    return { exit_code: 0, output: renderColumns([{ field: 'Name', header: 'NAME' }, { field: 'Status', header: 'STATUS' }, { field: 'ConfigFiles', header: 'CONFIG FILES' }], rows) };
  },
};

const statusOf = (states: readonly string[]): string => [...new Set(states)].sort().map((state) => `${state}(${String(states.filter((one) => one === state).length)})`).join(', ');
