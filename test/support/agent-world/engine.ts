/** Containers, images, networks and volumes of the corpus's world, with what the engine and the ledger recorded since the task began. */
export interface AgentContainer {
  readonly name: string;
  readonly image: string;
  readonly state: 'running' | 'exited' | 'paused' | 'restarting';
  readonly health?: 'healthy' | 'unhealthy';
  readonly exit_code?: number;
  readonly restarts?: number;
  readonly created_at: string;
  readonly started_at: string;
  readonly finished_at?: string;
  /** Host port to container port. */
  readonly ports?: readonly { readonly host: number; readonly container: number; readonly address: string }[];
  /** Volume or path to where it is mounted. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly aliases?: readonly string[];
  readonly restart_policy?: 'no' | 'always' | 'unless-stopped';
  /** Of the Compose project `shop`. */
  readonly service?: string;
}

const BEFORE = '2026-11-20T08:00:00Z';

export const AGENT_CONTAINERS: readonly AgentContainer[] = [
  {
    name: 'shop-web',
    image: 'nginx:1.27-alpine',
    state: 'running',
    health: 'healthy',
    created_at: BEFORE,
    started_at: BEFORE,
    ports: [{ host: 18135, container: 80, address: '0.0.0.0' }],
    networks: ['shop-net'],
    aliases: ['front', 'app'],
    restart_policy: 'unless-stopped',
    service: 'web',
  },
  {
    name: 'shop-api',
    image: 'shop-shop:1.4.2',
    state: 'exited',
    exit_code: 1,
    created_at: BEFORE,
    started_at: '2026-11-23T13:50:00Z',
    finished_at: '2026-11-23T13:52:00Z',
    networks: ['shop-net'],
    service: 'api',
    restart_policy: 'no',
  },
  {
    name: 'shop-db',
    image: 'postgres:16.4-alpine',
    state: 'running',
    health: 'healthy',
    created_at: BEFORE,
    started_at: BEFORE,
    ports: [{ host: 18136, container: 5432, address: '0.0.0.0' }],
    mounts: { 'shop-data': '/var/lib/postgresql/data' },
    networks: ['shop-net', 'shop-backend'],
    aliases: ['database', 'postgres'],
    restart_policy: 'always',
    service: 'db',
  },
  {
    name: 'shop-cache',
    image: 'redis:7.2-alpine',
    state: 'running',
    created_at: BEFORE,
    started_at: '2026-11-23T14:33:05Z',
    networks: ['shop-backend'],
    aliases: ['redis'],
    service: 'cache',
    restart_policy: 'unless-stopped',
  },
  {
    name: 'shop-search',
    image: 'opensearchproject/opensearch:2.15.0',
    state: 'running',
    health: 'unhealthy',
    created_at: BEFORE,
    started_at: '2026-11-23T14:40:02Z',
    networks: ['shop-backend'],
    service: 'search',
  },
  {
    name: 'shop-migrate',
    image: 'shop-shop:1.4.2',
    state: 'exited',
    exit_code: 0,
    created_at: BEFORE,
    started_at: '2026-11-23T14:36:20Z',
    finished_at: '2026-11-23T14:36:31Z',
    networks: ['shop-backend'],
    service: 'migrate',
  },
  {
    name: 'shop-mail',
    image: 'axllent/mailpit:v1.20',
    state: 'running',
    created_at: '2026-11-23T14:47:01Z',
    started_at: '2026-11-23T14:47:01Z',
    ports: [{ host: 18138, container: 8025, address: '127.0.0.1' }],
    networks: ['shop-net'],
  },
  {
    name: 'shop-metrics',
    image: 'prom/prometheus:v2.54.1',
    state: 'exited',
    exit_code: 0,
    created_at: BEFORE,
    started_at: BEFORE,
    finished_at: '2026-11-23T14:48:04Z',
    networks: ['shop-backend'],
  },
  {
    name: 'shop-batch',
    image: 'busybox:1.36',
    state: 'paused',
    created_at: BEFORE,
    started_at: BEFORE,
    networks: ['shop-backend'],
  },
  {
    name: 'shop-proxy',
    image: 'traefik:v3.1',
    state: 'restarting',
    exit_code: 1,
    restarts: 14,
    created_at: BEFORE,
    started_at: '2026-11-23T14:59:30Z',
    finished_at: '2026-11-23T14:59:31Z',
    networks: ['shop-net'],
    restart_policy: 'always',
  },
  {
    name: 'demo',
    image: 'busybox:1.36',
    state: 'running',
    created_at: BEFORE,
    started_at: BEFORE,
    networks: ['bridge'],
  },
  {
    name: 'claims-web',
    image: 'nginx:1.27-alpine',
    state: 'running',
    created_at: BEFORE,
    started_at: BEFORE,
    networks: ['bridge'],
  },
];

export const COMPOSE_PROJECT = {
  name: 'shop',
  file: '/srv/shop/docker-compose.yml',
  services: ['web', 'api', 'db', 'cache', 'search', 'migrate'],
};

