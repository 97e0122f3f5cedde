/** The passwords of the database's login roles: made once, kept in the data directory, each handed to one part. */
import { randomBytes } from 'node:crypto';
import { LOGIN_ROLES, type LoginRole } from '../stores/migrate';
import { readPrivateJson, writePrivateJson } from './private-json';

export type RolePasswords = Readonly<Record<LoginRole, string>>;

/** Losing the file loses nothing: the supervisor sets the roles' passwords at each start, so new ones do as well. */
export function ensureRolePasswords(file: string): RolePasswords {
  const known = readPrivateJson(file);
  if (areRolePasswords(known)) return known;
  const made = Object.fromEntries(LOGIN_ROLES.map((role) => [role, randomBytes(24).toString('base64url')])) as RolePasswords;
  writePrivateJson(file, made);
  return made;
}

/** The superuser's URL as the URL of one of the roles. */
export function roleUrl(ownerUrl: string, role: LoginRole, passwords: RolePasswords): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = passwords[role];
  return url.href;
}

function areRolePasswords(value: unknown): value is RolePasswords {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return LOGIN_ROLES.every((role) => typeof record[role] === 'string' && record[role].length >= 20);
}
