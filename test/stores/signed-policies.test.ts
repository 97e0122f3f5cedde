/** A policy is what the operator signed: who writes the row, and who restores the database, has no say in it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { parsePolicyFile } from '../../contracts/policy-file';
import { toTenantId } from '../../domain/ids';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { openSeenVersions } from '../../platform/seen-versions';
import { sha256Hex } from '../../security/digest';
import { createKeyFiles } from '../../security/keys/files';
import { loadKeyset, loadPolicyKey } from '../../security/keys/load';
import { rotateKey } from '../../security/keys/rotate';
import { createLedger, type Ledger } from '../../stores/ledger';
import { readPolicy } from '../../stores/policies';
import { trustPolicies } from '../../stores/policy-trust';
import { createPool } from '../../stores/pool';
import { signOldPolicies } from '../../stores/sign-policies';
import { sign } from '../support/change-policy';
import { codeOf } from '../security/test-keys';
import { DEFAULT_POLICY } from '../support/stack';
import { createDatabase, type TestDatabase } from '../support/stack-database';

const POLICY = parsePolicyFile(DEFAULT_POLICY);
const WIDER = DEFAULT_POLICY.replace('name: default', 'name: wider');

describe('a signed policy', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wingman-signed-'));
  const keys = join(dir, 'keys');
  const strangers = join(dir, 'strangers');
  let database: TestDatabase;
  let owner: Pool;
  let api: Ledger;
  const pools: Pool[] = [];
  let tenants = 0;

  beforeAll(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    api = createLedger(kept(createPool(database.urlOf('wingman_api'), { max: 1 })));
    await createKeyFiles(keys);
    await createKeyFiles(strangers);
  });
  afterAll(async () => {
    await Promise.all([owner?.end(), ...pools.map((pool) => pool.end())]);
    await database?.drop();
  });

  const kept = (pool: Pool): Pool => {
    pools.push(pool);
    return pool;
  };
  /** A gateway as it starts: nothing read before, what it saw on its own disk. */
  const gateway = async (memory: string): Promise<Pool> => {
    const pool = kept(createPool(database.urlOf('wingman_gateway'), { max: 1 }));
    trustPolicies(pool, { keyset: await loadKeyset(join(keys, 'gateway')), versions: openSeenVersions(join(dir, memory)), now: Date.now });
    return pool;
  };
  const newTenant = () => toTenantId(`t${String((tenants += 1))}`);
  /** With the rights of the API's database role, and nothing of the operator's. */
  const write = (tenant: string, version: number, row: { readonly source?: string; readonly policy?: unknown; readonly signature?: string | null; readonly hash?: string }) => {
    const { source = DEFAULT_POLICY, policy = parsePolicyFile(source), signature = null, hash = sha256Hex(source) } = row;
    return api.append({
      tenant, kind: 'policy.applied', idem: null,
      body: canonicalJson({ version, hash, applied_by: 'operator', ...(signature === null ? {} : { signature }) }),
      projection: { source, policy: policy as Json },
    });
  };

  it.each<[string, (tenant: string) => Promise<unknown>]>([
    ['that nobody signed', (tenant) => write(tenant, 2, { source: WIDER })],
    ['with the signature of the one before', async (tenant) => write(tenant, 2, { source: WIDER, signature: await sign(keys, tenant, 1, DEFAULT_POLICY, POLICY) })],
    ['signed for another version', async (tenant) => write(tenant, 2, { signature: await sign(keys, tenant, 3, DEFAULT_POLICY, POLICY) })],
    ['signed for another tenant', async (tenant) => write(tenant, 2, { signature: await sign(keys, 'other', 2, DEFAULT_POLICY, POLICY) })],
    ['whose text is signed, and what was read from it is not', async (tenant) => write(tenant, 2, { policy: parsePolicyFile(WIDER), signature: await sign(keys, tenant, 2, DEFAULT_POLICY, POLICY) })],
    ['that is signed, and its text is not', async (tenant) => write(tenant, 2, { source: WIDER, policy: POLICY, signature: await sign(keys, tenant, 2, DEFAULT_POLICY, POLICY) })],
    ['under another hash', async (tenant) => write(tenant, 2, { hash: sha256Hex('x'), signature: await sign(keys, tenant, 2, DEFAULT_POLICY, POLICY) })],
    ['signed by another installation', async (tenant) => write(tenant, 2, { signature: await sign(strangers, tenant, 2, DEFAULT_POLICY, POLICY) })],
    ['with words for a signature', (tenant) => write(tenant, 2, { signature: 'signed, the operator' })],
  ])('one %s is refused, and none that is older takes its place', async (_, attack) => {
    const tenant = newTenant();
    const pool = await gateway(`${tenant}.json`);
    await write(tenant, 1, { signature: await sign(keys, tenant, 1, DEFAULT_POLICY, POLICY) });
    expect(await readPolicy(pool, tenant)).toMatchObject({ version: 1 });
    await attack(tenant);
    expect(await codeOf(() => readPolicy(pool, tenant))).toBe('POLICY_UNSIGNED');
    // The operator's word ends it.
    await write(tenant, 3, { signature: await sign(keys, tenant, 3, DEFAULT_POLICY, POLICY) });
    expect(await readPolicy(pool, tenant)).toMatchObject({ version: 3, policy: { name: 'default' } });
  });

  it('takes no number that would leave none for the operator', async () => {
    const tenant = newTenant();
    expect(await codeOf(() => write(tenant, 1_001, {}))).toBe('POLICY_SIGNATURE_INVALID');
    await write(tenant, 1_000, {});
  });

  it('is never an older one again, whoever restores the database, over restarts of the gateway', async () => {
    const tenant = newTenant();
    for (const version of [1, 2]) await write(tenant, version, { signature: await sign(keys, tenant, version, DEFAULT_POLICY, POLICY) });
    expect(await readPolicy(await gateway('seen.json'), tenant)).toMatchObject({ version: 2 });
    await owner.query('delete from wingman.policies where tenant = $1 and version = 2', [tenant]);
    expect(await codeOf(async () => readPolicy(await gateway('seen.json'), tenant))).toBe('POLICY_ROLLED_BACK');
    expect(await readPolicy(await gateway('another-host.json'), tenant)).toMatchObject({ version: 1 });
    writeFileSync(join(dir, 'broken.json'), '{"t1": "one"}');
    expect(await codeOf(() => gateway('broken.json'))).toBe('CONFIG_INVALID');
  });

  it('of a data directory from before is signed at the next start, once, and nothing that was slipped in since', async () => {
    const [old, signed] = [newTenant(), newTenant()];
    for (const version of [1, 2]) await write(old, version, { source: version === 2 ? WIDER : DEFAULT_POLICY });
    await write(signed, 1, { signature: await sign(keys, signed, 1, DEFAULT_POLICY, POLICY) });
    await write(signed, 2, { source: WIDER });
    const tenantsSigned = await signOldPolicies(owner, await loadPolicyKey(keys), Date.now());
    expect(tenantsSigned).toContain(old);
    expect(tenantsSigned).not.toContain(signed);
    const pool = await gateway('old.json');
    expect(await readPolicy(pool, old)).toMatchObject({ version: 3, applied_by: 'set-up', policy: { name: 'wider' } });
    expect(await codeOf(() => readPolicy(pool, signed))).toBe('POLICY_UNSIGNED');
    await write(old, 4, { source: DEFAULT_POLICY });
    expect(await signOldPolicies(owner, await loadPolicyKey(keys), Date.now())).toEqual([]);
    expect(await codeOf(() => readPolicy(pool, old))).toBe('POLICY_UNSIGNED');
  });

  it('stays in force when the operator’s key is replaced, and not when it is revoked', async () => {
    const tenant = newTenant();
    await write(tenant, 1, { signature: await sign(keys, tenant, 1, DEFAULT_POLICY, POLICY) });
    await rotateKey(keys, 'policy', { revokeOld: false });
    expect(await readPolicy(await gateway('rotated.json'), tenant)).toMatchObject({ version: 1 });
    await rotateKey(keys, 'policy', { revokeOld: true });
    expect(await codeOf(async () => readPolicy(await gateway('rotated.json'), tenant))).toBe('POLICY_UNSIGNED');
  });

  it('is read by nobody who did not say whose signature counts', async () => {
    const tenant = newTenant();
    await write(tenant, 1, { signature: await sign(keys, tenant, 1, DEFAULT_POLICY, POLICY) });
    await expect(readPolicy(kept(createPool(database.urlOf('wingman_api'), { max: 1 })), tenant)).rejects.toThrow(TypeError);
  });
});
