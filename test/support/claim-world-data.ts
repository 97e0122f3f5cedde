/**
 * The world that the table of claims (test/domain/claim/table.ts) speaks of, as data: a pure test makes observations of it, an
 * end-to-end test makes real files, containers, ports and servers of it. `{root}` and the like are filled in by who makes it.
 */
export interface WorldFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: string;
  /** Last write, seconds before the test (utimes); birth and change are the test's own. */
  readonly written_ago?: number;
}

export interface WorldContainer {
  readonly name: string;
  readonly state: 'running' | 'exited' | 'paused';
  readonly exit_code?: number;
  /** Placeholder of a host port that it publishes. */
  readonly publishes?: string;
  readonly networks?: readonly string[];
}

/** What a maker of the world has to choose. */
export interface WorldPlaces {
  /** Absolute directory, without a slash at its end. */
  readonly root: string;
  /** `http://127.0.0.1:PORT` of the server with the routes below. */
  readonly http: string;
  /** Its port; a port where nothing listens; the host port that claim-web publishes. */
  readonly port: string;
  readonly closed: string;
  readonly published: string;
  /** An image with a tag that the containers are made of, and one that does not exist. */
  readonly image: string;
  readonly other_image: string;
  /** Name and pid of a process that runs. */
  readonly process: string;
  readonly pid: string;
  /** sha256 in hex of {root}/backup.tar. */
  readonly backup_sha256: string;
}

export const CLAIM_WORLD = {
  files: [
    { path: '{root}/reports/q1.json', content: `${'a'.repeat(119)}\n` },
    { path: '{root}/backup.tar', content: '\0'.repeat(10_240) },
    { path: '{root}/notes with spaces.txt', content: 'hello' },
    { path: '{root}/übersicht.md', content: 'overview\n' },
    { path: '{root}/empty.txt', content: '' },
    { path: '{root}/app/config.yml', content: 'a: 1\nb: 2\nc: 3\n' },
    { path: '{root}/big.bin', content: 'b'.repeat(3_145_728) },
    { path: '{root}/old.log', content: 'line\n'.repeat(10), written_ago: 3 * 86_400 },
    { path: '{root}/run.sh', content: '#!/bin/sh\n', mode: '0755' },
    ...['a', 'b', 'c', 'd', 'e'].map((name) => ({ path: `{root}/five/${name}.txt`, content: name })),
    { path: '{root}/five/sub/f.txt', content: 'f' },
  ] as readonly WorldFile[],
  /** Beside those that the files need. */
  directories: ['{root}/void'],
  /** Was there at the baseline (which is taken of these paths only), is gone now. */
  gone: ['{root}/scratch.log'],
  containers: [
    { name: 'claim-web', state: 'running', publishes: '{published}', networks: ['claim-net'] },
    { name: 'claim-db', state: 'running' },
    { name: 'claim-batch', state: 'exited', exit_code: 0 },
    { name: 'claim-broken', state: 'exited', exit_code: 3 },
    { name: 'claim-held', state: 'paused' },
  ] as readonly WorldContainer[],
  networks: ['claim-net'],
  volumes: ['claim-data'],
  routes: { '/health': 200, '/missing': 404, '/broken': 500, '/moved': 302 } as Readonly<Record<string, number>>,
  /** Rows of the ledger, oldest first, all within the last minutes. */
  executions: [
    { execution_id: 'e-1', command: 'docker restart claim-db', outcome: 'SUCCEEDED', exit_code: 0 },
    { execution_id: 'e-2', command: 'docker start claim-ghost', outcome: 'FAILED', exit_code: 1 },
    { execution_id: 'e-3', command: 'docker stop claim-batch', outcome: 'SUCCEEDED', exit_code: 0 },
    { execution_id: 'e-4', command: 'docker kill claim-broken', outcome: 'UNKNOWN', exit_code: null },
  ],
  /** Only where a prober reports them; entries that need them say so. */
  services: {
    nginx: { state: 'active', instances: 2 },
    cron: { state: 'inactive', instances: 0 },
    backup: { state: 'failed', instances: 0 },
  },
  packages: { curl: '8.5.0', 'left-pad': '1.3.0' },
  commits: { revision: 'abc1234def5678abc1234def5678abc1234def56', repository: '{root}/repo', branches: ['main'] },
  rows: { database: 'shop', table: 'orders', count: 42 },
} as const;

/** Names that the API would know for the world's tenant. */
export const CLAIM_WORLD_CONTAINERS = CLAIM_WORLD.containers.map(({ name }) => name);

/** The text with the places of a world filled in. @throws TypeError for a placeholder that nobody filled */
export function placed(text: string, places: WorldPlaces): string {
  return text.replace(/\{([a-z_0-9]+)\}/g, (whole, name: string) => {
    const value = Object.entries(places).find(([key]) => key === name)?.[1] as string | undefined;
    if (value === undefined) throw new TypeError(`nothing fills ${whole}`);
    return value;
  });
}
