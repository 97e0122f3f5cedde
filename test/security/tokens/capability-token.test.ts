import { sign } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../domain/text/canonical-json';
import { toApprovalId, toEnvironment, toSha256Hex, toTenantId, toWorkerId } from '../../../domain/ids';
import {
  capabilityClaims,
  mintCapabilityToken,
  verifyCapabilityToken,
  type CapabilityClaims,
  type CapabilityContext,
  type CapabilityGrant,
} from '../../../security/tokens/capability-token';
import type { SigningKey } from '../../../security/keys/signing-key';
import { codeOf, createTestKeys } from '../test-keys';

const now = 1_800_000_000;
const keys = createTestKeys(now);
const grant: CapabilityGrant = {
  workerId: toWorkerId('agent:a1'),
  tenant: toTenantId('acme'),
  environment: toEnvironment('test'),
  approvalId: toApprovalId('7f3a0001-0000-4000-8000-000000000002'),
  planHash: toSha256Hex('ab'.repeat(32)),
  argv: ['docker', 'stop', 'web'],
  cmdIndex: 0,
  use: 0,
  now,
  lifeSeconds: 60,
};
const context: CapabilityContext = {
  keyset: keys.keyset,
  revokedKids: new Set(),
  now,
  sub: grant.workerId,
  tenant: grant.tenant,
  environment: grant.environment,
  approvalId: grant.approvalId,
  planHash: grant.planHash,
  cmdIndex: 0,
  argv: grant.argv,
};
const mint = (changes: Partial<CapabilityGrant> = {}, key = keys.mint) =>
  mintCapabilityToken(capabilityClaims({ ...grant, ...changes }), key);

/** Signs any header and payload, as a holder of the key could. */
function forge(header: Json, payload: Json | Buffer, key: SigningKey = keys.mint): string {
  const payloadBytes = Buffer.isBuffer(payload) ? payload : Buffer.from(canonicalJson(payload));
  const input = `${Buffer.from(canonicalJson(header)).toString('base64url')}.${payloadBytes.toString('base64url')}`;
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}
const goodHeader = { alg: 'EdDSA', kid: keys.mint.kid, typ: 'wm-cap+jwt' };
const goodClaims = { ...capabilityClaims(grant) };

