/** What the verbs share that do one engine call to each container that they name, and print its name as docker does. */
import type { EngineCall, EngineReply, ResolvedTargets, StepResult, TargetRef } from './action';
import { requiredId } from './required-id';

export const containerTargets = (names: readonly string[]): readonly TargetRef[] =>
  names.map((name) => ({ kind: 'container', name }));

export function* eachContainer(
  names: readonly string[],
  ids: ResolvedTargets,
  call: (id: string) => EngineCall,
): Generator<EngineCall, StepResult, EngineReply> {
  let output = '';
  for (const target of containerTargets(names)) {
    yield call(requiredId(ids, target));
    output += `${target.name}\n`;
  }
  return { exit_code: 0, output };
}
