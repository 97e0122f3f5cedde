import { parseToolCall } from '../../../../clients/cli/hook/tool-call';

describe('parseToolCall', () => {
  const told = (call: unknown) => parseToolCall(JSON.stringify(call));

  it.each<[string, unknown, ReturnType<typeof parseToolCall>]>([
    ['Claude Code', { session_id: 's1', transcript_path: '/x', cwd: '/x', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'docker ps', description: 'look', timeout: 1000 }, tool_use_id: 't1' }, { tool: 'Bash', command: 'docker ps', callId: 's1:t1' }],
    ['a shell that takes words', { tool_name: 'shell', tool_input: { command: ['bash', '-lc', 'docker rm web'] } }, { tool: 'shell', command: "bash -lc 'docker rm web'", callId: null }],
    ['Gemini CLI', { hook_event_name: 'BeforeTool', tool_name: 'run_shell_command', tool_input: { command: 'ls' } }, { tool: 'run_shell_command', command: 'ls', callId: null }],
    ['Cursor', { hook_event_name: 'beforeShellExecution', command: 'docker ps', cwd: '/x' }, { tool: 'shell', command: 'docker ps', callId: null }],
    ['a tool that is no shell', { tool_name: 'Write', tool_input: { file_path: 'Dockerfile', content: 'FROM docker' }, tool_use_id: 't1' }, { tool: 'Write', command: null, callId: ':t1' }],
    ['a tool of a server, with a command line', { tool_name: 'mcp__box__exec', tool_input: { command: 'docker ps' } }, { tool: 'mcp__box__exec', command: 'docker ps', callId: null }],
  ])('reads the call of %s', (_, call, read) => {
    expect(told(call)).toEqual(read);
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'MALFORMED_JSON'],
    ['no JSON', 'docker ps', 'MALFORMED_JSON'],
    ['two commands of which a reader sees one', '{"tool_name":"Bash","tool_input":{"command":"ls","command":"docker rm web"}}', 'DUPLICATE_MEMBER'],
    ['a list', '[]', 'INVALID_FIELD'],
    ['a shell without a command', '{"tool_name":"Bash","tool_input":{}}', 'MISSING_FIELD'],
    ['a shell without input', '{"tool_name":"Bash"}', 'INVALID_FIELD'],
    ['a command that is a number', '{"tool_name":"Bash","tool_input":{"command":7}}', 'INVALID_FIELD'],
    ['a list with something else in it', '{"tool_name":"shell","tool_input":{"command":["docker",{}]}}', 'INVALID_FIELD'],
    ['a name that is none', '{"tool_name":{},"tool_input":{"command":"ls"}}', 'INVALID_FIELD'],
    ['no name and no command', '{}', 'MISSING_FIELD'],
  ])('refuses %s', (_, text, code) => {
    expect(() => parseToolCall(text)).toThrow(expect.objectContaining({ code }));
  });
});
