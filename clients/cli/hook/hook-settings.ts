/** A settings file of a coding agent with Wingman's hook in it, or without; whatever else stands there stays. */
import { parseStrictJson } from '../../../contracts/strict-json';
import { refusal } from '../../../domain/errors';

export interface HookEntry {
  /** Tools whose calls are shown to the hook. */
  readonly matcher: string;
  readonly command: string;
  readonly timeout: number;
}

type Members = Readonly<Record<string, unknown>>;
/** However it is quoted and wherever it is installed. */
const OURS = /(?:wingman(?:\.mjs)?|\/clients\/cli\/main\.js)['"]? hook(?:\s|$)/;

/**
 * @param text of the file; null: there is none. @param entry null: takes Wingman's away
 * @returns the new text; the very same if nothing changes
 * @throws WingmanError CONFIG_INVALID for a file of another form: then nothing of it is understood, and nothing touched
 */
export function withHook(text: string | null, entry: HookEntry | null): string {
  const settings = text === null || text.trim() === '' ? {} : toMembers(parsed(text), 'the file');
  const hooks = settings['hooks'] === undefined ? {} : toMembers(settings['hooks'], 'hooks');
  const groups = hooks['PreToolUse'] === undefined ? [] : toList(hooks['PreToolUse'], 'hooks.PreToolUse');
  const kept = groups.flatMap((group) => withoutOurs(toMembers(group, 'an entry of hooks.PreToolUse')));
  const wanted = entry === null ? kept : [...kept, groupOf(entry)];
  if (JSON.stringify(wanted) === JSON.stringify(groups)) return text ?? '';
  const { PreToolUse: _, ...otherHooks } = hooks;
  const newHooks = wanted.length > 0 ? { ...hooks, PreToolUse: wanted } : otherHooks;
  const { hooks: __, ...otherSettings } = settings;
  const made = Object.keys(newHooks).length > 0 ? { ...settings, hooks: newHooks } : otherSettings;
  return `${JSON.stringify(made, null, indentOf(text))}\n`;
}

function groupOf({ matcher, command, timeout }: HookEntry): Members {
  // What cannot be started, runs too long or crashes blocks the call; older versions do not know the word, and let it pass.
  return { matcher, hooks: [{ type: 'command', command, timeout, onFailure: 'block' }] };
}

/** A group that held nothing but ours goes with it. */
function withoutOurs(group: Members): readonly Members[] {
  if (!Array.isArray(group['hooks'])) return [group];
  const hooks: readonly unknown[] = group['hooks'];
  const others = hooks.filter((hook) => !isOurs(hook));
  if (others.length === hooks.length) return [group];
  return others.length === 0 ? [] : [{ ...group, hooks: others }];
}

function isOurs(hook: unknown): boolean {
  return typeof hook === 'object' && hook !== null && 'command' in hook && typeof hook.command === 'string' && OURS.test(hook.command);
}

function parsed(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw refusal('CONFIG_INVALID', `it is not plain JSON (${cause instanceof Error ? cause.message : 'unreadable'}); correct it, then try again`);
  }
}

function toMembers(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw refusal('CONFIG_INVALID', `${what} is not an object there; correct it, then try again`);
}

function toList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refusal('CONFIG_INVALID', `${what} is not a list there; correct it, then try again`);
}

const indentOf = (text: string | null): string => /^\{\r?\n([ \t]+)"/.exec(text ?? '')?.[1] ?? '  ';

/** What changes, line by line. */
export function lineDiff(before: string, after: string): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [...old.slice(start, old.length - end).map((line) => `- ${line}`), ...now.slice(start, now.length - end).map((line) => `+ ${line}`)];
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
