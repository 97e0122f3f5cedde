/**
 * What a pre-tool hook answers. A denial is said three times: in the documented JSON on stdout, in words on stderr, and by
 * exit code 2, since each of the agents in the field looks at another one, and any other code lets the call through.
 */
import { visibleText } from '../visible';

export type HookAnswer =
  /** No decision: the agent's own rules go on. */
  | { readonly kind: 'none' }
  | { readonly kind: 'deny'; readonly reason: string };

export const denied = (reason: string): HookAnswer => ({ kind: 'deny', reason });

export const EXIT_DENIED = 2;
/** Agents cut longer texts, or put them aside into files. */
const LONGEST_REASON = 8_000;

type Write = (text: string) => Promise<void>;

/** @returns the exit code, once everything is written */
export async function printAnswer(answer: HookAnswer, out: Write, say: Write): Promise<number> {
  if (answer.kind === 'none') {
    await out('{}\n');
    return 0;
  }
  const permissionDecisionReason = visibleText(answer.reason);
  await out(`${JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason } })}\n`);
  await say(`${permissionDecisionReason}\n`);
  return EXIT_DENIED;
}

/** The head of an output, and where the whole is. */
export const cutOutput = (output: string, id: string): string =>
  output.length <= LONGEST_REASON ? output : `${output.slice(0, LONGEST_REASON).replace(/[\ud800-\udbff]$/, '')}\n[cut here; the whole output: wingman wait ${id}]`;
