/** The host's own file, read once at the start. Nothing in it, or no such file, is nothing said. */
import { readFileSync, statSync } from 'node:fs';
import { parseGatewayFile } from '../contracts/gateway-file';
import type { HostRead } from '../domain/command/host-read';
import { WingmanError } from '../domain/errors';

/** @throws WingmanError CONFIG_INVALID: others may write it, or it is not in good form */
export function readHostFile(path: string | null): readonly HostRead[] {
  const facts = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path === null || facts === undefined) return [];
  if ((facts.mode & 0o022) !== 0) {
    throw new WingmanError('CONFIG_INVALID', `${path} can be written by others, who would then say what runs unasked: run \`chmod go-w ${path}\``, { file: path });
  }
  return parseGatewayFile(readFileSync(path, 'utf8')).only_read;
}
