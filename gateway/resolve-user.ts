import { readFile } from 'node:fs/promises';
import { WingmanError } from '../domain/errors';

/**
 * The uid and gid that a registered user name or numeric uid stands for, from /etc/passwd: Node takes only numbers, and
 * users of a directory service are not asked for. A uid that has no line there gets the group of the same number.
 *
 * @throws WingmanError CONFIG_INVALID
 */
export async function resolveUser(
  user: string,
  passwd = '/etc/passwd',
): Promise<{ readonly uid: number; readonly gid: number }> {
  const lines = (await readFile(passwd, 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find(([name, , uid]) => name === user || uid === user);
  if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) };
  if (/^\d{1,9}$/.test(user)) return { uid: Number(user), gid: Number(user) };
  throw new WingmanError('CONFIG_INVALID', `there is no user ${user} on the gateway's host`, { user });
}
