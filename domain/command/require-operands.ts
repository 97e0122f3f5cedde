import { refusal } from '../errors';

/**
 * The words that are no flags, at least and at most so many. The overloads say which of them are certainly there.
 *
 * @throws WingmanError COMMAND_ARGUMENTS
 */
export function requireOperands(verb: string, operands: readonly string[], least: 1, most: 1): readonly [string];
export function requireOperands(
  verb: string,
  operands: readonly string[],
  least: 1,
  most: number,
): readonly [string, ...string[]];
export function requireOperands(verb: string, operands: readonly string[], least: 0, most: number): readonly string[];
export function requireOperands(
  verb: string,
  operands: readonly string[],
  least: number,
  most: number,
): readonly string[] {
  if (operands.length < least) throw refusal('COMMAND_ARGUMENTS', `docker ${verb} needs a name`, { verb });
  if (operands.length > most) {
    const part = operands[most] ?? '';
    throw refusal('COMMAND_ARGUMENTS', `docker ${verb} takes no argument ${part} here`, { verb, part });
  }
  return operands;
}

/** A whole number of a flag. @throws WingmanError COMMAND_FLAG_VALUE */
export function parseCount(flag: string, value: string, least: number, most: number): number {
  const count = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(count >= least && count <= most)) {
    throw refusal(
      'COMMAND_FLAG_VALUE',
      `${flag} ${value}: it must be a number from ${String(least)} to ${String(most)}`,
      { flag, part: value },
    );
  }
  return count;
}
