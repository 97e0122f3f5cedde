/** Recovery runs over HTTP. A stage is approved like every request: there is no call that approves more than one. */
import { drControlBody, drStartBody } from '../../contracts/wire';
import { refusal } from '../../domain/errors';
import { reportMarkdown, reportOf, stateOf } from '../../domain/recovery/report';
import { planOfInventory } from '../../domain/recovery/init';
import { readDrRecord } from '../../stores/dr-record';
import { listDrRuns, openStage, requireDrRun, type DrRun, type DrRunRow } from '../../stores/dr-runs';
import { readInventory } from '../../stores/inventories';
import { readPolicy } from '../../stores/policies';
import { admitAgent } from '../identity/admit-agent';
import type { Principal } from '../identity/authenticate';
import { requireEnvironment, requireWorkerId } from '../identity/speak-for';
import { maySee, ownersOf } from '../identity/may-see';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toId } from '../http/query';
import { controlRun, startRun } from '../calls/recovery';

const EVERYBODY = ['agent', 'reviewer', 'operator', 'delegate'] as const;
const MOST = 100;

export function recoveryRoutes(context: ApiContext): readonly Endpoint[] {
  const readOwn = async (principal: Principal, id: string | undefined): Promise<DrRun> => {
    const found = await requireDrRun(context.pool, principal.tenant, toId(id, 'run'));
    if (!maySee(principal, found.run)) throw refusal('NOT_FOUND', 'there is no such run');
    return found;
  };
  const show = async (found: DrRun): Promise<unknown> => {
    const record = await readDrRecord(context.pool, found);
    return {
      ...runView(found.run), state: stateOf(record), waiting_for: openStage(found.stages)?.approval_id ?? null, plan: record.plan,
      stages: record.acts.map((act, at) => ({ ...act, earlier: found.stages[at]?.earlier ?? [] })), controls: record.controls,
    };
  };

  return [
    endpoint({
      method: 'post',
      path: '/dr/runs',
      tag: 'execution',
      who: ['agent'],
      summary: 'Starts a recovery run: one request for each stage, one after the other',
      body: drStartBody,
      idempotent: true,
      answers: 'the run',
      async handle({ principal, body }) {
        const worker_id = requireWorkerId(principal, body.worker_id);
        const environment = requireEnvironment(principal, body.deployment_env);
        const { policy } = await admitAgent(context, principal.tenant, worker_id);
        return { body: await show(await startRun(context, principal, { worker_id, environment, policy, body })) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/dr/runs',
      tag: 'execution',
      who: EVERYBODY,
      summary: 'Recovery runs, newest first; an agent sees its own',
      answers: 'runs',
      async handle({ principal }) {
        const rows = await listDrRuns(context.pool, principal.tenant, ownersOf(principal), MOST);
        return { body: { runs: rows.map(runView) } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/dr/template',
      tag: 'execution',
      who: ['reviewer', 'operator'],
      summary: 'A first plan from what runs now in an environment; `containers` (names with commas) says of which',
      query: ['environment', 'containers'],
      answers: 'plan, as YAML',
      async handle({ principal, query }) {
        const policy = await readPolicy(context.pool, principal.tenant);
        const environment = query['environment'] ?? '';
        // The engine of an environment that the tenant's policy does not have is not this tenant's.
        if (policy === null || !Object.hasOwn(policy.policy.environments, environment)) throw refusal('ENVIRONMENT_UNKNOWN', 'environment is one of the policy', { field: 'environment' });
        const inventory = await readInventory(context.pool, environment);
        if (inventory === null) throw refusal('ENGINE_UNAVAILABLE', 'no gateway of that environment sees an engine');
        return { body: { plan: planOfInventory((query['containers'] ?? '').split(',').filter((name) => name !== ''), inventory) } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/dr/runs/:id',
      tag: 'execution',
      who: EVERYBODY,
      summary: 'One run: how it stands, which request it waits for, what every act came to',
      answers: 'the run, with plan, stages and controls',
      async handle({ principal, params }) {
        return { body: await show(await readOwn(principal, params['id'])) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/dr/runs/:id/report',
      tag: 'execution',
      who: EVERYBODY,
      summary: 'Times of each stage, recovery time and point, who decided, digests of the evidence; `format=markdown` for people',
      query: ['format'],
      answers: 'the report',
      async handle({ principal, params, query, res }) {
        const report = reportOf(await readDrRecord(context.pool, await readOwn(principal, params['id'])));
        const format = query['format'] ?? 'json';
        if (format === 'json') return { body: report };
        if (format !== 'markdown') throw refusal('INVALID_FIELD', 'format is json or markdown', { field: 'format' });
        res.status(200).setHeader('Content-Type', 'text/markdown; charset=utf-8');
        res.end(reportMarkdown(report));
        return 'stream';
      },
    }),
    ...(['PAUSE', 'RESUME', 'ABORT'] as const).map((action) =>
      endpoint({
        method: 'post',
        path: `/dr/runs/:id/${action.toLowerCase()}`,
        tag: 'execution',
        who: ['reviewer'],
        summary: {
          PAUSE: 'Nothing new begins: the card that is out is taken back, and what was approved runs to its end',
          RESUME: 'Goes on, with a new card of the world as it is now',
          ABORT: 'Ends the run: the card is taken back, and of what was approved nothing more is begun',
        }[action],
        body: drControlBody,
        answers: 'the run',
        async handle({ principal, params, body }) {
          return { body: await show(await controlRun(context, principal, await readOwn(principal, params['id']), action, body.note ?? null)) };
        },
      }),
    ),
  ];
}

function runView({ run_id, name, worker_id, environment, plan_hash, drill, status, reason, started_at, ended_at }: DrRunRow) {
  return { run_id, name, worker_id, environment, plan_hash, drill, status, reason, started_at: started_at.toISOString(), ended_at: ended_at?.toISOString() ?? null };
}
