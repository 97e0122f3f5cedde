import { join } from 'node:path';
import { refusal } from '../../domain/errors';
import { publishCodecKeys, publishKeyset, readRootKeyset } from './files';
import { CODEC_FILE, keyPlace, KEYSET_FILE, placePath, type KeyDirectory } from './layout';
import { isSealing, type KeyPurpose, type KeysetDocument } from './keyset';
import { fileExists, readPrivateJson, replacePrivateJson } from './private-file';
import { generateCodecKey, generateOkpKey, parseCodecKeys, parseOkpKeys, type PrivateOkpKey } from './private-key-list';

export interface Rotation {
  readonly kid: string;
  /** Processes to restart, in this order: those that check first, then those that sign. */
  readonly restart: readonly KeyDirectory[];
}

/**
 * Makes a new key of one purpose the current one, for `wingman keys rotate`. The old one is believed for its overlap, or with
 * `revokeOld` never again: every token, decision or seal made with it is refused from the next start of the processes on.
 * A crash on the way is mended by running it again, or by `createKeyFiles`.
 *
 * @param now unix seconds.
 * @throws WingmanError INVALID_FIELD for `revokeOld` of the codec key; CONFIG_MISSING, CONFIG_INVALID as `createKeyFiles`.
 */
export async function rotateKey(
  rootDir: string,
  purpose: KeyPurpose | 'codec',
  { revokeOld, now = Date.now() / 1_000 }: { revokeOld: boolean; now?: number },
): Promise<Rotation> {
  return purpose === 'codec'
    ? await rotateCodecKey(rootDir, revokeOld)
    : await rotateOkpKey(rootDir, purpose, revokeOld, now);
}

const RESTART: Readonly<Record<KeyPurpose, readonly KeyDirectory[]>> = {
  mint: ['gateway', 'worker'],
  attestation: ['gateway', 'worker', 'api'],
  receipt: ['gateway', 'worker', 'api'],
  checkpoint: ['worker', 'gateway', 'api'],
  seal: ['gateway', 'worker'],
  webhook: ['worker', 'api'],
  policy: ['gateway', 'worker', 'api'],
};

async function rotateOkpKey(rootDir: string, purpose: KeyPurpose, revokeOld: boolean, now: number): Promise<Rotation> {
  const keyset = await readRootKeyset(rootDir);
  const rootPath = join(rootDir, KEYSET_FILE);
  if (keyset === null)
    throw refusal('CONFIG_MISSING', `${rootPath} is missing: run \`wingman keys create\` first`, { file: rootPath });
  // Revoked before anything else: from here on the old key is dead whatever happens.
  if (revokeOld) await replacePrivateJson(rootPath, revokeAll(keyset, purpose));
  const path = placePath(rootDir, keyPlace(purpose));
  const fresh = generateOkpKey(purpose);
  const kept = revokeOld || !isSealing(purpose) ? [] : await openableKeys(path, purpose, keyset, now);
  await replacePrivateJson(path, { keys: [fresh, ...kept] });
  await publishKeyset(rootDir, now);
  return { kid: fresh.kid, restart: RESTART[purpose] };
}

/** Keys whose seals may still be about: the current one, and those whose overlap is not over. */
async function openableKeys(path: string, purpose: KeyPurpose, keyset: KeysetDocument, now: number): Promise<readonly PrivateOkpKey[]> {
  // A lost file is what the operator may be rotating for; there is then nothing to keep.
  if (!(await fileExists(path))) return [];
  return parseOkpKeys(await readPrivateJson(path), purpose, path).filter(({ kid }) => {
    const entry = keyset.keys.find((candidate) => candidate.kid === kid);
    return (
      entry !== undefined && entry.status !== 'revoked' && (entry.not_after === undefined || entry.not_after >= now)
    );
  });
}

async function rotateCodecKey(rootDir: string, revokeOld: boolean): Promise<Rotation> {
  if (revokeOld) {
    throw refusal(
      'INVALID_FIELD',
      'the codec key cannot be revoked: open workflows would become unreadable; rotate it, and delete the old key once their histories are gone',
      { field: 'revoke_old' },
    );
  }
  const path = join(rootDir, 'worker', CODEC_FILE);
  const fresh = generateCodecKey();
  await replacePrivateJson(path, { keys: [fresh, ...parseCodecKeys(await readPrivateJson(path), path)] });
  await publishCodecKeys(rootDir);
  return { kid: fresh.kid, restart: ['gateway', 'prober', 'api', 'worker'] };
}

function revokeAll(keyset: KeysetDocument, purpose: KeyPurpose): KeysetDocument {
  return {
    keys: keyset.keys.map((entry) =>
      entry.purpose === purpose ? { kid: entry.kid, purpose, status: 'revoked', jwk: entry.jwk } : entry,
    ),
  };
}
