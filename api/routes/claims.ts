/** What agents say that they did, and what became of it. */
import { randomUUID } from 'node:crypto';
import { claimBody, verifyBody } from '../../contracts/wire';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { refusal, WingmanError } from '../../domain/errors';
import { toProberHost } from '../../domain/claim/prober-host';
import { readTypedClaims } from '../../domain/claim/read-typed-claims';
import { redact } from '../../domain/secrets/redact';
import { storableJson, storableText } from '../../domain/text/storable-text';
import { listAgents } from '../../stores/agent-records';
import { readApproval } from '../../stores/approvals';
import { listClaims, readClaim, type ClaimRow } from '../../stores/claims';
import { readExecution } from '../../stores/executions';
import { readPolicy } from '../../stores/policies';
import { countVerdicts, listVerdicts, listVerdictsOfClaim, readVerdict } from '../../stores/verdicts';
import type { AgentPrincipal, Principal } from '../identity/authenticate';
import { requireEnvironment, requireWorkerId } from '../identity/speak-for';
import { maySee, ownersOf } from '../identity/may-see';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { toId, toLimit, toOneOf } from '../http/query';
import { agentView, claimView, verdictView } from '../views/truth-views';

const EVERYBODY = ['agent', 'reviewer', 'operator', 'delegate'] as const;
const STATUSES = ['PENDING_VERIFICATION', 'TRUE', 'FALSE', 'UNVERIFIABLE'] as const;
const VERDICTS = ['TRUE', 'FALSE', 'UNVERIFIABLE'] as const;
const HOURS: Readonly<Record<string, number>> = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 };
/** Below the minute after which proxies like to cut a quiet connection; probes and a model are bounded by less. */
const VERIFY_WAIT_MS = 50_000;
/** Claims cost more than a row: each is looked into. */
const CLAIMS_PER_REQUEST = 5;

type Context = Pick<ApiContext, 'pool' | 'ledger' | 'verifications' | 'limits'>;

