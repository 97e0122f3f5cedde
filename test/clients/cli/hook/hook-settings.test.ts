import { lineDiff, withHook, type HookEntry } from '../../../../clients/cli/hook/hook-settings';

const ENTRY: HookEntry = { matcher: 'Bash', command: "'/usr/bin/node' '/srv/wingman/dist/clients/cli/main.js' hook --wait 540 || exit 2", timeout: 600 };
const OURS = { matcher: 'Bash', hooks: [{ type: 'command', command: ENTRY.command, timeout: 600, onFailure: 'block' }] };
const other = { type: 'command', command: 'prettier --check', timeout: 5 };
const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('withHook', () => {
  it.each<[string, string | null]>([
    ['no file', null],
    ['an empty one', ''],
    ['one without hooks', text({ model: 'x', permissions: { allow: ['Bash(ls:*)'] } })],
    ['hooks for other events', text({ hooks: { Stop: [{ hooks: [other] }] }, model: 'x' })],
    ['another hook before the same tool', text({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [other] }] } })],
    ['four blanks', '{\n    "model": "x"\n}\n'],
  ])('goes into %s and out again, and leaves the rest as it was', (_, before) => {
    const after = withHook(before, ENTRY);
    const made = JSON.parse(after);
    expect(made.hooks.PreToolUse.at(-1)).toEqual(OURS);
    expect(withHook(after, ENTRY)).toBe(after);
    const without = withHook(after, null);
    expect(JSON.parse(without)).toEqual(before === null || before === '' ? {} : JSON.parse(before));
    if (before !== null && before !== '') expect(without).toBe(before);
    expect(withHook(without, null)).toBe(without);
  });

  it('takes the place of an older one of its own, also of one in company', () => {
    const before = text({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [other, { type: 'command', command: 'npx wingman hook' }] }, { matcher: 'Bash', hooks: [{ type: 'command', command: "'/old/node' '/old/wingman.mjs' hook --wait 5" }] }] } });
    expect(JSON.parse(withHook(before, ENTRY))).toEqual({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [other] }, OURS] } });
    expect(JSON.parse(withHook(before, null))).toEqual({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [other] }] } });
  });

  it('touches nothing of what it does not know', () => {
    const strange = text({ hooks: { PreToolUse: [{ matcher: 'Bash' }, { matcher: 'Edit', hooks: [] }, { hooks: ['x', null] }] } });
    expect(JSON.parse(withHook(strange, ENTRY)).hooks.PreToolUse.slice(0, 3)).toEqual(JSON.parse(strange).hooks.PreToolUse);
    expect(withHook(strange, null)).toBe(strange);
  });

  it.each([
    ['what is no JSON', '{ // mine\n}'],
    ['a member twice', '{"hooks":{},"hooks":{}}'],
    ['a list', '[]'],
    ['hooks that are a text', '{"hooks":"x"}'],
    ['a list of hooks that is none', '{"hooks":{"PreToolUse":{}}}'],
    ['an entry that is a text', '{"hooks":{"PreToolUse":["x"]}}'],
  ])('refuses %s', (_, before) => {
    expect(() => withHook(before, ENTRY)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('shows the lines that change', () => {
    expect(lineDiff('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": 2\n}\n')).toEqual(['-   "a": 1', '+   "a": 1,', '+   "b": 2']);
    expect(lineDiff('', 'x\n')).toEqual(['+ x']);
  });
});
