import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import fc from 'fast-check';
import { DPOP_WINDOW_SECONDS, verifyDpopProof, type DpopExpectation } from '../../../security/tokens/dpop';
import { codeOf } from '../test-keys';

const now = 1_800_000_000;
const token = 'a.capability.token';
const htu = 'https://wingman.example/gateway/execute';
const okp = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });
const ath = createHash('sha256').update(token).digest('base64url');
const expected: DpopExpectation = { htm: 'POST', htu, accessToken: token, now };

const goodHeader = { typ: 'dpop+jwt', alg: 'EdDSA', jwk: jwkOf(okp.publicKey) };
const goodClaims = { jti: randomUUID(), htm: 'POST', htu, iat: now, ath };
const encode = (text: string) => Buffer.from(text).toString('base64url');

function signText(header: string, payload: string, key: KeyObject = okp.privateKey): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const isEd = key.asymmetricKeyType === 'ed25519';
  const signature = isEd
    ? sign(null, Buffer.from(input), key)
    : sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
const prove = (claims: object = {}, header: object = {}, key?: KeyObject) =>
  signText(JSON.stringify({ ...goodHeader, ...header }), JSON.stringify({ ...goodClaims, ...claims }), key);

describe('a DPoP proof', () => {
  test('by an Ed25519 key is accepted; its thumbprint is that of RFC 7638', async () => {
    expect(verifyDpopProof(prove(), expected)).toEqual({
      jti: goodClaims.jti,
      jkt: await calculateJwkThumbprint(jwkOf(okp.publicKey)),
      ath,
      iat: now,
    });
  });

  test('by a P-256 key is accepted', async () => {
    const jkt = await calculateJwkThumbprint(jwkOf(ec.publicKey));
    expect(
      verifyDpopProof(prove({}, { alg: 'ES256', jwk: jwkOf(ec.publicKey) }, ec.privateKey), { ...expected, jkt }).jkt,
    ).toBe(jkt);
  });

  test('may differ in how its URL is written, and in its query', () => {
    expect(verifyDpopProof(prove({ htu: 'HTTPS://Wingman.Example:443/gateway/execute?x=1#y' }), expected).jti).toBe(
      goodClaims.jti,
    );
  });

  test.each([-DPOP_WINDOW_SECONDS, DPOP_WINDOW_SECONDS])('may be %i seconds away', (offset) => {
    expect(verifyDpopProof(prove({ iat: now + offset }), expected).iat).toBe(now + offset);
  });

  const other = generateKeyPairSync('ed25519');
  test.each<[string, () => unknown, Partial<DpopExpectation>?]>([
    ['that is missing', () => undefined],
    ['that is empty', () => ''],
    ['that is a list', () => [prove()]],
    ['that is too long', () => `${prove()}${'A'.repeat(5_000)}`],
    ['with padding', () => `${prove()}==`],
    ['with a newline', () => `${prove()}\n`],
    ['for another method', () => prove({ htm: 'GET' })],
    ['for the method in lower case', () => prove({ htm: 'post' })],
    ['for another path', () => prove({ htu: 'https://wingman.example/gateway/token' })],
    ['for another host', () => prove({ htu: 'https://evil.example/gateway/execute' })],
    ['for another scheme', () => prove({ htu: 'http://wingman.example/gateway/execute' })],
    ['for a URL that names a user', () => prove({ htu: 'https://a@wingman.example/gateway/execute' })],
    ['for no URL', () => prove({ htu: '/gateway/execute' })],
    ['for another token', () => prove({ ath: createHash('sha256').update('x').digest('base64url') })],
    [
      'without a token hash',
      () => signText(JSON.stringify(goodHeader), JSON.stringify({ ...goodClaims, ath: undefined })),
    ],
    ['that is stale', () => prove({ iat: now - DPOP_WINDOW_SECONDS - 1 })],
    ['from the future', () => prove({ iat: now + DPOP_WINDOW_SECONDS + 1 })],
    ['with a time as text', () => prove({ iat: String(now) })],
    ['at no readable time', () => prove(), { now: Number.NaN }],
    ['without an id', () => signText(JSON.stringify(goodHeader), JSON.stringify({ ...goodClaims, jti: undefined }))],
    ['with SQL as id', () => prove({ jti: "x'; DELETE FROM proof_ids; --" })],
    ['with an unknown claim', () => prove({ admin: true })],
    ['by another key than the token is bound to', () => prove(), { jkt: 'A'.repeat(43) }],
    ['signed by another key than it shows', () => prove({}, {}, other.privateKey)],
    ['of another type', () => prove({}, { typ: 'JWT' })],
    ['without a signature algorithm', () => prove({}, { alg: 'none' })],
    ['with a symmetric algorithm', () => prove({}, { alg: 'HS256' })],
    ['whose algorithm does not fit its key', () => prove({}, { alg: 'ES256' })],
    ['that shows its private key', () => prove({}, { jwk: jwkOf(okp.privateKey) })],
    ['with a symmetric key', () => prove({}, { jwk: { kty: 'oct', k: 'AAAA' } })],
    [
      'with a key beside the point',
      () => prove({}, { alg: 'ES256', jwk: { ...jwkOf(ec.publicKey), x: 'A'.repeat(43) } }, ec.privateKey),
    ],
    ['with another header member', () => prove({}, { jku: 'https://evil.example/k' })],
    [
      'with a claim twice',
      () => signText(JSON.stringify(goodHeader), JSON.stringify(goodClaims).replace('{', '{"htm":"GET",')),
    ],
    [
      'with a header member twice',
      () => signText(JSON.stringify(goodHeader).replace('{', '{"alg":"ES256",'), JSON.stringify(goodClaims)),
    ],
    ['that is no JSON', () => signText('{', '{')],
    ['that is an array', () => signText(JSON.stringify(goodHeader), '[]')],
  ])('%s is refused', async (_, proof, changes = {}) => {
    expect(await codeOf(() => verifyDpopProof(proof(), { ...expected, ...changes }))).toBe('TOKEN_PROOF');
  });

  test('without a token that it could be for is refused', async () => {
    expect(await codeOf(() => verifyDpopProof(prove(), { ...expected, accessToken: undefined }))).toBe('TOKEN_MISSING');
  });

  test('is refused after any change of any one of its characters', () => {
    const proof = prove();
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
        const changed = proof.slice(0, at) + String.fromCharCode(byte) + proof.slice(at + 1);
        fc.pre(changed !== proof);
        expect(() => verifyDpopProof(changed, expected)).toThrow(expect.objectContaining({ code: 'TOKEN_PROOF' }));
      }),
      { numRuns: 1_000 },
    );
  });
});
