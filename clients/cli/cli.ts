/** What every command is given: a client with the fitting key, and a way to print. */
import { InvalidArgumentError, type Command } from 'commander';
import type { WingmanClient } from '../sdk/client';
import { printValue, type Show } from './output';
import { connect, type Address, type KeyKind } from './session';

export interface Cli {
  isJson(): boolean;
  /** @throws CliFailure when there is no key of that kind */
  client(kind: KeyKind): WingmanClient;
  print<T>(value: T, show: Show<T>): void;
}

export function createCli(program: Command): Cli {
  const globals = () => program.opts<Address & { readonly json?: true }>();
  const isJson = (): boolean => globals().json === true;
  return { isJson, client: (kind) => connect(globals(), kind), print: (value, show) => printValue(isJson(), value, show) };
}

/** Parses an option that is a whole number. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^[0-9]{1,9}$/.test(text) || number < least || number > most) throw new InvalidArgumentError(`It is a whole number from ${String(least)} to ${String(most)}.`);
    return number;
  };

/** Parses an option that is a list with commas. */
export const commaList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Examples under a command's help. */
export const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