describe('a capability token', () => {
  test('that was minted for this step is accepted, and its claims come back', async () => {
    const claims = capabilityClaims(grant);
    expect(verifyCapabilityToken(await mintCapabilityToken(claims, keys.mint), context)).toEqual(claims);
  });

  test('is accepted from its first second to the last one before its end', async () => {
    const token = await mint();
    expect(verifyCapabilityToken(token, { ...context, now: now + 59.999 }).exp).toBe(now + 60);
    expect(await codeOf(() => verifyCapabilityToken(token, { ...context, now: now + 60 }))).toBe('TOKEN_EXPIRED');
    expect(await codeOf(() => verifyCapabilityToken(token, { ...context, now: now - 1 }))).toBe('TOKEN_NOT_YET_VALID');
  });

  test('of the key before is accepted during the overlap', async () => {
    expect(verifyCapabilityToken(await mint({}, keys.mintOverlap), context).sub).toBe('agent:a1');
  });

  test('gets a new jti each time', () => {
    expect(capabilityClaims(grant).jti).not.toBe(capabilityClaims(grant).jti);
  });

  test.each([
    ['a key whose overlap is over', keys.mintRetired],
    ['a revoked key', keys.mintRevoked],
    ['a key of another set', createTestKeys(now).mint],
  ])('of %s is refused', async (_, key) => {
    expect(await codeOf(async () => verifyCapabilityToken(await mint({}, key), context))).toBe('TOKEN_KEY');
  });

  test('of a key that was revoked since the start of the gateway is refused', async () => {
    const token = await mint();
    expect(
      await codeOf(() => verifyCapabilityToken(token, { ...context, revokedKids: new Set([keys.mint.kid]) })),
    ).toBe('TOKEN_KEY');
  });

  test('cannot be made with the key that signs decisions', async () => {
    await expect(mint({}, keys.attestation)).rejects.toThrow(TypeError);
    const forged = forge({ ...goodHeader, kid: keys.attestation.kid }, goodClaims, keys.attestation);
    expect(await codeOf(() => verifyCapabilityToken(forged, context))).toBe('TOKEN_KEY');
  });

  test.each<[string, Partial<CapabilityContext>]>([
    ['agent', { sub: toWorkerId('agent:a2') }],
    ['tenant', { tenant: toTenantId('globex') }],
    ['environment', { environment: toEnvironment('prd') }],
    ['approval', { approvalId: toApprovalId('7f3a0001-0000-4000-8000-000000000003') }],
    ['plan', { planHash: toSha256Hex('cd'.repeat(32)) }],
    ['step', { cmdIndex: 1 }],
    ['argument list', { argv: ['docker', 'stop', 'web', 'db'] }],
    ['spelling of the same words', { argv: ['docker', 'stop web'] }],
    ['case', { argv: ['DOCKER', 'stop', 'web'] }],
  ])('is refused for another %s', async (_, changes) => {
    const token = await mint();
    expect(await codeOf(() => verifyCapabilityToken(token, { ...context, ...changes }))).toBe('TOKEN_BINDING');
  });

  test.each<[string, Json, string]>([
    ['alg none', { ...goodHeader, alg: 'none' }, 'TOKEN_HEADER'],
    ['alg in lower case', { ...goodHeader, alg: 'eddsa' }, 'TOKEN_HEADER'],
    ['the newer name of the algorithm', { ...goodHeader, alg: 'Ed25519' }, 'TOKEN_HEADER'],
    ['alg as a list', { ...goodHeader, alg: ['EdDSA'] }, 'TOKEN_HEADER'],
    ['no typ', { alg: 'EdDSA', kid: keys.mint.kid }, 'TOKEN_HEADER'],
    ['typ of a decision', { ...goodHeader, typ: 'wm-att+jwt' }, 'TOKEN_HEADER'],
    ['typ in other case', { ...goodHeader, typ: 'WM-CAP+JWT' }, 'TOKEN_HEADER'],
    ['no kid', { alg: 'EdDSA', typ: 'wm-cap+jwt' }, 'TOKEN_HEADER'],
    ['kid as a number', { ...goodHeader, kid: 1 }, 'TOKEN_HEADER'],
    ['kid with a NUL', { ...goodHeader, kid: `${keys.mint.kid}\u0000` }, 'TOKEN_HEADER'],
    ['an inherited name as kid', { ...goodHeader, kid: 'constructor' }, 'TOKEN_KEY'],
    ['__proto__ as kid', { ...goodHeader, kid: '__proto__' }, 'TOKEN_KEY'],
    ['a jwk of its own', { ...goodHeader, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }, 'TOKEN_HEADER'],
    ['a key URL', { ...goodHeader, jku: 'https://evil.example/jwks' }, 'TOKEN_HEADER'],
    ['crit', { ...goodHeader, crit: ['exp'] }, 'TOKEN_HEADER'],
    ['an array', ['EdDSA'], 'TOKEN_HEADER'],
    ['null', null, 'TOKEN_HEADER'],
  ])('with %s in its header is refused', async (_, header, code) => {
    expect(await codeOf(() => verifyCapabilityToken(forge(header, goodClaims), context))).toBe(code);
  });

  test.each<[string, Record<string, Json>, string]>([
    ['an unknown claim', { scope: 'admin' }, 'TOKEN_CLAIMS'],
    ['another issuer', { iss: 'wingman-api' }, 'TOKEN_CLAIMS'],
    ['an issuer with a blank', { iss: 'wingman-worker ' }, 'TOKEN_CLAIMS'],
    ['several audiences', { aud: ['wingman-gateway'] }, 'TOKEN_CLAIMS'],
    ['a jti that is no uuid', { jti: 'x' }, 'TOKEN_CLAIMS'],
    ['a jti in upper case', { jti: goodClaims.jti.toUpperCase().replace(/^./, 'A') }, 'TOKEN_CLAIMS'],
    ['an exp that is a text', { exp: String(now + 60) }, 'TOKEN_CLAIMS'],
    ['an exp beyond numbers', { exp: 1e300 }, 'TOKEN_CLAIMS'],
    ['an exp with a fraction', { exp: now + 0.5 }, 'TOKEN_CLAIMS'],
    ['a negative exp', { exp: -1 }, 'TOKEN_CLAIMS'],
    ['a life over 300 seconds', { exp: now + 301 }, 'TOKEN_LIFETIME'],
    ['a long life hidden behind an early iat', { iat: now - 241 }, 'TOKEN_LIFETIME'],
    ['an end before its beginning', { nbf: now + 60 }, 'TOKEN_LIFETIME'],
    ['nbf before iat', { iat: now, nbf: now - 1 }, 'TOKEN_LIFETIME'],
    ['an iat in the future', { iat: now + 1, nbf: now + 1 }, 'TOKEN_NOT_YET_VALID'],
    ['an nbf in the future', { nbf: now + 1 }, 'TOKEN_NOT_YET_VALID'],
    ['an end in the past', { iat: now - 60, nbf: now - 60, exp: now - 1 }, 'TOKEN_EXPIRED'],
    ['an empty command', { cmd: '' }, 'TOKEN_CLAIMS'],
    ['a list of commands', { cmd: ['docker stop web'] }, 'TOKEN_CLAIMS'],
    ['a negative step', { cmd_index: -1 }, 'TOKEN_CLAIMS'],
    ['a step as text', { cmd_index: '0' }, 'TOKEN_CLAIMS'],
    ['an environment that is a list', { env: ['test', 'prd'] }, 'TOKEN_CLAIMS'],
    ['an empty cnf', { cnf: {} }, 'TOKEN_CLAIMS'],
    ['a cnf with more than jkt', { cnf: { jkt: 'A'.repeat(43), jwk: {} } }, 'TOKEN_CLAIMS'],
    ['a cnf of an absent key', { cnf: { jkt: 'A'.repeat(43) } }, 'TOKEN_PROOF'],
  ])('with %s is refused', async (_, changes, code) => {
    expect(
      await codeOf(() => verifyCapabilityToken(forge(goodHeader, { ...goodClaims, ...changes }), context)),
    ).toBe(code);
  });

  test.each(Object.keys(goodClaims))('without its claim %s is refused', async (name) => {
    const { [name as keyof CapabilityClaims]: _, ...rest } = goodClaims;
    expect(await codeOf(() => verifyCapabilityToken(forge(goodHeader, rest as Json), context))).toBe('TOKEN_CLAIMS');
  });

  const payloadText = canonicalJson(goodClaims);
  test.each<[string, string, string]>([
    ['a member that stands twice', payloadText.replace('{', '{"cmd":"docker rm -f db",'), 'TOKEN_FORM'],
    ['the same member written twice alike', payloadText.replace('{', `{"aud":"wingman-gateway",`), 'TOKEN_FORM'],
    ['a member in disguise', payloadText.replace('"cmd"', '"\\u0063md"'), 'TOKEN_FORM'],
    ['blanks', payloadText.replace(',', ', '), 'TOKEN_FORM'],
    ['members in another order', JSON.stringify(goodClaims), 'TOKEN_FORM'],
    ['a number in another spelling', payloadText.replace('"cmd_index":0', '"cmd_index":0.0'), 'TOKEN_FORM'],
    ['__proto__', payloadText.replace('{', '{"__proto__":{"admin":true},'), 'TOKEN_CLAIMS'],
    ['a lone surrogate', payloadText.replace('docker stop web', '\\ud800'), 'TOKEN_CLAIMS'],
    ['an array', '[]', 'TOKEN_FORM'],
    ['null', 'null', 'TOKEN_FORM'],
    ['text', '"x"', 'TOKEN_FORM'],
    ['no JSON', '{', 'TOKEN_FORM'],
    ['a byte order mark', `\ufeff${payloadText}`, 'TOKEN_FORM'],
    ['deep nesting', `${'['.repeat(4_000)}${']'.repeat(4_000)}`, 'TOKEN_FORM'],
    [
      'a deep claim',
      payloadText.replace('"docker stop web"', `${'['.repeat(3_000)}${']'.repeat(3_000)}`),
      'TOKEN_CLAIMS',
    ],
  ])('whose signed payload is or has %s is refused', async (_, payload, code) => {
    expect(await codeOf(() => verifyCapabilityToken(forge(goodHeader, Buffer.from(payload)), context))).toBe(code);
  });

  test.each<[string, (token: string) => unknown, string]>([
    ['undefined', () => undefined, 'TOKEN_MISSING'],
    ['null', () => null, 'TOKEN_MISSING'],
    ['an empty text', () => '', 'TOKEN_MISSING'],
    ['a number', () => 1, 'TOKEN_FORM'],
    ['a list with the token in it', (token) => [token], 'TOKEN_FORM'],
    ['an object that turns into the token', (token) => ({ toString: () => token }), 'TOKEN_FORM'],
    ['with a newline', (token) => `${token}\n`, 'TOKEN_FORM'],
    ['with a leading blank', (token) => ` ${token}`, 'TOKEN_FORM'],
    ['with padding', (token) => `${token}==`, 'TOKEN_FORM'],
    ['with a trailing dot', (token) => `${token}.`, 'TOKEN_FORM'],
    ['of two parts', (token) => token.slice(0, token.lastIndexOf('.')), 'TOKEN_FORM'],
    ['with Bearer before it', (token) => `Bearer ${token}`, 'TOKEN_FORM'],
    ['in lower case', (token) => token.toLowerCase(), 'TOKEN_FORM'],
    ['twice', (token) => `${token},${token}`, 'TOKEN_FORM'],
    ['of a megabyte', (token) => token + 'A'.repeat(1_000_000), 'TOKEN_FORM'],
    ['with an empty signature', (token) => token.slice(0, token.lastIndexOf('.') + 1), 'TOKEN_FORM'],
    [
      'with a signature of zeros',
      (token) => token.slice(0, token.lastIndexOf('.') + 1) + Buffer.alloc(64).toString('base64url'),
      'TOKEN_SIGNATURE',
    ],
  ])('is refused as %s', async (_, mutate, code) => {
    const token = await mint();
    const refused = await codeOf(() => verifyCapabilityToken(mutate(token), context));
    // Lower case can end in canonical base64url by chance; it is then no header.
    expect(refused === 'TOKEN_HEADER' && code === 'TOKEN_FORM' ? code : refused).toBe(code);
  });

  test('is refused after any change of any one of its characters', async () => {
    const token = await mint();
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = token.slice(0, at) + String.fromCharCode(byte) + token.slice(at + 1);
        fc.pre(changed !== token);
        expect(() => verifyCapabilityToken(changed, context)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^TOKEN_/) }),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test('is refused after any change of any one bit of its decoded parts', async () => {
    const parts = (await mint()).split('.').map((part) => Buffer.from(part, 'base64url'));
    for (const [which, part] of parts.entries()) {
      for (let bit = 0; bit < part.length * 8; bit += 1) {
        const changed = Buffer.from(part);
        changed[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const token = parts.map((other, index) => (index === which ? changed : other).toString('base64url')).join('.');
        expect(() => verifyCapabilityToken(token, context)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^TOKEN_/) }),
        );
      }
    }
  });

  test('cannot be minted with claims that no gateway takes', async () => {
    for (const wrong of [{ exp: now + 301 }, { exp: now }, { jti: 'x' }, { cmd: '' }]) {
      await expect(mintCapabilityToken({ ...goodClaims, ...wrong }, keys.mint)).rejects.toThrow(TypeError);
    }
  });

  test('is not judged by a clock that cannot be read', async () => {
    const token = await mint();
    expect(() => verifyCapabilityToken(token, { ...context, now: Number.NaN })).toThrow(TypeError);
  });
});
