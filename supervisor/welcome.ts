/** What is printed when everything is up: where things are, how they are, and a first request that can be pasted. */
import type { DataPaths } from './data-directory';
import type { Part } from './part';
import { apiUrl } from './parts-environment';
import { toTable } from './screen';
import type { Settings } from './settings';

export interface WelcomeFacts {
  readonly settings: Settings;
  readonly paths: DataPaths;
  readonly parts: readonly Part[];
  /** What a part's line adds: an address, a reason. */
  readonly details: Readonly<Record<string, string>>;
  readonly temporalUiUrl: string;
  readonly agentKey: string;
  readonly engine: 'with demo' | 'without demo' | 'absent';
  /** Not the default directory: then the command must be told. */
  readonly isDataDirChosen: boolean;
}

export function welcome(facts: WelcomeFacts): string {
  const url = apiUrl(facts.settings);
  const command = facts.isDataDirChosen ? `WINGMAN_DATA_DIR=${shellWord(facts.paths.root)} npx wingman` : 'npx wingman';
  return [
    '',
    'Wingman is up.',
    '',
    `  API          ${url}`,
    `  API manual   ${url}/docs`,
    `  Temporal UI  ${facts.temporalUiUrl}`,
    '',
    stateTable(facts),
    '',
    ...firstRequest(url, command, facts),
    '',
    `Keys: ${facts.paths.credentials}   Logs: ${facts.paths.logs}   Stop: Ctrl-C`,
    '',
  ].join('\n');
}

export function stateTable({ parts, details }: Pick<WelcomeFacts, 'parts' | 'details'>): string {
  const rows = parts.map((part) => {
    const state = part.state();
    return [part.name, state.kind, state.kind === 'ready' ? String(state.pid) : '-', details[part.name] ?? (state.kind === 'restarting' ? state.reason : '')];
  });
  const off = Object.entries(details).filter(([name]) => !parts.some((part) => part.name === name)).map(([name, detail]) => [name, 'off', '-', detail]);
  return toTable([['PART', 'STATE', 'PID', ''], ...rows, ...off]);
}

function firstRequest(url: string, command: string, { agentKey, engine }: WelcomeFacts): readonly string[] {
  const body = JSON.stringify({
    worker_id: 'agent-1',
    task_name: 'Restart the demo container',
    instruction: 'Restart the container demo, and touch nothing else.',
    commands: ['docker restart demo'],
    execute: true,
    deployment_env: 'dev',
  });
  return [
    ...before(engine),
    'Ask for something, as the agent agent-1:',
    '',
    `  curl -sS ${url}/approvals/request -H 'Authorization: Bearer ${agentKey}' -H 'Content-Type: application/json' -d '${body}'`,
    '',
    'The answer is PENDING and has a request_id. Look at it and decide, as the reviewer:',
    '',
    `  ${command} pending`,
    `  ${command} approve <request_id>`,
  ];
}

function before(engine: WelcomeFacts['engine']): readonly string[] {
  switch (engine) {
    case 'with demo':
      return [];
    case 'without demo':
      return ['There is no container `demo` yet. This makes one, without a registry:', '', '  npm run demo', ''];
    case 'absent':
      return ['No Docker engine answers: requests can be made and decided, but nothing is executed until one is there.', ''];
  }
}

/** For a person's shell; nothing of ours is ever run through one. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
