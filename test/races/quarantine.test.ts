/** Quarantine against a start: whatever is under way at that moment, nothing starts after the quarantine's row is committed. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { isWingmanError } from '../../domain/errors';
import { createLedger, type Ledger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { changePolicy } from '../support/change-policy';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { startStack, type Answer, type Stack } from '../support/stack';
import { until } from '../support/until';

const RACES = 200;
const STARTS = 3;

describe('quarantine against start', () => {
  let stack: Stack;
  let world: DockerWorld;
  let web: string;
  const pools: Pool[] = [];
  beforeAll(async () => {
    world = await openDockerWorld();
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the gateway sees the container', async () => {
      const rows = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${web}%`]);
      return rows.length > 0 && rows.every(({ seen }) => seen);
    });
    await changePolicy(stack, { 'limits.requests_per_minute_per_agent': 100000, 'limits.decisions_per_minute_per_reviewer': 100000, 'limits.pending_per_agent': 100000, 'limits.executions_per_minute_per_agent': 100000 });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await stack?.close();
    await world?.close();
  });

  /** A ledger writer of a process of its own, with that process's rights. */
  const ledgerOf = (role: 'wingman_gateway' | 'wingman_worker'): Ledger => {
    const pool = createPool(stack.database.urlOf(role), { max: 8 });
    pools.push(pool);
    return createLedger(pool);
  };
  const ask = (worker_id: string, extra: object = {}): Promise<Answer> =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id, task_name: `t ${randomUUID()}`, instruction: 'Do it.', deployment_env: 'dev', commands: [`docker restart -t 0 ${web}`], ...extra });
  const approved = async (worker_id: string): Promise<string> => {
    const id = String((await ask(worker_id)).body['request'].request_id);
    expect((await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {})).status).toBe(200);
    return id;
  };
  const seqOf = async (kind: string, worker: string): Promise<number> =>
    (await stack.sql<{ seq: number }>(`select seq::float8 as seq from wingman.ledger where kind = $1 and body::jsonb ->> 'worker_id' = $2 order by seq limit 1`, [kind, worker]))[0]?.seq ?? 0;

  it(`has no start after the row, in ${String(RACES)} races on Postgres between two processes`, async () => {
    const template = await approved('agent-template');
    const [gateway, worker] = [ledgerOf('wingman_gateway'), ledgerOf('wingman_worker')];
    const entry = (kind: string, body: { readonly [key: string]: Json }) => ({ tenant: stack.tenant, kind, body: canonicalJson(body), idem: null, projection: {} });
    let [before, refused, after] = [0, 0, 0];
    for (let race = 0; race < RACES; race += 1) {
      const agent = `agent-race-${String(race)}`;
      const ids = Array.from({ length: STARTS }, () => randomUUID());
      for (const id of ids) {
        await stack.sql(`insert into wingman.approvals select (jsonb_populate_record(a, jsonb_build_object('request_id', $2::uuid, 'worker_id', $3::text))).* from wingman.approvals a where a.request_id = $1`, [template, id, agent]);
      }
      const [row] = await stack.sql<{ plan_hash: string }>('select plan_hash from wingman.approvals where request_id = $1', [ids[0]]);
      const start = (id: string) =>
        gateway
          .append(entry('execution.intent', {
            execution_id: randomUUID(), approval_id: id, plan_hash: row?.plan_hash ?? '', environment: 'dev', step: 0, use: 0, jti: randomUUID(), kid: 'k', token_iat: Math.floor(Date.now() / 1000),
            command: 'docker restart', gateway: 'g', boot: 1,
          }))
          .then(([stored]) => stored?.seq ?? null, (error: unknown) => {
            if (isWingmanError(error) && error.code === 'QUARANTINED') return null;
            throw error;
          });
      const quarantine = () => worker.append(entry('quarantine.set', { worker_id: agent, reason: 'race', by: 'watcher' })).then(([stored]) => stored?.seq ?? 0);
      // Which of them comes first is the race; the order of the calls turns with it.
      const acts = [...ids.map((id) => () => start(id)), quarantine];
      const turned = [...acts.slice(race % acts.length), ...acts.slice(0, race % acts.length)];
      const results = await Promise.all(turned.map((act) => act()));
      const committed = await seqOf('quarantine.set', agent);
      const seqs = results.filter((seq): seq is number => seq !== null && seq !== committed);
      before += seqs.length;
      refused += STARTS - seqs.length;
      after += seqs.filter((seq) => seq > committed).length;
      expect(await stack.sql('select 1 from wingman.executions where worker_id = $1', [agent])).toHaveLength(seqs.length);
    }
    console.log(`${String(RACES)} races of ${String(STARTS)} starts: ${String(before)} started before the row, ${String(refused)} refused, ${String(after)} started after it`);
    expect(after).toBe(0);
    expect(before * refused).toBeGreaterThan(0);
  }, 120_000);

  it('has none on the real gateway either: tokens minted, plans about to start', async () => {
    let [before, after, refused] = [0, 0, 0];
    for (let race = 0; race < 12; race += 1) {
      const agent = `agent-real-${String(race)}`;
      const [byToken, byPlan] = await Promise.all([approved(agent), approved(agent)]);
      const { body: minted } = await stack.call('POST', '/gateway/token', stack.agent_key, { approval_id: byToken, command: `docker restart -t 0 ${web}` });
      const quarantine = () => stack.call('POST', '/quarantine', stack.operator_key, { worker_id: agent, reason: 'race' });
      const spend = () => stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id: byToken, command: `docker restart -t 0 ${web}` }, { 'x-capability-token': String(minted['token']) });
      const run = () => stack.call('POST', `/approvals/${byPlan}/execute`, stack.agent_key, {});
      const started = async (): Promise<boolean> => (await stack.sql('select 1 from wingman.executions where worker_id = $1', [agent])).length > 0;
      // At once, or in the moment in which the first of the two has started.
      const late = async (): Promise<Answer> => {
        if (race % 2 === 1) await until('one has started', started);
        return quarantine();
      };
      const [spent, ran] = await Promise.all([spend(), run(), late()]);
      const committed = await seqOf('quarantine.set', agent);
      const intents = await stack.sql<{ seq: number }>(
        `select l.seq::float8 as seq from wingman.ledger l where l.kind = 'execution.intent' and (l.body::jsonb ->> 'approval_id')::uuid = any($1::uuid[])`, [[byToken, byPlan]],
      );
      before += intents.filter(({ seq }) => seq < committed).length;
      after += intents.filter(({ seq }) => seq > committed).length;
      refused += [spent, ran].filter(({ body }) => body['code'] === 'QUARANTINED').length;
    }
    console.log(`12 races on the real gateway: ${String(before)} started before the row, ${String(refused)} refused, ${String(after)} started after it`);
    expect([after, before + refused]).toEqual([0, 24]);
    expect(before).toBeGreaterThan(0);
  }, 120_000);

  it('keeps tokens of before dead after the release; new ones work', async () => {
    const id = await approved('agent-late');
    const command = `docker restart -t 0 ${web}`;
    const mint = async (): Promise<string> => String((await stack.call('POST', '/gateway/token', stack.agent_key, { approval_id: id, command })).body['token']);
    const spend = (token: string) => stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id: id, command }, { 'x-capability-token': token });
    const old = await mint();
    await stack.call('POST', '/quarantine', stack.operator_key, { worker_id: 'agent-late', reason: 'lied' });
    await stack.call('POST', '/watcher/release/agent-late', stack.operator_key, { reason: 'looked into' });
    expect((await spend(old)).body).toMatchObject({ code: 'TOKEN_REVOKED', status: 403 });
    // Tokens count whole seconds: the next one is of another second than the quarantine.
    const quarantined = await stack.sql<{ s: number }>(`select extract(epoch from minted_before)::float8 as s from wingman.token_revocations where worker_id = 'agent-late'`);
    await until('the second of the quarantine is over', () => Math.floor(Date.now() / 1000) > (quarantined[0]?.s ?? 0));
    expect((await spend(await mint())).body).toMatchObject({ success: true });
  });

  it('parks what waits: nobody approves it until the release, anybody may reject it', async () => {
    const [first, second] = await Promise.all([ask('agent-parked'), ask('agent-parked')]);
    const idOf = ({ body }: Answer): string => String(body['request'].request_id);
    await stack.call('POST', '/quarantine', stack.operator_key, { worker_id: 'agent-parked', reason: 'lied' });
    const approve = (id: string) => stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, {});
    expect((await approve(idOf(first))).body).toMatchObject({ code: 'QUARANTINED', status: 403 });
    expect((await stack.call('GET', `/approvals/${idOf(first)}`, stack.agent_key)).body).toMatchObject({ status: 'PENDING' });
    expect((await stack.call('POST', `/approvals/${idOf(second)}/reject`, stack.reviewer_key, { note: 'no' })).body).toMatchObject({ status: 'REJECTED' });
    expect((await stack.call('POST', '/watcher/release/agent-parked', stack.operator_key, {})).body).toMatchObject({ code: 'MISSING_FIELD', status: 400 });
    await stack.call('POST', '/watcher/release/agent-parked', stack.operator_key, { reason: 'looked into' });
    expect((await approve(idOf(first))).body).toMatchObject({ status: 'APPROVED' });
  });
});