export const AGENT_IMAGES = [
  {
    name: 'shop-shop:1.4.2',
    size: 182_400_000,
    created_at: '2026-11-19T10:00:00Z',
    present_since: '2026-11-19T10:00:00Z',
  },
  {
    name: 'shop-shop:1.4.1',
    size: 181_900_000,
    created_at: '2026-10-02T10:00:00Z',
    present_since: '2026-10-02T10:00:00Z',
  },
  { name: 'nginx:1.27-alpine', size: 47_800_000, created_at: '2026-09-10T10:00:00Z', present_since: BEFORE },
  { name: 'postgres:16.4-alpine', size: 274_000_000, created_at: '2026-09-11T10:00:00Z', present_since: BEFORE },
  { name: 'redis:7.2-alpine', size: 41_200_000, created_at: '2026-09-12T10:00:00Z', present_since: BEFORE },
  {
    name: 'opensearchproject/opensearch:2.15.0',
    size: 1_310_000_000,
    created_at: '2026-09-13T10:00:00Z',
    present_since: BEFORE,
  },
  { name: 'prom/prometheus:v2.54.1', size: 268_000_000, created_at: '2026-09-14T10:00:00Z', present_since: BEFORE },
  { name: 'traefik:v3.1', size: 178_000_000, created_at: '2026-09-15T10:00:00Z', present_since: BEFORE },
  { name: 'busybox:1.36', size: 4_260_000, created_at: '2026-09-16T10:00:00Z', present_since: BEFORE },
  {
    name: 'axllent/mailpit:v1.20',
    size: 29_500_000,
    created_at: '2026-09-17T10:00:00Z',
    present_since: '2026-11-23T14:46:10Z',
  },
] as const;

export const AGENT_NETWORKS = [
  { name: 'shop-net', driver: 'bridge', created_at: BEFORE },
  { name: 'shop-backend', driver: 'bridge', created_at: BEFORE },
  { name: 'bridge', driver: 'bridge', created_at: BEFORE },
] as const;

export const AGENT_VOLUMES = [
  { name: 'shop-data', created_at: BEFORE },
  { name: 'shop-uploads', created_at: '2026-11-23T14:47:30Z' },
] as const;

/** There when the task began; removed or renamed in it. */
export const ENGINE_GONE = {
  containers: ['shop-old', 'shop-tmp'],
  images: ['shop-shop:1.3.0'],
  volumes: ['shop-scratch'],
  networks: [],
} as const;

/** Rows of the ledger since the task began, all of them, all of the agent whose claims these are. */
export const AGENT_EXECUTIONS = [
  { execution_id: 'e-101', command: 'docker restart shop-cache', outcome: 'SUCCEEDED', exit_code: 0, at: '14:33:00' },
  { execution_id: 'e-102', command: 'docker rm -f shop-old', outcome: 'SUCCEEDED', exit_code: 0, at: '14:34:00' },
  {
    execution_id: 'e-103',
    command: 'docker rename shop-tmp shop-batch',
    outcome: 'SUCCEEDED',
    exit_code: 0,
    at: '14:35:00',
  },
  { execution_id: 'e-104', command: 'docker pause shop-batch', outcome: 'SUCCEEDED', exit_code: 0, at: '14:35:30' },
  { execution_id: 'e-105', command: 'docker start shop-migrate', outcome: 'SUCCEEDED', exit_code: 0, at: '14:36:20' },
  {
    execution_id: 'e-106',
    command: 'docker pull axllent/mailpit:v1.20',
    outcome: 'SUCCEEDED',
    exit_code: 0,
    at: '14:46:00',
  },
  {
    execution_id: 'e-107',
    command: 'docker run -d --name shop-mail --network shop-net -p 127.0.0.1:18138:8025 axllent/mailpit:v1.20',
    outcome: 'SUCCEEDED',
    exit_code: 0,
    at: '14:47:00',
  },
  {
    execution_id: 'e-108',
    command: 'docker volume create shop-uploads',
    outcome: 'SUCCEEDED',
    exit_code: 0,
    at: '14:47:30',
  },
  {
    execution_id: 'e-109',
    command: 'docker volume rm shop-scratch',
    outcome: 'SUCCEEDED',
    exit_code: 0,
    at: '14:47:45',
  },
  { execution_id: 'e-110', command: 'docker stop shop-metrics', outcome: 'SUCCEEDED', exit_code: 0, at: '14:48:00' },
  { execution_id: 'e-111', command: 'docker rmi shop-shop:1.3.0', outcome: 'SUCCEEDED', exit_code: 0, at: '14:48:30' },
  { execution_id: 'e-112', command: 'docker start shop-api', outcome: 'FAILED', exit_code: 1, at: '14:49:00' },
] as const;

/** What the engine told since the task began, beside the events of the executions: shop-search was restarted by hand. */
export const ENGINE_EVENTS = [
  { kind: 'container', action: 'restart', name: 'shop-search', at: '2026-11-23T14:40:02Z' },
] as const;
