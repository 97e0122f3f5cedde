/**
 * The token entries of the attack file that a verifier can judge by itself: header, claim, form and request. Replay, revoked
 * approvals and the wire are judged end to end, with the same forged tokens.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusal } from '../../../domain/errors';
import { toApprovalId, toEnvironment, toTenantId, toWorkerId } from '../../../domain/ids';
import { capabilityClaims, verifyCapabilityToken, type CapabilityContext } from '../../../security/tokens/capability-token';
import { sha256Hex } from '../../../security/digest';
import { verifyDpopProof, type VerifiedProof } from '../../../security/tokens/dpop';
import { forgeProof } from '../../attacks/forge-proof';
import { attacker, forgeToken, renamed, thumbprintOf, type ForgeWorld, type TokenInput } from '../../attacks/forge-token';
import { createTestKeys } from '../test-keys';

interface Entry {
  readonly id: string;
  readonly category: string;
  readonly kind: string;
  readonly input: TokenInput;
  readonly expect: string;
  readonly why: string;
}
const PURE = ['token-header', 'token-claim', 'token-form', 'token-request', 'benign-token'];
const entries = readFileSync(process.env['WINGMAN_ATTACK_FILE'] ?? join(__dirname, '../../attacks/data/attacks.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Entry => JSON.parse(line))
  .filter(({ kind, category }) => kind === 'token' && PURE.includes(category));

const now = 1_800_000_000;
const keys = createTestKeys(now);
const approvals = Object.fromEntries(
  ['A1', 'A2', 'A3', 'A4', 'A-rejected', 'A-expired', 'G1'].map((name, index) => [
    name,
    `7f3a0001-0000-4000-8000-00000000000${index}`,
  ]),
);
const holder = generateKeyPairSync('ed25519');
const htu = 'https://wingman.example/gateway/execute';

function worldOf(input: TokenInput): ForgeWorld {
  const approved = input.approved ?? ['docker stop web'];
  const base = capabilityClaims({
    workerId: toWorkerId('agent:a1'),
    tenant: toTenantId('acme'),
    environment: toEnvironment('test'),
    approvalId: toApprovalId(approvals['A2']),
    planHash: sha256Hex(approved.join('\n')),
    argv: ['docker', 'stop', 'web'],
    cmdIndex: 0,
    use: 0,
    now,
    lifeSeconds: 60,
    ...(input.request?.['proof'] === undefined ? {} : { jkt: thumbprintOf(holder.publicKey) }),
  });
  return {
    now,
    base,
    approvals,
    keys: { k1: keys.mint, k0: keys.mintOverlap, 'k-retired': keys.mintRetired, attestation: keys.attestation },
  };
}

/** What a gateway would do with the request, as far as it needs no database: throws what it refuses with. */
function judge(token: string, input: TokenInput, world: ForgeWorld): void {
  const request = {
    command: 'docker stop web',
    approvalId: world.base.approval_id,
    environment: 'test',
    tenant: 'acme',
    agent: 'agent:a1',
    ...renamed(input.request ?? {}, world),
  };
  const argv = String(request.command).split(/ +/);
  const index = (input.approved ?? ['docker stop web']).findIndex(
    (command) => command.split(/ +/).join(' ') === argv.join(' '),
  );
  const context: CapabilityContext = {
    keyset: keys.keyset,
    revokedKids: new Set(),
    now,
    sub: toWorkerId(request.agent),
    tenant: toTenantId(request.tenant),
    environment: toEnvironment(request.environment),
    approvalId: toApprovalId(request.approvalId),
    planHash: world.base.plan_hash,
    cmdIndex: Math.max(0, index),
    argv,
  };
  const proof = proofOf(token, input.request?.['proof'] === undefined ? 'valid' : JSON.stringify(input.request['proof']).replaceAll('"', ''));
  verifyCapabilityToken(token, proof === undefined ? context : { ...context, proof });
}

