/** Judges `instruction` entries at the open gate, `POST /check`. */
import { callApi } from '../support/stack';
import type { AttackEntry } from './attack-file';
import { expandMacros } from './macros';
import type { AttackWorld } from './world';

/** The best of these is what the check takes; the others measured what else the machine was doing. */
const TRIES = 5;

export async function runInstructionEntry(entry: AttackEntry, { stack }: AttackWorld): Promise<string | null> {
  const { instruction } = expandMacros(entry.input) as { readonly instruction: unknown };
  const limit = limitOf(entry.input['assert']);
  let fastest = Number.POSITIVE_INFINITY;
  let answer = await check(stack.url, instruction);
  for (let time = 0; limit !== null && fastest > limit && time < TRIES; time += 1) {
    const from = performance.now();
    answer = await check(stack.url, instruction);
    fastest = Math.min(fastest, performance.now() - from);
  }
  if (answer.status >= 500) return `a fault: ${String(answer.status)}`;
  const approved = answer.status === 200 && answer.body['approved'] === true;
  const findings = JSON.stringify(answer.body['findings'] ?? answer.body).slice(0, 300);
  if (approved !== (entry.expect === 'allow')) return `${String(answer.status)}, approved: ${String(approved)} ${findings}`;
  return limit !== null && fastest > limit ? `took ${fastest.toFixed(0)} ms` : null;
}

const check = (url: string, instruction: unknown) => callApi(url, 'POST', '/check', null, { instruction });

/** `answer within 100 ms`. @throws Error for an assertion that is not understood: unchecked it would pass for checked */
function limitOf(assertion: unknown): number | null {
  if (assertion === undefined) return null;
  const match = /^answer within (\d+) ms$/.exec(typeof assertion === 'string' ? assertion : '');
  if (match === null) throw new Error(`the runner does not know the assertion ${JSON.stringify(assertion)}`);
  return Number(match[1]);
}
