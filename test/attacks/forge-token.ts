/**
 * Builds the tokens, good and hostile, that `token` entries of an attack file describe: which claims and header members
 * differ from a valid token (null: it lacks them), who signed it and how, and what was done to its text afterwards.
 */
import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { CAPABILITY_ISSUER, type CapabilityClaims } from '../../security/tokens/capability-token';
import type { SigningKey } from '../../security/keys/signing-key';
import { fullThumbprint } from '../../security/keys/thumbprint';
import { expandMacros } from './macros';
import { mutateSignedText, mutateToken } from './mutate-token';

/** `input` of a `token` entry, as far as it says what the token is. */
export interface TokenInput {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Who signs: `k1` when absent. See `signerOf`. */
  readonly key?: string;
  /** See `mutate-token.ts`. */
  readonly mutate?: string;
  /** The plan's commands, when they are not those of the fixture. */
  readonly approved?: readonly string[];
  readonly request?: Readonly<Record<string, unknown>>;
}

export interface ForgeWorld {
  /** Unix seconds. */
  readonly now: number;
  /** Claims of a valid token for the fixture's request. */
  readonly base: CapabilityClaims;
  /** The fixture's names for mint keys (`k1`, `k0`, `k-retired`), and any others, such as `attestation`. `k1` must be there. */
  readonly keys: Readonly<Record<string, SigningKey>>;
  /** The fixture's names for approvals (`A2`, `A-expired`) and their ids. */
  readonly approvals: Readonly<Record<string, string>>;
}

/** Made once: an attacker's key is one that no keyset has. */
export const attacker = generateKeyPairSync('ed25519');

/** The text to send. @throws Error for a description that it does not understand: better than a wrong token in silence. */
export async function forgeToken(input: TokenInput, world: ForgeWorld): Promise<string> {
  const claims = withoutNulls({ ...world.base, ...stepOf(input), ...renamed(input.claims ?? {}, world) });
  const header = withoutNulls({
    alg: 'EdDSA',
    kid: keyNamed('k1', world).kid,
    typ: 'wm-cap+jwt',
    ...renamed(input.header ?? {}, world),
  });
  const texts = mutateSignedText(input.mutate, {
    header: canonicalJson(header as Json),
    payload: canonicalJson(claims as Json),
  });
  const signingInput = `${base64url(texts.header)}.${base64url(texts.payload)}`;
  const signature = signerOf(input.key ?? 'k1', world)(signingInput);
  return await mutateToken(input.mutate, `${signingInput}.${signature.toString('base64url')}`);
}

/** A value of an entry in the words of this installation: macros expanded, issuer, kids and approvals by our names. */
export function renamed(value: Readonly<Record<string, unknown>>, world: ForgeWorld): Record<string, unknown> {
  const approvals = Object.entries(world.approvals);
  const expanded = expandMacros(value, {
    now: world.now,
    inside: Object.fromEntries(approvals.map(([name, id]) => [`{${name}}`, id])),
    whole: {
      '@uuid': () => crypto.randomUUID(),
      '@attacker-jkt': thumbprintOf(attacker.publicKey),
      '@sha256-of-canonical-plan': world.base.plan_hash,
      ...Object.fromEntries(approvals.map(([name, id]) => [`@${name}`, id])),
    },
  });
  return Object.fromEntries(
    Object.entries(expanded as Record<string, unknown>).map(([name, member]) => [
      name,
      renameMember(name, member, world),
    ]),
  );
}

/** RFC 7638 thumbprint of a public key. */
export function thumbprintOf(key: KeyObject): string {
  const { kty = '', crv = '', x = '', y } = key.export({ format: 'jwk' });
  return fullThumbprint({ kty, crv, x, ...(y === undefined ? {} : { y }) });
}

/** The fixture says `wingman-api` where our issuer has another name; each stands for the other, so that no two fall together. */
const FIXTURE_ISSUER = 'wingman-api';

