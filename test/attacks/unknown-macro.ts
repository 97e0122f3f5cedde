/** An entry whose macro nobody expands would test its spelling and not its attack: it is told, never passed over. */

const INSIDE = /\{\{(?!(?:rep:[^]*?:\d+|fake:\w+:\d+)\}\})\w+:[^}]*\}\}/;
const WHOLE = /^@(?:(?:str:)?now(?:[+-]\d+[smhd]?)?|uuid|good-doc|sha256-of-canonical-plan|attacker-jkt)$/;

/** @param approvals names that `@A2` may mean. @returns the first macro that is not known */
export function unknownMacro(value: unknown, approvals: readonly string[]): string | null {
  if (typeof value === 'string') {
    if (/^@[a-z][\w-]*(?:[:+][\w:+-]*)?$/i.test(value) && !WHOLE.test(value) && !approvals.includes(value.slice(1))) return value;
    return INSIDE.exec(value)?.[0] ?? null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const member of Object.values(value)) {
    const found = unknownMacro(member, approvals);
    if (found !== null) return found;
  }
  return null;
}
