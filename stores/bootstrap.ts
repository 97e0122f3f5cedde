/** The first tenant of an installation, with a policy, and one key of each kind. Done once; a second call changes nothing. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { FIRST_TENANT, toTenantId } from '../domain/ids';
import type { Policy } from '../domain/policy/policy';
import { createApiKey } from '../security/tokens/api-key';
import { loadPolicyKey } from '../security/keys/load';
import { policyDigests, signPolicy } from '../security/tokens/policy-signature';
import { applyPolicy } from './apply-policy';
import { createPool } from './pool';
import { createLedger } from './ledger';

export interface Bootstrap {
  readonly ownerUrl: string;
  /** Credentials go to `credentials.json` here, mode 0600. */
  readonly dataDir: string;
  /** With all keys of the installation in it; `keys` in the data directory unless told otherwise. The operator's signs the first policy. */
  readonly keysDir?: string;
  readonly tenant?: string;
  readonly policySource: string;
  readonly policy: Policy;
  /** Written into credentials.json, so that the CLI finds the API. */
  readonly url: string;
}

export interface Credentials {
  readonly url: string;
  readonly tenant: string;
  readonly agent_key: string;
  readonly reviewer_key: string;
  readonly operator_key: string;
  readonly telegram_key: string;
}

export async function bootstrapTenant({ ownerUrl, dataDir, keysDir = join(dataDir, 'keys'), tenant = FIRST_TENANT, policySource, policy, url }: Bootstrap): Promise<Credentials & { readonly created: boolean }> {
  const file = join(dataDir, 'credentials.json');
  if (existsSync(file) && (await tenantExists(ownerUrl, tenant))) {
    const known = JSON.parse(await readFile(file, 'utf8')) as Credentials;
    const current = { ...known, url };
    if (known.url !== url) await writeSecretly(file, current);
    return { ...current, created: false };
  }
  const agent = createApiKey('agent');
  const reviewer = createApiKey('reviewer');
  const operator = createApiKey('operator');
  const telegram = createApiKey('delegate');
  const pool = createPool(ownerUrl, { max: 1 });
  try {
    const ledger = createLedger(pool);
    const add = (kind: string, body: { readonly [key: string]: Json }, projection: Json = {}): Promise<unknown> =>
      ledger.append({ tenant, kind, body: canonicalJson(body), idem: kind === 'tenant.created' ? `tenant:${tenant}` : null, projection });
    await add('tenant.created', { name: tenant });
    const iat = Math.floor(Date.now() / 1000);
    const signature = await signPolicy({ tenant: toTenantId(tenant), version: 1, ...policyDigests(policySource, policy), iat }, await loadPolicyKey(keysDir));
    await applyPolicy(ledger, { tenant, version: 1, source: policySource, policy, applied_by: 'set-up', signature });
    await add('reviewer.added', { reviewer: 'owner', may_decide: true, by: 'set-up' });
    const none = { worker_ids: [], worker_prefixes: [], environments: [], owner: null, by: 'set-up' };
    await add('key.created', { ...none, key_id: agent.keyId, kind: 'agent', subject: null, worker_ids: ['agent-1'], worker_prefixes: ['agent-'], environments: Object.keys(policy.environments), owner: 'owner' }, { key_hash: agent.hash });
    await add('key.created', { ...none, key_id: reviewer.keyId, kind: 'reviewer', subject: 'owner' }, { key_hash: reviewer.hash });
    await add('key.created', { ...none, key_id: operator.keyId, kind: 'operator', subject: 'operator' }, { key_hash: operator.hash });
    await add('key.created', { ...none, key_id: telegram.keyId, kind: 'delegate', subject: 'telegram' }, { key_hash: telegram.hash });
  } finally {
    await pool.end();
  }
  const credentials: Credentials = { url, tenant, agent_key: agent.key, reviewer_key: reviewer.key, operator_key: operator.key, telegram_key: telegram.key };
  await writeSecretly(file, credentials);
  return { ...credentials, created: true };
}

async function tenantExists(ownerUrl: string, tenant: string): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from wingman.tenant_names where tenant = $1', [tenant]);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writeSecretly(file: string, content: unknown): Promise<void> {
  const partial = `${file}.partial`;
  await writeFile(partial, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}
