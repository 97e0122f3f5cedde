/**
 * The call that a coding agent is about to make, as its pre-tool hook is told on stdin: `tool_name` and `tool_input.command`
 * (Claude Code and those that follow it), or `command` alone. Written by the agent's program around words of the model.
 */
import { parseStrictJson } from '../../../contracts/strict-json';
import { refusal } from '../../../domain/errors';
import { commandText } from '../../../security/tokens/command-text';

export interface ToolCall {
  readonly tool: string;
  /** Null: this tool runs no command line. */
  readonly command: string | null;
  /** The same call told twice has the same one. Null: the agent's program names none. */
  readonly callId: string | null;
}

/** Tools that are nothing but a shell: without a readable command they are not let through. */
const SHELLS = /^(?:bash|sh|shell|powershell|pwsh|monitor|terminal|exec|exec_command|run_shell_command|run_command|run_terminal_cmd|local_shell|unified_exec)$/i;

/** @throws WingmanError MALFORMED_JSON, DUPLICATE_MEMBER, MISSING_FIELD, INVALID_FIELD */
export function parseToolCall(text: string): ToolCall {
  const call = toObject(parseStrictJson(text), 'the call');
  const { tool_name: name, tool_use_id: use, session_id: session } = call;
  const callId = typeof use === 'string' && use !== '' ? `${typeof session === 'string' ? session : ''}:${use}` : null;
  if (name === undefined) return { tool: 'shell', command: toCommand(call['command']), callId };
  if (typeof name !== 'string' || name === '') throw refusal('INVALID_FIELD', 'tool_name is not a text', { field: 'tool_name' });
  const { command } = toObject(call['tool_input'], 'tool_input');
  return { tool: name, command: command === undefined && !SHELLS.test(name) ? null : toCommand(command), callId };
}

/** Some send the words instead of the line. */
function toCommand(command: unknown): string {
  if (typeof command === 'string') return command;
  if (Array.isArray(command) && command.every((word) => typeof word === 'string')) return commandText(command);
  throw refusal(command === undefined ? 'MISSING_FIELD' : 'INVALID_FIELD', 'tool_input.command is not a command line', { field: 'tool_input.command' });
}

function toObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw refusal('INVALID_FIELD', `${what} is not a JSON object`, { field: what });
}
