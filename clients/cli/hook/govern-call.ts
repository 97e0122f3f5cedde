/**
 * One tool call of a coding agent: left alone, or asked for, run once through Wingman's gateway, and denied to the local shell
 * with what came of it. Whatever goes wrong on the way is a denial. What asks is loaded when there is something to ask: most lines
 * of an agent are no affair of Wingman's, and wait for this process all the same.
 */
import type { Env } from '../../../platform/required-env';
import type { WingmanClient } from '../../sdk/client';
import { explained } from '../exit';
import { denied, type HookAnswer } from './hook-answer';
import { judgeLine } from './judge-line';
import { parseToolCall } from './tool-call';

export interface HookCall {
  /** What came on stdin. */
  readonly text: () => Promise<string>;
  readonly env: Env;
  readonly client: () => Promise<WingmanClient>;
  readonly programs: readonly string[];
  readonly waitSeconds: number;
  /** Fires when the agent's program ends the hook. */
  readonly ended: AbortSignal;
}

export async function governCall(call: HookCall): Promise<HookAnswer> {
  try {
    const { command: line, callId } = parseToolCall(await call.text());
    if (line === null) return { kind: 'none' };
    const verdict = judgeLine(line, call.programs);
    if (verdict.kind === 'free') return { kind: 'none' };
    const { askForLine } = await import('./ask-for-line.js');
    return await askForLine(call, verdict.kind === 'plain' ? { command: verdict.command, callId, why: null } : { command: line, callId, why: verdict.why });
  } catch (error) {
    return denied(`Wingman could not tell what this call does, so it is not run: ${explained(error)}`);
  }
}
