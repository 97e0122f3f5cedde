/** One or more names of containers, none twice and none protected. */
import { refusal } from '../errors';
import { targetName } from './read-names';
import type { Registry } from './registry';
import { requireOperands } from './require-operands';

const MOST = 20;

/** @throws WingmanError COMMAND_ARGUMENTS, COMMAND_TARGET_NAME, COMMAND_TARGET_PROTECTED */
export function containerNames(verb: string, operands: readonly string[], registry: Registry): readonly string[] {
  const names = requireOperands(verb, operands, 1, MOST).map((word) => targetName('container', word, registry));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw refusal('COMMAND_ARGUMENTS', `${twice} is there twice`, { part: twice });
  return names;
}
