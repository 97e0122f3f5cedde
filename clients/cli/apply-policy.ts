/** Puts a policy in force: signed here, by the key that only the operator holds, and sent to the server, which has none. */
import { join } from 'node:path';
import { parsePolicyFile } from '../../contracts/policy-file';
import { isWingmanError } from '../../domain/errors';
import { toTenantId } from '../../domain/ids';
import { openSeenVersions } from '../../platform/seen-versions';
import { loadPolicyKey } from '../../security/keys/load';
import type { SigningKey } from '../../security/keys/signing-key';
import { policyDigests, signPolicy } from '../../security/tokens/policy-signature';
import { dataDirectory } from '../../supervisor/settings';
import type { WingmanClient } from '../sdk/client';
import { CliFailure } from './exit';

export async function applyPolicy(client: WingmanClient, text: string): Promise<{ readonly version: number; readonly hash: string }> {
  // Its faults are found here, with line and path, before anything is sent.
  const policy = parsePolicyFile(text);
  const keys = join(dataDirectory(process.env), 'keys');
  const key = await policyKey(keys);
  const newest = await client.newestPolicy();
  // The database may have been put back to an older day: the gateway would not take a number twice.
  const signed = openSeenVersions(join(keys, 'operator', 'policy-versions.json'));
  const version = Math.max(newest.version, signed.highest(newest.tenant)) + 1;
  const signature = await signPolicy({ tenant: toTenantId(newest.tenant), version, ...policyDigests(text, policy), iat: Math.floor(Date.now() / 1000) }, key);
  signed.saw(newest.tenant, version);
  return client.applyPolicy(text, signature);
}

async function policyKey(keys: string): Promise<SigningKey> {
  try {
    return await loadPolicyKey(keys);
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    throw new CliFailure(`a policy is signed with the operator’s key, and it cannot be used here: ${error.message}. Run this on the machine and as the user of \`npm start\`, or set WINGMAN_DATA_DIR to the directory that has it`);
  }
}
