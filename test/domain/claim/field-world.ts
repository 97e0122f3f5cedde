/** The world that the sentences from the field speak of, as probers and gateways would report it. */
import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import type { ClaimVerdict, ClaimWorld, JudgeContext, Observation, ParsedClaim, Probe } from '../../../domain/claim/claim';

type Seen = Extract<Observation, { seen: unknown }>['seen'];

const NOW = '2026-12-01T12:45:00Z';
const OLD = '2026-12-01T09:00:00Z';
/** When the task began. */
const SINCE = '2026-12-01T12:40:00Z';
const NEW = '2026-12-01T12:42:00Z';
const ROOT = '/srv/shop';

const text = (size: number, lines: number, more: Partial<Record<string, string | number>> = {}): Seen => ({
  exists: true, type: 'file', size, lines, mode: '0644', owner: 'root', sha256: 'a'.repeat(64), created_at: NEW, modified_at: NEW, changed_at: NEW, ...more,
});
const directory = (entries: number): Seen => ({ exists: true, type: 'directory', mode: '0755', entries, files: entries, directories: 0, created_at: OLD, modified_at: OLD, changed_at: OLD });

const FILES: Readonly<Record<string, Seen>> = {
  [ROOT]: directory(12),
  [`${ROOT}/migrations/0001_init.sql`]: text(900, 30),
  [`${ROOT}/migrations/0002_add_email.sql`]: text(200, 6),
  [`${ROOT}/src/app.py`]: text(2400, 80),
  [`${ROOT}/docs/api.md`]: text(400, 20),
  [`${ROOT}/docs/truth.md`]: text(400, 20, { created_at: OLD, modified_at: OLD, changed_at: OLD }),
  [`${ROOT}/scripts/run.sh`]: text(100, 5),
  [`${ROOT}/.env`]: text(60, 4, { mode: '0600' }),
  [`${ROOT}/certs/server.crt`]: text(1200, 20),
  [`${ROOT}/config/nginx.conf`]: text(4000, 128),
  [`${ROOT}/data/big.bin`]: text(3_000_000, 0),
  [`${ROOT}/data/export.csv`]: text(800, 40, { sha256: `86c592ab${'0'.repeat(56)}` }),
  [`${ROOT}/backups/db-empty.sql`]: text(0, 0),
  [`${ROOT}/README.md`]: text(300, 12),
};

const container = (state: string, more: Partial<Record<string, string | number | readonly string[]>> = {}): Seen => ({
  exists: true, id: 'c'.repeat(64), image: 'shop-shop:1.4.2', state, health: 'none', exit_code: 0, restarts: 0, created_at: OLD, started_at: OLD,
  finished_at: state === 'exited' ? OLD : '0001-01-01T00:00:00Z', ports: [], networks: ['shop-net'], ...more,
});
const CONTAINERS: Readonly<Record<string, Seen>> = {
  'shop-web': container('running', { ports: ['18135'], mapped: ['18135->80'] }),
  'shop-api': container('exited', { exit_code: 1 }),
  'shop-cache': container('running', { networks: ['bridge'] }),
  'claims-web': container('running'),
  'field-web': container('running'),
  'field-pg': container('running', { health: 'unhealthy', ports: ['15432'] }),
  demo: container('running', { started_at: '2026-12-01T12:37:57.126Z' }),
};

const PROCESSES: Readonly<Record<string, number>> = { 'shop-worker': 1, 'shop-sched': 1 };
const HTTP: Readonly<Record<string, number>> = { '18131/health': 200, '18131/ready': 503, '18131/admin': 401, '18131/api/customers': 500, '18135/index.html': 404 };
const COMMITS: Readonly<Record<string, readonly string[]>> = {
  a0f8827: ['main'], '1a2f483': ['feature/checkout'], '434efb7': ['feature/checkout', 'main'],
};
const PACKAGES: Readonly<Record<string, string>> = { git: '1:2.39.5-0+deb12u3', curl: '7.88.1-10+deb12u8' };
const ROWS: Readonly<Record<string, number>> = { customers: 57, orders: 1204, invoices: 12 };

function look(probe: Probe): Seen | null {
  switch (probe.kind) {
    case 'file':
      if (!probe.path.startsWith(`${ROOT}/`) && probe.path !== ROOT) return null;
      return FILES[probe.path] ?? { exists: false };
    case 'container':
      return CONTAINERS[probe.name] ?? { exists: false };
    case 'image':
      return probe.name === 'shop-shop:1.4.2' ? { exists: true, running: 2, containers: 3, created_at: OLD } : { exists: false };
    case 'network':
      return probe.name === 'shop-net' ? { exists: true, containers: ['shop-web', 'shop-api'], created_at: OLD } : { exists: false };
    case 'volume':
      return probe.name === 'shop-data' ? { exists: true, created_at: OLD } : { exists: false };
    case 'port':
      return { listening: [18131, 18135, 18136, 15432].includes(probe.port), ...(probe.port === 18131 ? { process: 'shop-http' } : {}) };
    case 'http': {
      const status = HTTP[probe.url.replace('http://127.0.0.1:', '')];
      return status === undefined ? null : { responded: true, status };
    }
    case 'process':
      return { count: PROCESSES[probe.name ?? ''] ?? 0, complete: true, started_at: (PROCESSES[probe.name ?? ''] ?? 0) > 0 ? NEW : null };
    case 'package': {
      const version = PACKAGES[probe.name];
      return version === undefined ? { exists: false, manager: 'dpkg' } : { exists: true, version, manager: 'dpkg' };
    }
    case 'commit': {
      if (probe.repository !== 'shop' && probe.repository !== ROOT) return null;
      const own = Object.entries(COMMITS).find(([id]) => id === probe.revision);
      const branch = ['main', 'feature/checkout'].includes(probe.revision);
      if (branch) return { exists: true, revision: 'f'.repeat(40), branches: [probe.revision] };
      return own === undefined ? { exists: false } : { exists: true, revision: own[0].padEnd(40, '0'), branches: own[1] };
    }
    case 'rows': {
      if (probe.database !== 'shop' && probe.database !== '') return null;
      const count = ROWS[probe.table];
      return count === undefined ? { exists: false } : { exists: true, count };
    }
    default:
      return null;
  }
}

export const FIELD_WORLD: ClaimWorld = { now: NOW, registered: { containers: Object.keys(CONTAINERS), workspace: ROOT } };
export const FIELD_CONTEXT: JudgeContext = { now: NOW, since: SINCE, executions: [], executions_complete: true };

export function lookAtField(probe: Probe): Observation {
  const seen = look(probe);
  const base = { probe, host: 'field', at: NOW };
  return seen === null ? { ...base, blind: { code: 'NOT_REGISTERED', message: 'this is not registered' } } : { ...base, seen };
}

export function judgedParsed(parsed: ParsedClaim, context: JudgeContext = FIELD_CONTEXT): ClaimVerdict {
  return judgeClaim(parsed, parsed.parts.map((part) => judgePart(part, probesOf(part).map(lookAtField), context)));
}

export const judgedInField = (claim: string): ClaimVerdict => judgedParsed(parseClaim(claim, FIELD_WORLD));