/** Stands for the gateway's replay table. */
const seenProofs = new Set<string>();

function proofOf(token: string, variant: string): VerifiedProof | undefined {
  const text = forgeProof(variant, { now, token, holder: holder.privateKey, htm: 'POST', htu }, attacker.privateKey);
  if (text === undefined) return undefined;
  if (variant === 'replayed') acceptProof(text, token);
  return acceptProof(text, token);
}

function acceptProof(text: string, token: string): VerifiedProof {
  const proof = verifyDpopProof(text, { htm: 'POST', htu, accessToken: token, now });
  if (seenProofs.has(proof.jti)) throw refusal('TOKEN_PROOF', 'the proof was used before');
  seenProofs.add(proof.jti);
  return proof;
}

async function outcomeOf(entry: Entry): Promise<string> {
  const world = worldOf(entry.input);
  const token = await forgeToken(entry.input, world);
  try {
    judge(token, entry.input, world);
    return 'accepted';
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error
      ? String(error.code)
      : `crash: ${String(error)}`;
  }
}

describe('tokens of the attack file', () => {
  const counts = { hostile: [0, 0], benign: [0, 0] };
  afterAll(() => {
    const line = `token (pure): hostile stopped ${counts.hostile.join('/')}, benign passed ${counts.benign.join('/')}\n`;
    process.stdout.write(line);
  });

  test('are there', () => {
    expect(new Set(entries.map(({ category }) => category))).toEqual(new Set(PURE));
  });

  test.each(entries.map((entry) => [entry.id, entry.why, entry] as const))('%s: %s', async (_, __, entry) => {
    const count = entry.expect === 'allow' ? counts.benign : counts.hostile;
    count[1] = (count[1] ?? 0) + 1;
    const outcome = await outcomeOf(entry);
    expect(outcome).toMatch(entry.expect === 'allow' ? /^accepted$/ : /^TOKEN_[A-Z_]+$/);
    count[0] = (count[0] ?? 0) + 1;
  });

  test.each<[TokenInput, string]>([
    [{}, 'accepted'],
    [{ header: { kid: 'k-retired' }, key: 'k-retired' }, 'TOKEN_KEY'],
    [{ header: { kid: 'attestation' }, key: 'attestation' }, 'TOKEN_KEY'],
    [{ claims: { iss: 'wingman-worker' } }, 'TOKEN_CLAIMS'],
    [{ claims: { iss: 'wingman-api' } }, 'accepted'],
    [{ mutate: 'dup-header-key:alg' }, 'TOKEN_HEADER'],
    [{ mutate: 'flip-header-byte' }, 'TOKEN_'],
    [{ mutate: 'zero-signature' }, 'TOKEN_SIGNATURE'],
    [{ mutate: 'append:\\n' }, 'TOKEN_FORM'],
    [{ mutate: 'insert-newline-in-payload' }, 'TOKEN_FORM'],
    [{ mutate: 'drop-signature' }, 'TOKEN_FORM'],
    [{ mutate: 'payload-nest:3000' }, 'TOKEN_FORM'],
    [{ mutate: 'huge' }, 'TOKEN_FORM'],
    [{ key: 'es384:attacker', header: { alg: 'ES384' } }, 'TOKEN_FORM'],
    [{ key: 'hs256:k1-jwk', header: { alg: 'HS256' } }, 'TOKEN_FORM'],
    [{ request: { proof: 'valid' } }, 'accepted'],
    [{ request: { proof: 'wrong-key' } }, 'TOKEN_PROOF'],
  ])('and others of the same kind: %j is %s', async (input, outcome) => {
    expect(await outcomeOf({ id: '', category: '', kind: 'token', input, expect: '', why: '' })).toContain(outcome);
  });

  test('that nobody knows how to forge stop the run', async () => {
    await expect(forgeToken({ mutate: 'no-such-thing' }, worldOf({}))).rejects.toThrow('no rule');
  });
});
