/** What the policy says of POST /check, which names no tenant. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createCheckBudget } from '../../../api/http/check-budget';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { forgetfulVersions } from '../../../platform/seen-versions';
import { createKeyFiles } from '../../../security/keys/files';
import { loadKeyset } from '../../../security/keys/load';
import { bootstrapTenant } from '../../../stores/bootstrap';
import { trustPolicies } from '../../../stores/policy-trust';
import { createPool } from '../../../stores/pool';
import { DEFAULT_POLICY } from '../../support/stack';
import { createDatabase, type TestDatabase } from '../../support/stack-database';
import { until } from '../../support/until';

describe('the budget of checks', () => {
  let database: TestDatabase;
  let dir: string;
  let pool: Pool;
  let clock = 0;
  const now = () => clock;
  const bootstrap = (checks: number) => {
    const policySource = DEFAULT_POLICY.replace(/checks_per_minute_per_address: \d+/, `checks_per_minute_per_address: ${String(checks)}`);
    return bootstrapTenant({ ownerUrl: database.ownerUrl, dataDir: dir, policySource, policy: parsePolicyFile(policySource), url: 'http://127.0.0.1:1' });
  };
  beforeAll(async () => {
    database = await createDatabase();
    dir = mkdtempSync(join(tmpdir(), 'wingman-checks-'));
    pool = createPool(database.urlOf('wingman_api'), { max: 4 });
    await createKeyFiles(join(dir, 'keys'));
    trustPolicies(pool, { keyset: await loadKeyset(join(dir, 'keys')), versions: forgetfulVersions(), now: Date.now });
  });
  afterAll(async () => {
    await pool?.end().catch(() => undefined);
    rmSync(dir, { recursive: true, force: true });
    await database?.drop();
  });

  it('is the default without a policy, then what the first tenant says, and stays so while the database is away', async () => {
    const perMinute = createCheckBudget({ pool, now });
    expect(perMinute()).toBe(120);
    await bootstrap(7);
    clock += 5_001;
    await until('the policy is read', () => Promise.resolve(perMinute() === 7));
    await pool.end();
    clock += 5_001;
    const asked = perMinute();
    await new Promise((done) => setImmediate(done));
    expect([asked, perMinute()]).toEqual([7, 7]);
  });
});
