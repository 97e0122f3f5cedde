import { randomUUID } from 'node:crypto';
import { parsePolicyFile } from '../../contracts/policy-file';
import { toTenantId } from '../../domain/ids';
import { sha256Hex } from '../../security/digest';
import { loadPolicyKey } from '../../security/keys/load';
import { policyDigests, signPolicy } from '../../security/tokens/policy-signature';
import type { Answer, Stack } from './stack';

/** As `wingman policy apply` does it: signed by the operator's key of this stack. */
export async function applyPolicy(stack: Pick<Stack, 'call' | 'keysDir'>, operatorKey: string, policy: string): Promise<Answer> {
  const { body } = await stack.call('GET', '/policy/newest', operatorKey);
  const signature = await sign(stack.keysDir, body['tenant'] as string, Number(body['version']) + 1, policy, parsePolicyFile(policy));
  return stack.call('POST', '/policy', operatorKey, { policy, signature });
}

export async function sign(keysDir: string, tenant: string, version: number, source: string, policy: unknown): Promise<string> {
  return signPolicy({ tenant: toTenantId(tenant), version, ...policyDigests(source, policy), iat: Math.floor(Date.now() / 1000) }, await loadPolicyKey(keysDir));
}

/**
 * Another value in the policy in force, past the API: for limits and times that no file may hold. With another hash, since by version
 * and hash the processes know what they have read.
 *
 * @param changes by path, such as `limits.requests_per_minute_per_agent`
 */
export async function changePolicy({ sql, keysDir }: Pick<Stack, 'sql' | 'keysDir'>, changes: Readonly<Record<string, number>>): Promise<void> {
  const rows = await sql<{ tenant: string; version: number; source: string; policy: object }>('select tenant, version, source, policy from wingman.policies');
  for (const { tenant, version, source, policy } of rows) {
    for (const [path, value] of Object.entries(changes)) setAt(policy, path.split('.'), value);
    const text = `${source}\n# ${randomUUID()}\n`;
    const signature = await sign(keysDir, tenant, version, text, policy);
    await sql('update wingman.policies set source = $3, hash = $4, policy = $5, signature = $6 where tenant = $1 and version = $2', [tenant, version, text, sha256Hex(text), policy, signature]);
  }
}

function setAt(value: object, [name = '', ...rest]: readonly string[], to: number): void {
  const members = value as Record<string, object | number>;
  const inner = members[name];
  if (rest.length > 0 && typeof inner === 'object') setAt(inner, rest, to);
  else members[name] = to;
}