export function claimRoutes(context: Context): readonly Endpoint[] {
  const { pool, ledger, verifications } = context;

  const append = async (tenant: string, claim: ClaimEntry): Promise<string | undefined> => {
    const [row] = await ledger.append({ tenant, kind: 'claim', body: canonicalJson(claim), idem: `claim:${claim.claim_id}`, projection: {} });
    return row?.at;
  };
  const readVisible = async (principal: Principal, id: string | undefined): Promise<ClaimRow> => {
    const row = await readClaim(pool, principal.tenant, toId(id, 'claim'));
    if (row === null || !maySee(principal, row)) throw refusal('NOT_FOUND', 'there is no such claim');
    return row;
  };

  return [
    endpoint({
      method: 'post',
      path: '/log_claim',
      tag: 'claims',
      who: ['agent'],
      summary: 'Appends a claim of the authenticated agent to the ledger; the watcher verifies it',
      body: claimBody,
      idempotent: true,
      answers: 'status, entry',
      async handle({ principal, body }) {
        const worker_id = requireWorkerId(principal, body.worker_id);
        await spend(context, principal, worker_id);
        const environment = (await environmentOf(context, principal, worker_id, body)) ?? requireEnvironment(principal, body.deployment_env);
        const claim: ClaimEntry = {
          claim_id: randomUUID(), worker_id, claim: claimText(body.claim), origin: 'LOGGED', asked_by: null, execution_id: body.execution_id ?? null,
          approval_id: body.approval_id ?? null, environment, host: hostOf(body.host), typed: typedOf(body.claims),
        };
        const timestamp = await append(principal.tenant, claim);
        const { origin: _, asked_by: __, typed, ...entry } = claim;
        return { body: { status: 'logged', entry: { ...entry, timestamp, status: 'PENDING_VERIFICATION', ...(typed === null ? {} : { claims: typed }) } } };
      },
    }),
    endpoint({
      method: 'post',
      path: '/verify',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'A verdict with its evidence, now: of a text, which costs nobody anything, or of a logged claim',
      body: verifyBody,
      answers: 'verdict, details, timestamp, verifier, processing_time_ms, claim_id, parts, probes, evidence',
      async handle({ principal, body }) {
        await spend(context, principal, null);
        const claim_id = body.claim_id === undefined ? randomUUID() : (await readVisible(principal, body.claim_id)).claim_id;
        if (body.claim !== undefined) {
          const environment = principal.kind === 'agent' ? requireEnvironment(principal, body.deployment_env) : await environmentForPeople(context, principal, body.deployment_env);
          await append(principal.tenant, {
            claim_id, worker_id: principal.kind === 'agent' ? (principal.workerIds[0] ?? null) : null, claim: claimText(body.claim), origin: 'ASKED', asked_by: nameOf(principal),
            execution_id: null, approval_id: null, environment, host: hostOf(body.host), typed: typedOf(body.claims),
          });
        }
        const run = randomUUID();
        await verifications.verify({ tenant: principal.tenant, claim_id, run, enhanced: body.use_enhanced ?? false }, VERIFY_WAIT_MS);
        const verdict = await readVerdict(pool, principal.tenant, claim_id, run);
        if (verdict === null) throw new WingmanError('DATABASE_UNAVAILABLE', `the verdict was written but cannot be read now; ask GET /claims/${claim_id}`);
        return { body: verdictView(verdict) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/claims',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'Logged claims, newest first; an agent sees its own',
      query: ['worker_id', 'status', 'approval_id', 'limit'],
      answers: 'claims, count',
      async handle({ principal, query }) {
        const rows = await listClaims(pool, principal.tenant, ownersOf(principal), {
          worker_id: query['worker_id'] ?? null, status: toOneOf(query, 'status', STATUSES), approval_id: query['approval_id'] === undefined ? null : toId(query['approval_id'], 'request'), limit: toLimit(query, 100),
        });
        const claims = rows.map((row) => claimView(row));
        return { body: { claims, count: claims.length } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/claims/:id',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'One claim, with every verdict over it and the evidence',
      answers: 'the claim, verdicts',
      async handle({ principal, params }) {
        const row = await readVisible(principal, params['id']);
        return { body: claimView(row, await listVerdictsOfClaim(pool, principal.tenant, row.claim_id)) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/verdicts',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'Verdicts, newest first; an agent sees those over its own claims',
      query: ['verdict', 'limit'],
      answers: 'verdicts, count',
      async handle({ principal, query }) {
        const rows = await listVerdicts(pool, principal.tenant, ownersOf(principal), toOneOf(query, 'verdict', VERDICTS), toLimit(query, 50));
        const verdicts = rows.map(verdictView);
        return { body: { verdicts, count: verdicts.length } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/stats',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'How many verdicts of each kind in the last 24h, 7d or 30d',
      query: ['range'],
      answers: 'total_verifications, verdicts, avg_processing_time_ms, time_range, source, timestamp',
      async handle({ principal, query }) {
        const range = query['range'] ?? '24h';
        const hours = Object.hasOwn(HOURS, range) ? HOURS[range] : undefined;
        if (hours === undefined) throw refusal('INVALID_FIELD', `range is one of ${Object.keys(HOURS).join(', ')}`, { field: 'range' });
        const { avg_processing_time_ms, ...verdicts } = await countVerdicts(pool, principal.tenant, hours);
        return {
          body: {
            total_verifications: verdicts.TRUE + verdicts.FALSE + verdicts.UNVERIFIABLE, verdicts, avg_processing_time_ms: Math.round(avg_processing_time_ms),
            time_range: range, source: 'ledger', timestamp: new Date().toISOString(),
          },
        };
      },
    }),
    endpoint({
      method: 'get',
      path: '/agents',
      tag: 'claims',
      who: EVERYBODY,
      summary: 'The record of each agent: requests, runs, claims, verdict rates with their intervals, incidents, quarantine',
      query: ['limit'],
      answers: 'agents, count',
      async handle({ principal, query }) {
        const rows = await listAgents(pool, principal.tenant, ownersOf(principal), toLimit(query, 500));
        const agents = rows.map(agentView);
        return { body: { agents, count: agents.length } };
      },
    }),
  ];
}

interface ClaimEntry {
  readonly [key: string]: Json;
  readonly claim_id: string;
  readonly worker_id: string | null;
  readonly claim: string;
}

/** What a person may see of a delegate: nothing more than the bot itself needs. */

/** Written by an agent: secrets are taken out, and what no database holds is made visible. */
const claimText = (text: string): string => storableText(redact(text));

/** It becomes part of a queue's name. @throws WingmanError INVALID_FIELD */
const hostOf = (host: string | undefined): string | null => (host === undefined ? null : toProberHost(host));

function typedOf(claims: readonly unknown[] | undefined): Json {
  return claims === undefined ? null : storableJson(readTypedClaims({ claims }), redact);
}

/** Of the request or run that a claim leans on, which must be this agent's; null: it leans on none. */
async function environmentOf({ pool }: Context, agent: AgentPrincipal, worker_id: string, about: { readonly approval_id?: string | undefined; readonly execution_id?: string | undefined }): Promise<string | null> {
  const [approval, execution] = await Promise.all([
    about.approval_id === undefined ? undefined : readApproval(pool, agent.tenant, about.approval_id.toLowerCase()),
    about.execution_id === undefined ? undefined : readExecution(pool, agent.tenant, about.execution_id.toLowerCase()),
  ]);
  for (const [what, row] of [['request', approval], ['execution', execution]] as const) {
    if (row !== undefined && row?.worker_id !== worker_id) throw refusal('NOT_FOUND', `there is no such ${what} of ${worker_id}`);
  }
  return execution?.environment ?? approval?.environment ?? null;
}

async function environmentForPeople({ pool }: Context, principal: Principal, wanted: string | undefined): Promise<string | null> {
  const policy = await readPolicy(pool, principal.tenant);
  const known = Object.keys(policy?.policy.environments ?? {});
  if (wanted !== undefined && !known.includes(wanted)) throw refusal('ENVIRONMENT_UNKNOWN', `there is no such environment in the policy; known are: ${known.join(', ')}`);
  return wanted ?? known[0] ?? null;
}

async function spend({ pool, limits }: Context, principal: Principal, worker_id: string | null): Promise<void> {
  const policy = await readPolicy(pool, principal.tenant);
  if (policy === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant; run `wingman policy apply`');
  await limits.spend('claim', `${principal.tenant}:${worker_id ?? principal.keyId}`, policy.policy.limits.requests_per_minute_per_agent * CLAIMS_PER_REQUEST);
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'agent':
      return `agent:${principal.keyId}`;
    case 'reviewer':
      return principal.reviewer;
    default:
      return principal.name;
  }
}
