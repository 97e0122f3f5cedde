/**
 * What each process reads at its start, from its own directory alone. A process whose keys are missing, open to others,
 * swapped or unpaired does not start: every function here throws CONFIG_MISSING or CONFIG_INVALID with the file and the fix.
 */
import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '../../domain/errors';
import type { SigningKey } from './signing-key';
import { CODEC_FILE, KEY_DIRECTORIES, KEY_PLACES, keyPlace, KEYSET_FILE, OPERATOR_DIRECTORY, type KeyDirectory } from './layout';
import { activeKey, parseKeyset, type Keyset, type KeyPurpose, type PublicOkpJwk } from './keyset';
import { readPrivateJson, requirePrivateDirectory } from './private-file';
import { parseCodecKeys, parseOkpKeys } from './private-key-list';
import { toUnsealKey, type UnsealKey } from './unseal-key';

/** Keys of Temporal's payload codec: new payloads are encrypted with the current one, any listed one decrypts. */
export interface CodecKeys {
  readonly currentKid: string;
  readonly byKid: ReadonlyMap<string, KeyObject>;
}

export interface ApiKeys {
  readonly attestation: SigningKey;
  /** Public key that secrets of webhook endpoints are sealed with: the API hands them out once and cannot read them again. */
  readonly webhookSeal: PublicOkpJwk;
  readonly codec: CodecKeys;
  readonly keyset: Keyset;
}

export interface WorkerKeys {
  readonly mint: SigningKey;
  readonly checkpoint: SigningKey;
  readonly codec: CodecKeys;
  readonly keyset: Keyset;
  /** Opens the secrets of webhook endpoints: the current key first, then the older ones. */
  readonly webhooks: readonly UnsealKey[];
  /** Public key that tokens for the gateway are sealed with. */
  readonly gatewaySeal: PublicOkpJwk;
}

export interface GatewayKeys {
  readonly receipt: SigningKey;
  /** The current key first, then those whose overlap is not over. */
  readonly decryption: readonly UnsealKey[];
  readonly codec: CodecKeys;
  readonly keyset: Keyset;
}

/** A prober signs nothing and opens nothing: it only speaks to Temporal. */
export interface ProberKeys {
  readonly codec: CodecKeys;
}

export async function loadApiKeys(directory: string): Promise<ApiKeys> {
  await requireOwnFilesOnly(directory, 'api');
  const keyset = await loadKeyset(directory);
  return {
    attestation: await loadSigningKey(directory, 'attestation', keyset),
    webhookSeal: activeKey(keyset, 'webhook', join(directory, KEYSET_FILE)).jwk,
    codec: await loadCodecKeys(directory),
    keyset,
  };
}

export async function loadWorkerKeys(directory: string): Promise<WorkerKeys> {
  await requireOwnFilesOnly(directory, 'worker');
  const keyset = await loadKeyset(directory);
  return {
    mint: await loadSigningKey(directory, 'mint', keyset),
    checkpoint: await loadSigningKey(directory, 'checkpoint', keyset),
    webhooks: await loadUnsealKeys(directory, 'webhook', keyset),
    codec: await loadCodecKeys(directory),
    keyset,
    gatewaySeal: activeKey(keyset, 'seal', join(directory, KEYSET_FILE)).jwk,
  };
}

export async function loadGatewayKeys(directory: string): Promise<GatewayKeys> {
  await requireOwnFilesOnly(directory, 'gateway');
  const keyset = await loadKeyset(directory);
  return {
    receipt: await loadSigningKey(directory, 'receipt', keyset),
    decryption: await loadUnsealKeys(directory, 'seal', keyset),
    codec: await loadCodecKeys(directory),
    keyset,
  };
}

export async function loadProberKeys(directory: string): Promise<ProberKeys> {
  await requireOwnFilesOnly(directory, 'prober');
  return { codec: await loadCodecKeys(directory) };
}

/** The operator's own, from the root of the keys: whoever runs `wingman policy apply` has it, and no process does. */
export async function loadPolicyKey(rootDir: string): Promise<SigningKey> {
  const directory = join(rootDir, OPERATOR_DIRECTORY);
  await requirePrivateDirectory(directory);
  return loadSigningKey(directory, 'policy', await loadKeyset(rootDir));
}

/** The public keys alone: for `wingman ledger verify` and for whatever checks receipts offline. */
export async function loadKeyset(directory: string): Promise<Keyset> {
  const path = join(directory, KEYSET_FILE);
  return parseKeyset(await readPrivateJson(path), path);
}

/** A directory that came to hold another process's key makes one break-in worth two. */
async function requireOwnFilesOnly(directory: string, owner: KeyDirectory): Promise<void> {
  await requirePrivateDirectory(directory);
  const files = await readdir(directory);
  for (const place of KEY_PLACES) {
    if (place.directory !== owner && files.includes(place.file)) {
      const path = join(directory, place.file);
      throw refusal(
        'CONFIG_INVALID',
        `${path} must not be there: the ${owner} may not hold the ${place.purpose} key; delete it and run \`wingman keys rotate ${place.purpose}\``,
        { file: path },
      );
    }
  }
  // The root of an installation has the directories of all processes in it.
  if (KEY_DIRECTORIES.every((name) => files.includes(name))) {
    throw refusal(
      'CONFIG_INVALID',
      `${directory} holds the keys of all processes: point the ${owner} at ${join(directory, owner)}`,
      { file: directory },
    );
  }
}

async function loadSigningKey(directory: string, purpose: KeyPurpose, keyset: Keyset): Promise<SigningKey> {
  const path = join(directory, keyPlace(purpose).file);
  const [key] = parseOkpKeys(await readPrivateJson(path), purpose, path);
  requireActive(key.kid, purpose, keyset, directory, path);
  return { kid: key.kid, purpose, privateKey: createPrivateKey({ key: { ...key.jwk }, format: 'jwk' }) };
}

async function loadUnsealKeys(directory: string, purpose: KeyPurpose, keyset: Keyset): Promise<readonly UnsealKey[]> {
  const path = join(directory, keyPlace(purpose).file);
  const keys = parseOkpKeys(await readPrivateJson(path), purpose, path);
  requireActive(keys[0].kid, purpose, keyset, directory, path);
  return keys.map(({ jwk }) => toUnsealKey(jwk));
}

async function loadCodecKeys(directory: string): Promise<CodecKeys> {
  const path = join(directory, CODEC_FILE);
  const keys = parseCodecKeys(await readPrivateJson(path), path);
  return {
    currentKid: keys[0].kid,
    byKid: new Map(keys.map(({ kid, k }) => [kid, createSecretKey(Buffer.from(k, 'base64url'))])),
  };
}

function requireActive(kid: string, purpose: KeyPurpose, keyset: Keyset, directory: string, path: string): void {
  const keysetPath = join(directory, KEYSET_FILE);
  if (activeKey(keyset, purpose, keysetPath).kid !== kid) {
    throw refusal(
      'CONFIG_INVALID',
      `${path} is not the active ${purpose} key of ${keysetPath}: run \`wingman keys create\`, or restore both from one backup`,
      { file: path },
    );
  }
}
