/** policy try: what lines that people and agents typed would come to under a policy, offline. It is how one decides to install Wingman. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { packageRoot } from '../../../supervisor/package-root';
import type { Cli } from '../cli';
import { CliFailure, EXIT } from '../exit';
import { splitShell } from '../hook/split-shell';
import { plainJson, type Show } from '../output';
import { classifyLine, type Judged } from '../policy-try/classify-line';
import { readCommands } from '../policy-try/read-commands';
import { suggestRegistry } from '../policy-try/suggest';
import { readTextFile } from '../read-text';

export interface TryFlags {
  readonly policy?: string;
  readonly env?: string;
  readonly dir?: string;
  readonly suggest?: true;
}

export function tryPolicy(cli: Cli, file: string, flags: TryFlags): void {
  const policy = parsePolicyFile(readTextFile(flags.policy ?? join(packageRoot(), 'policy', 'default.yaml')));
  const [first = ''] = Object.keys(policy.environments);
  const environment = flags.env ?? first;
  if (!Object.hasOwn(policy.environments, environment)) throw new CliFailure(`${environment} is no environment of ${policy.name}; there are ${Object.keys(policy.environments).join(', ')}`, EXIT.usage);
  const text = file === '-' ? readFileSync(0, 'utf8') : readTextFile(file);
  const options = { policy, environment, worker: 'agent-1', home: homedir(), now: Date.now() };
  let dir = resolve(flags.dir ?? '.');
  const judged = readCommands(text, (line) => splitShell(line).isClear).map((line) => {
    const one = classifyLine(line, dir, options);
    dir = one.dir;
    return one.judged;
  });
  if (cli.isJson()) {
    for (const { line, outcome, code, reason, risk } of judged) process.stdout.write(`${plainJson({ line, outcome, code, reason, risk })}\n`);
    if (flags.suggest === true) process.stdout.write(`${plainJson({ suggest: suggestRegistry(judged) })}\n`);
    return;
  }
  cli.print(judged, showTried(flags.suggest === true));
}

const SAYS = { run: 'run at once', ask: 'wait for a person', never: 'never run' } as const;

const showTried = (suggest: boolean): Show<readonly Judged[]> => (judged, style) => {
  const of = (outcome: Judged['outcome']) => judged.filter((one) => one.outcome === outcome);
  const counted = (['run', 'ask', 'never'] as const).flatMap((outcome) => {
    const codes = new Map<string, number>();
    for (const { code } of of(outcome)) codes.set(code, (codes.get(code) ?? 0) + 1);
    const share = judged.length === 0 ? 0 : Math.round((of(outcome).length / judged.length) * 100);
    return [style.bold(`${String(of(outcome).length)} of ${String(judged.length)} lines ${SAYS[outcome]} (${String(share)} %)`), ...[...codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `  ${String(count).padStart(4)}  ${code}`)];
  });
  return [
    ...judged.map(({ line, outcome, code, reason, risk }) => `${outcome.padEnd(5)} ${(risk ?? '').padEnd(6)} ${line.replaceAll('\n', ' ⏎ ')}${outcome === 'run' ? '' : `\n             ${code}: ${reason}`}`),
    '',
    ...counted,
    ...(suggest ? ['', 'What would make what is asked easy, for the policy (`wingman policy show`, then `wingman policy apply`):', '', stringify({ registry: suggestRegistry(judged) }).trimEnd()] : []),
  ].join('\n');
};
