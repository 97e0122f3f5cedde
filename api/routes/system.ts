/** Is it there, is it well, what can it do. */
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { publicJwks } from '../../security/keys/keyset';
import type { Metrics } from '../http/metrics';

export function systemRoutes(context: ApiContext, metrics: Metrics, list: () => readonly Endpoint[], openapi: () => unknown): readonly Endpoint[] {
  const { pool, now, version, keyset } = context;
  const databaseIsUp = (): Promise<boolean> => pool.query('select 1').then(() => true, () => false);
  return [
    endpoint({
      method: 'get', path: '/', tag: 'system', who: 'open', summary: 'Name, version, endpoints', answers: 'name, version, endpoints',
      handle: async () => ({ body: { name: 'wingman', version, endpoints: list().map(({ method, path }) => `${method.toUpperCase()} ${path}`) } }),
    }),
    endpoint({
      method: 'get', path: '/health', tag: 'system', who: 'open', summary: 'Health, as older clients read it', answers: 'status, phase, verifiers, database, timestamp',
      async handle() {
        const database = await databaseIsUp();
        return { body: { status: database ? 'healthy' : 'degraded', phase: 'ready', verifiers: await context.verifiers(), database: database ? 'connected' : 'unavailable', timestamp: new Date(now()).toISOString() } };
      },
    }),
    endpoint({
      method: 'get', path: '/healthz', tag: 'system', who: 'open', summary: 'The process answers', answers: 'status', handle: async () => ({ body: { status: 'ok' } }),
    }),
    endpoint({
      method: 'get', path: '/readyz', tag: 'system', who: 'open', summary: 'The parts that a request needs answer', answers: 'ready, database, temporal',
      async handle() {
        const [database, temporal] = await Promise.all([databaseIsUp(), context.temporalIsUp()]);
        return { status: database && temporal ? 200 : 503, body: { ready: database && temporal, database, temporal } };
      },
    }),
    endpoint({
      method: 'get', path: '/gateway/health', tag: 'system', who: ['agent', 'reviewer', 'operator', 'delegate'], summary: 'Which environments have a gateway that sees its engine', answers: 'environments',
      async handle() {
        const { rows } = await pool.query<{ environment: string; as_of: Date; up: boolean }>('select environment, as_of, inventory is not null as up from wingman.inventories order by environment');
        return { body: { status: rows.some(({ up }) => up) ? 'healthy' : 'unavailable', environments: rows.map(({ environment, as_of, up }) => ({ environment, engine: up ? 'connected' : 'unavailable', as_of: as_of.toISOString() })) } };
      },
    }),
    endpoint({
      method: 'get', path: '/metrics', tag: 'system', who: ['operator'], summary: 'Prometheus metrics', answers: 'text/plain',
      async handle({ res }) {
        res.writeHead(200, { 'Content-Type': metrics.contentType });
        res.end(await metrics.text());
        return 'stream';
      },
    }),
    endpoint({
      method: 'get', path: '/openapi.json', tag: 'system', who: 'open', summary: 'This API as OpenAPI 3.1', answers: 'OpenAPI document', handle: async () => ({ body: openapi() }),
    }),
    endpoint({
      method: 'get', path: '/.well-known/jwks.json', tag: 'system', who: 'open', summary: 'Public keys of tokens, decisions, receipts and checkpoints', answers: 'keys', handle: async () => ({ body: publicJwks(keyset) }),
    }),
  ];
}
