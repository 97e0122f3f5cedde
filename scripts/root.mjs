/** Where the clone is, and where its data is unless WINGMAN_DATA_DIR says otherwise. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function dataDirectory(env = process.env) {
  const chosen = env.WINGMAN_DATA_DIR;
  return chosen === undefined || chosen === '' ? join(root, '.wingman') : resolve(chosen);
}
