/** What is not sent again because it was read before must never be older than what the database says. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { toTenantId } from '../../domain/ids';
import type { Inventory } from '../../domain/command/action';
import { forgetfulVersions } from '../../platform/seen-versions';
import { sha256Hex } from '../../security/digest';
import { createKeyFiles } from '../../security/keys/files';
import { loadKeyset } from '../../security/keys/load';
import { readAdmission } from '../../stores/admission';
import { readInventory, writeInventory } from '../../stores/inventories';
import { applyPolicy } from '../../stores/apply-policy';
import { createLedger, type Ledger } from '../../stores/ledger';
import { readPolicy } from '../../stores/policies';
import { trustPolicies } from '../../stores/policy-trust';
import { createPool } from '../../stores/pool';
import { sign } from '../support/change-policy';
import { createDatabase, type TestDatabase } from '../support/stack-database';

describe('rows that were read before', () => {
  const acme = toTenantId('acme');
  const other = toTenantId('other');
  let database: TestDatabase;
  let owner: Pool;
  let api: Pool;
  let gateway: Pool;
  let ledger: Ledger;
  const keysDir = join(mkdtempSync(join(tmpdir(), 'wingman-known-')), 'keys');
  beforeAll(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    api = createPool(database.urlOf('wingman_api'), { max: 4 });
    gateway = createPool(database.urlOf('wingman_gateway'), { max: 2 });
    ledger = createLedger(api);
    await createKeyFiles(keysDir);
    trustPolicies(api, { keyset: await loadKeyset(keysDir), versions: forgetfulVersions(), now: Date.now });
  });
  afterAll(async () => {
    await Promise.all([owner?.end(), api?.end(), gateway?.end()]);
    await database?.drop();
  });

  const apply = async (tenant: string, version: number, policy: { readonly [key: string]: number | { readonly [key: string]: number } }) => {
    const source = `version: ${String(version)}`;
    return applyPolicy(ledger, { tenant, version, source, policy: policy as never, applied_by: 'operator', signature: await sign(keysDir, tenant, version, source, policy) });
  };
  const limit = (pending_per_agent: number) => ({ limits: { pending_per_agent } });

  it('a policy is another one in the moment in which another one is applied, for its tenant alone', async () => {
    expect(await readPolicy(api, acme)).toBeNull();
    expect(await readAdmission(api, acme, 'agent-1')).toBeNull();
    await apply('acme', 1, { mark: 1, ...limit(5) });
    await apply('other', 1, { mark: 100, ...limit(5) });
    for (let time = 0; time < 2; time += 1) {
      expect(await readPolicy(api, acme)).toMatchObject({ version: 1, source: 'version: 1', policy: { mark: 1 } });
      expect(await readPolicy(api, other)).toMatchObject({ version: 1, policy: { mark: 100 } });
      expect(await readAdmission(api, acme, 'agent-1')).toMatchObject({ policy: { version: 1, policy: { mark: 1 } }, quarantine: null, pending: 0 });
    }
    await apply('acme', 2, { mark: 2, ...limit(5) });
    expect(await readAdmission(api, acme, 'agent-1')).toMatchObject({ policy: { version: 2, policy: { mark: 2 } } });
    expect(await readPolicy(api, acme)).toMatchObject({ version: 2, source: 'version: 2', policy: { mark: 2 } });
    expect(await readPolicy(api, other)).toMatchObject({ version: 1, policy: { mark: 100 } });
  });

  it('a policy of the same number that came with a restored database is read anew', async () => {
    const policy = { mark: 3, limits: { pending_per_agent: 5 } };
    const restored = ['restored', sha256Hex('restored'), policy, await sign(keysDir, 'acme', 2, 'restored', policy)];
    await owner.query(`update wingman.policies set source = $1, hash = $2, policy = $3, signature = $4 where tenant = 'acme' and version = 2`, restored);
    expect(await readPolicy(api, acme)).toMatchObject({ source: 'restored', policy: { mark: 3 } });
    await owner.query(`delete from wingman.policies where tenant = 'acme' and version = 2`);
    await expect(readAdmission(api, acme, 'agent-1')).rejects.toMatchObject({ code: 'POLICY_ROLLED_BACK' });
    await apply('acme', 3, policy);
    expect(await readAdmission(api, acme, 'agent-1')).toMatchObject({ policy: { version: 3 } });
  });

  it('many at once, before and after a change, get what was in force when they asked or later', async () => {
    const before = Array.from({ length: 20 }, () => readPolicy(api, other));
    const applied = apply('other', 2, { mark: 200, ...limit(5) });
    const marks = (await Promise.all(before)).map((row) => (row?.policy as unknown as { mark: number }).mark);
    expect(marks.filter((mark) => mark !== 100 && mark !== 200)).toEqual([]);
    await applied;
    const after = await Promise.all(Array.from({ length: 20 }, () => readPolicy(api, other)));
    expect(after.map((row) => row?.version)).toEqual(Array.from({ length: 20 }, () => 2));
  });

  it('knows a quarantine at once, and counts what is open by agent and no further than the limit', async () => {
    await owner.query(`insert into wingman.quarantines values ('acme', 'agent-1', 'lied', 'operator', now())`);
    expect(await readAdmission(api, acme, 'agent-1')).toMatchObject({ quarantine: { reason: 'lied' } });
    expect(await readAdmission(api, acme, 'agent-2')).toMatchObject({ quarantine: null });
    expect(await readAdmission(api, other, 'agent-1')).toMatchObject({ quarantine: null });
    const open = async (tenant: string, worker: string, count: number): Promise<void> => {
      await owner.query(
        `insert into wingman.approvals (request_id, tenant, workflow_id, run_id, worker_id, environment, task_name, instruction, commands, execute, ordered, fingerprint, targets, policy_version,
           risk_level, risk_reason, votes, reasons, card, quorum, status, created_at, expires_at, token_ttl_seconds, execution_minutes)
         select gen_random_uuid(), $1, 'w' || n || $2, 'r', $2, 'dev', 't', 'i', '[]', false, false, 'f', '[]', 1, 'MEDIUM', '', '[]', '[]', '{}', 1, 'PENDING', now(), now(), 60, 5 from generate_series(1, $3::int) n`,
        [tenant, worker, count],
      );
    };
    await open('acme', 'agent-2', 3);
    await open('acme', 'agent-3', 9);
    await open('other', 'agent-2', 2);
    expect([await readAdmission(api, acme, 'agent-2'), await readAdmission(api, acme, 'agent-3'), await readAdmission(api, other, 'agent-2'), await readAdmission(api, acme, 'agent-4')].map((one) => one?.pending)).toEqual([3, 5, 2, 0]);
  });

  it('counts by an index that is never taken for a tenant’s list, which would be sorted whole', async () => {
    const plan = async (text: string, values: readonly string[]): Promise<string> => (await owner.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])).rows.map((row) => row['QUERY PLAN']).join('\n');
    const list = `select * from wingman.approvals where tenant = $1 and status = 'PENDING' order by created_at, request_id limit 10`;
    const open = `select count(*) from wingman.approvals where tenant = $1 and worker_id = $2 and status = 'PENDING'`;
    await owner.query('set enable_seqscan = off');
    expect(await plan(list, ['acme'])).toMatch(/^Limit[^]*approvals_pending/);
    expect(await plan(list, ['acme'])).not.toMatch(/Sort/);
    await owner.query('analyze wingman.approvals');
    expect(await plan(list, ['acme'])).not.toMatch(/Sort/);
    expect(await plan(open, ['acme', 'agent-3'])).toMatch(/approvals_open_of_agent/);
  });

  it('an inventory is another one after each writing, also of the same moment, and none after none', async () => {
    const at = new Date();
    const of = (name: string): Inventory => ({ as_of: at.toISOString(), containers: [{ name }] }) as unknown as Inventory;
    expect(await readInventory(api, 'dev')).toBeNull();
    for (const name of ['one', 'two', 'three']) {
      await writeInventory(gateway, 'dev', of(name), at);
      for (let time = 0; time < 2; time += 1) expect(await readInventory(api, 'dev')).toMatchObject({ containers: [{ name }] });
    }
    await writeInventory(gateway, 'dev', null, at);
    expect(await readInventory(api, 'dev')).toBeNull();
    await writeInventory(gateway, 'dev', of('three'), at);
    expect(await readInventory(api, 'dev')).toMatchObject({ containers: [{ name: 'three' }] });
    expect(await readInventory(api, 'prod')).toBeNull();
  });
});
