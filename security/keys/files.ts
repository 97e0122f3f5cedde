/**
 * Makes and mends the key files of an installation. Run by an operator's machine (`wingman up`, `wingman keys`), which sees
 * all directories; the processes see one each and only read (`load.ts`).
 *
 * Everything follows from the private files and the keyset at the root, so a crash between two writes is mended by running
 * it again, and two runs at once end in the same files.
 */
import { join } from 'node:path';
import { refusal } from '../../domain/errors';
import { CODEC_FILE, KEY_DIRECTORIES, KEY_PLACES, KEYSET_FILE, OPERATOR_DIRECTORY, placePath, type KeyPlace } from './layout';
import { parseKeyset, type KeysetDocument, type KeysetEntry } from './keyset';
import {
  createPrivateJson,
  fileExists,
  makePrivateDirectory,
  readPrivateJson,
  replacePrivateJson,
} from './private-file';
import { generateCodecKey, generateOkpKey, parseCodecKeys, parseOkpKeys, type PrivateOkpKey } from './private-key-list';

/**
 * Makes what is missing and leaves what is there. Never replaces a lost key in silence: what was signed or encrypted with it
 * would be lost with it, so that is an operator's decision.
 *
 * @param now unix seconds. @throws WingmanError CONFIG_MISSING, CONFIG_INVALID naming the file and the fix.
 */
export async function createKeyFiles(rootDir: string, now: number = Date.now() / 1_000): Promise<void> {
  await makePrivateDirectory(rootDir);
  for (const directory of [...KEY_DIRECTORIES, OPERATOR_DIRECTORY]) await makePrivateDirectory(join(rootDir, directory));
  await createPrivateKeys(rootDir);
  await createCodecKeys(rootDir);
  await publishKeyset(rootDir, now);
}

/** Brings every keyset file in line with the private files. Idempotent. */
export async function publishKeyset(rootDir: string, now: number): Promise<void> {
  const before = await readRootKeyset(rootDir);
  let keys: readonly KeysetEntry[] = before?.keys ?? [];
  for (const place of KEY_PLACES) {
    const path = placePath(rootDir, place);
    const [current] = parseOkpKeys(await readPrivateJson(path), place.purpose, path);
    keys = withActiveKey(keys, current, place, path, now);
  }
  const document: KeysetDocument = { keys };
  await replaceIfDifferent(join(rootDir, KEYSET_FILE), document);
  for (const directory of KEY_DIRECTORIES) await replaceIfDifferent(join(rootDir, directory, KEYSET_FILE), document);
}

/** Copies the worker's codec keys, the original, to the other processes. Idempotent. */
export async function publishCodecKeys(rootDir: string): Promise<void> {
  const original = join(rootDir, 'worker', CODEC_FILE);
  const keys = parseCodecKeys(await readPrivateJson(original), original);
  for (const directory of KEY_DIRECTORIES) await replaceIfDifferent(join(rootDir, directory, CODEC_FILE), { keys });
}

/** The keyset at the root; null before the first run. @throws WingmanError CONFIG_MISSING when it was there and is lost. */
export async function readRootKeyset(rootDir: string): Promise<KeysetDocument | null> {
  const path = join(rootDir, KEYSET_FILE);
  if (await fileExists(path)) {
    const keyset = parseKeyset(await readPrivateJson(path), path);
    return {
      keys: [...keyset.values()].map(({ kid, purpose, status, notAfter, jwk }) => ({
        kid,
        purpose,
        status,
        ...(notAfter === null ? {} : { not_after: notAfter }),
        jwk,
      })),
    };
  }
  for (const directory of KEY_DIRECTORIES) {
    const copy = join(rootDir, directory, KEYSET_FILE);
    if (await fileExists(copy)) {
      throw refusal(
        'CONFIG_MISSING',
        `${path} is missing, and it knows which keys were rotated or revoked: copy it back from ${copy}`,
        { file: path },
      );
    }
  }
  return null;
}

async function createPrivateKeys(rootDir: string): Promise<void> {
  const keyset = await readRootKeyset(rootDir);
  for (const place of KEY_PLACES) {
    const path = placePath(rootDir, place);
    if (await fileExists(path)) continue;
    if (keyset?.keys.some(({ purpose }) => purpose === place.purpose)) {
      throw refusal(
        'CONFIG_MISSING',
        `the private ${place.purpose} key ${path} is missing: restore it from a backup, or run \`wingman keys rotate ${place.purpose}\``,
        { file: path },
      );
    }
    await createPrivateJson(path, { keys: [generateOkpKey(place.purpose)] });
  }
}

async function createCodecKeys(rootDir: string): Promise<void> {
  const original = join(rootDir, 'worker', CODEC_FILE);
  if (!(await fileExists(original))) {
    for (const directory of KEY_DIRECTORIES) {
      const copy = join(rootDir, directory, CODEC_FILE);
      if (directory !== 'worker' && (await fileExists(copy))) {
        throw refusal(
          'CONFIG_MISSING',
          `${original} is missing, and without it open workflows cannot be read: copy it back from ${copy}`,
          { file: original },
        );
      }
    }
    await createPrivateJson(original, { keys: [generateCodecKey()] });
  }
  await publishCodecKeys(rootDir);
}

function withActiveKey(
  keys: readonly KeysetEntry[],
  current: PrivateOkpKey,
  place: KeyPlace,
  path: string,
  now: number,
): readonly KeysetEntry[] {
  const { kid, purpose, jwk } = current;
  const listed = keys.find((entry) => entry.kid === kid);
  if (listed?.status === 'active') return keys;
  if (listed !== undefined) {
    throw refusal(
      'CONFIG_INVALID',
      `${path} holds a key that was rotated out or revoked: run \`wingman keys rotate ${purpose}\``,
      { file: path },
    );
  }
  const retired = keys.map((entry): KeysetEntry => {
    if (entry.purpose !== purpose || entry.status !== 'active') return entry;
    return {
      ...entry,
      status: 'overlap',
      ...(place.overlapSeconds === null ? {} : { not_after: Math.floor(now) + place.overlapSeconds }),
    };
  });
  const { kty, crv, x } = jwk;
  return [...retired, { kid, purpose, status: 'active', jwk: { kty, crv, x } }];
}

async function replaceIfDifferent(path: string, value: unknown): Promise<void> {
  if ((await fileExists(path)) && JSON.stringify(await readPrivateJson(path)) === JSON.stringify(value)) return;
  await replacePrivateJson(path, value);
}
