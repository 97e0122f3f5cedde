/** What somebody can do who has taken over a process or its database role: each way was tried live, and each is refused by name. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { parsePolicyFile } from '../../contracts/policy-file';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { sha256Hex } from '../../security/digest';
import { createLedger, type Ledger } from '../../stores/ledger';
import { createPool } from '../../stores/pool';
import { applyPolicy } from '../support/change-policy';
import { DEFAULT_POLICY, startStack, type Stack } from '../support/stack';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { until } from '../support/until';

describe('a part that was taken over', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wingman-takeover-'));
  let stack: Stack;
  let world: DockerWorld;
  let asApi: Ledger;
  const pools: Pool[] = [];

  beforeAll(async () => {
    world = await openDockerWorld();
    stack = await startStack({ environments: ['dev'] });
    const pool = createPool(stack.database.urlOf('wingman_api'), { max: 1 });
    pools.push(pool);
    asApi = createLedger(pool);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await stack?.close();
    await world?.close();
  });

  const withProgram = (argv: readonly string[]): string =>
    DEFAULT_POLICY.replace(/^ {2}commands: \{\}.*$/m, `  commands: { look: { argv: ${JSON.stringify(argv)}, summary: looks, reversibility: READ_ONLY, cwd: / } }`);
  const ask = (command: string) =>
    stack.call('POST', '/approvals/request', stack.agent_key, { worker_id: 'agent-1', task_name: `t ${randomUUID()}`, instruction: 'Look.', deployment_env: 'dev', commands: [command], execute: true });
  const refusals = (code: string) => stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'refusal' and body like $1`, [`%${code}%`]);
  const newest = async (): Promise<number> => Number((await stack.call('GET', '/policy/newest', stack.operator_key)).body['version']);

  it('the API’s database role puts a program into the policy that only reads, it says: nothing is done under it', async () => {
    const mark = join(dir, 'as-root');
    const source = withProgram(['/bin/touch', mark]);
    expect(parsePolicyFile(source).registry.commands).toHaveProperty('look');
    const version = (await newest()) + 1;
    await asApi.append({
      tenant: stack.tenant, kind: 'policy.applied', idem: null, body: canonicalJson({ version, hash: sha256Hex(source), applied_by: 'operator' }),
      projection: { source, policy: parsePolicyFile(source) as unknown as Json },
    });
    const asked = await ask(`/bin/touch ${mark}`);
    expect([asked.status, asked.body['code']]).toEqual([503, 'POLICY_UNSIGNED']);
    expect((await refusals('POLICY_UNSIGNED')).length).toBeGreaterThan(0);
    expect(existsSync(mark)).toBe(false);
    // The way back is the operator's.
    expect((await applyPolicy(stack, stack.operator_key, DEFAULT_POLICY)).status).toBe(200);
    expect((await ask('docker ps')).status).toBe(200);
  });

  it('the API’s operator key applies no policy: it is no signature', async () => {
    for (const signature of [undefined, 'a.b.c']) {
      const answer = await stack.call('POST', '/policy', stack.operator_key, { policy: DEFAULT_POLICY, signature });
      expect([answer.status, answer.body['code']]).toEqual([422, 'POLICY_SIGNATURE_INVALID']);
    }
  });

  it('a signed policy’s label READ_ONLY asks a person, until the host’s own file says the same', async () => {
    const mark = join(dir, 'looked');
    const command = `/bin/touch ${mark}`;
    expect((await applyPolicy(stack, stack.operator_key, withProgram(['/bin/touch', mark]))).status).toBe(200);
    const asked = await ask(command);
    expect(asked.body).toMatchObject({ status: 'PENDING' });
    // Whoever has the database makes it automatic; the gateway still asks its host.
    const id: string = asked.body['request'].request_id;
    await stack.sql(`update wingman.approvals set status = 'AUTO_APPROVED', executable_until = now() + interval '1 hour' where request_id = $1`, [id]);
    const { body } = await stack.call('POST', '/gateway/token', stack.agent_key, { approval_id: id, command });
    const spent = await stack.call('POST', '/gateway/execute', stack.agent_key, { approval_id: id, command }, { 'x-capability-token': body['token'] });
    expect([spent.status, spent.body['code']]).toEqual([403, 'QUORUM_NOT_MET']);
    expect(existsSync(mark)).toBe(false);

    writeFileSync(join(stack.dataDir, 'gateway.yaml'), `only_read:\n  - argv: ${JSON.stringify(['/bin/touch', mark])}\n`, { mode: 0o600 });
    await stack.stopGateway();
    await stack.startGateway();
    await until('the host’s word is in the inventory', async () => (await stack.sql(`select from wingman.inventories where inventory::text like $1`, [`%${mark}%`])).length === 1);
    expect((await ask(command)).body).toMatchObject({ status: 'AUTO_APPROVED' });
    await until('it ran', () => Promise.resolve(existsSync(mark)));
  });
});