function renameMember(name: string, value: unknown, world: ForgeWorld): unknown {
  if (Array.isArray(value)) return value.map((item) => renameMember(name, item, world));
  if (typeof value !== 'string') return value;
  if (name === 'iss')
    return value.replace(new RegExp(`${FIXTURE_ISSUER}|${CAPABILITY_ISSUER}`, 'g'), (issuer) =>
      issuer === FIXTURE_ISSUER ? CAPABILITY_ISSUER : FIXTURE_ISSUER,
    );
  if (name === 'kid')
    return value.replace(/(?<![\w-])k(?:\d+|-[a-z]+)(?![\w-])/g, (kid) =>
      Object.hasOwn(world.keys, kid) ? keyNamed(kid, world).kid : kid,
    );
  return value;
}

/** A command of the plan other than the first is another step of it. */
function stepOf({ approved, claims }: TokenInput): { cmd_index?: number } {
  const index = approved?.findIndex((command) => command === claims?.['cmd']) ?? -1;
  return index > 0 ? { cmd_index: index } : {};
}

type Signer = (signingInput: string) => Buffer;

/**
 * `none`; the name of a key of the world (`k0-overlap` is `k0`); `hs256:` and the like with a secret that the attacker may
 * know (`empty`, `k1-raw`, `k1-spki-pem`, `k1-spki-der`, `k1-jwk`, `k1-kid`, or a literal text); `rs256:attacker` and the like
 * for other families; any other name is a key that nobody knows.
 */
function signerOf(description: string, world: ForgeWorld): Signer {
  if (description === 'none') return () => Buffer.alloc(0);
  const [family = '', source = 'attacker'] = description.includes(':')
    ? description.split(/:(.*)/s)
    : ['', description];
  const [, letters, bits = '256'] = /^(hs|rs|ps|es)(256|384|512)$/i.exec(family) ?? [];
  if (letters?.toLowerCase() === 'hs')
    return (input) => createHmac(`sha${bits}`, secretNamed(source, world)).update(input).digest();
  if (letters !== undefined) return otherFamily(letters.toLowerCase(), bits);
  const known = [source, source.replace(/-(?:overlap|key|previous|current)$/, '')].find((name) =>
    Object.hasOwn(world.keys, name),
  );
  const key = known === undefined ? attacker.privateKey : keyNamed(known, world).privateKey;
  return (input) => sign(null, Buffer.from(input), key);
}

function secretNamed(source: string, world: ForgeWorld): Buffer {
  const match = /^(.+?)-(raw|spki-pem|pem|spki-der|der|spki|jwk|x|kid)$/.exec(source);
  if (source === 'empty') return Buffer.alloc(0);
  if (match === null || !Object.hasOwn(world.keys, match[1] ?? '')) return Buffer.from(source);
  const key = keyNamed(match[1] ?? '', world);
  const publicKey = createPublicKey(key.privateKey);
  const jwk = publicKey.export({ format: 'jwk' });
  switch (match[2]) {
    case 'raw':
      return Buffer.from(jwk.x ?? '', 'base64url');
    case 'x':
      return Buffer.from(jwk.x ?? '');
    case 'jwk':
      return Buffer.from(JSON.stringify(jwk));
    case 'kid':
      return Buffer.from(key.kid);
    case 'spki-der':
    case 'der':
      return publicKey.export({ type: 'spki', format: 'der' });
    default:
      return Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
  }
}

const CURVES: Readonly<Record<string, string>> = { 256: 'P-256', 384: 'P-384', 512: 'P-521' };

function otherFamily(letters: string, bits: string): Signer {
  if (letters === 'es') {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVES[bits] ?? 'P-256' });
    return (input) => sign(`sha${bits}`, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // 6: RSA_PKCS1_PSS_PADDING, 1: RSA_PKCS1_PADDING.
  return (input) => sign(`sha${bits}`, Buffer.from(input), { key: privateKey, padding: letters === 'ps' ? 6 : 1 });
}

function keyNamed(name: string, world: ForgeWorld): SigningKey {
  const key = world.keys[name];
  if (key === undefined) throw new Error(`the world has no key ${name}`);
  return key;
}

function withoutNulls(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
