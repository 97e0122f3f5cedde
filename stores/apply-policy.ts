/** The ledger row that puts a policy in force. */
import { canonicalJson, type Json } from '../domain/text/canonical-json';
import { refusal } from '../domain/errors';
import type { Policy } from '../domain/policy/policy';
import { sha256Hex } from '../security/digest';
import type { Ledger } from './ledger';

export interface PolicyToApply {
  readonly tenant: string;
  readonly version: number;
  readonly source: string;
  readonly policy: Policy;
  readonly applied_by: string;
  readonly signature: string;
}

/** @throws WingmanError POLICY_SIGNATURE_INVALID when another policy has this number */
export async function applyPolicy(ledger: Ledger, { tenant, version, source, policy, applied_by, signature }: PolicyToApply): Promise<{ readonly version: number; readonly hash: string }> {
  const hash = sha256Hex(source);
  const body = canonicalJson({ version, hash, applied_by, signature });
  const [row] = await ledger.append({ tenant, kind: 'policy.applied', idem: `policy:${tenant}:${String(version)}`, body, projection: { source, policy: policy as unknown as Json } });
  if (row?.inserted === false && row.body !== body) {
    throw refusal('POLICY_SIGNATURE_INVALID', `there is a version ${String(version)} already; apply it again, with the next number`, { claim: 'version' });
  }
  return { version, hash };
}
