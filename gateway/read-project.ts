/** The files of a registered Compose project as they were registered: read once, held against their hashes, and checked. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseComposeFile, type ComposeFile } from '../contracts/compose-file';
import type { ComposeArgs, PinnedFile } from '../domain/command/compose/compose';
import { refusal } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { sha256Hex } from '../security/digest';

/** @throws WingmanError FILE_CHANGED, CONFIG_INVALID, COMMAND_COMPOSE for a service that is not registered */
export async function readProject({ project, dir, files, unregistered }: ComposeArgs, registry: Registry): Promise<readonly { readonly name: string; readonly parsed: ComposeFile }[]> {
  const known = Object.hasOwn(registry.compose, project) ? (registry.compose[project]?.services ?? []) : [];
  const read: { readonly name: string; readonly parsed: ComposeFile }[] = [];
  for (const pinned of files) {
    const parsed = parseComposeFile((await readPinned(dir, pinned)).toString('utf8'), pinned.name);
    // What the card pinned has the services that its files say.
    const unknown = unregistered === true ? undefined : Object.keys(parsed.services).find((service) => !known.includes(service));
    if (unknown !== undefined) throw refusal('COMMAND_COMPOSE', `${pinned.name} has a service ${unknown} that is not registered; register the project again`, { part: unknown.slice(0, 100) });
    read.push({ name: pinned.name, parsed });
  }
  return read;
}

export async function readPinned(dir: string, { name, sha256 }: PinnedFile): Promise<Buffer> {
  const path = join(dir, name);
  const content = await readFile(path).catch(() => {
    throw refusal('FILE_CHANGED', `${path} cannot be read; register the project again`);
  });
  if (sha256Hex(content) !== sha256) {
    throw refusal('FILE_CHANGED', `${path} is not what was registered; look at it and register the project again`);
  }
  return content;
}
