/** Questions on a terminal; where there is none, the answer is null. */
import { createInterface } from 'node:readline/promises';
import { CliFailure, EXIT } from './exit';

export const canAsk = (): boolean => process.stdin.isTTY;

/** @throws CliFailure when the question is answered with Ctrl-C */
export async function askPerson(question: string): Promise<string | null> {
  if (!canAsk()) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string | null>((resolve, reject) => {
      terminal.once('SIGINT', () => reject(new CliFailure('\nnothing was changed', EXIT.interrupted)));
      // Ctrl-D: without this the question would never be answered, and the command would end as if all were well.
      terminal.once('close', () => resolve(null));
      terminal.question(question).then((answer) => resolve(answer.trim()), reject);
    });
  } finally {
    terminal.close();
  }
}

export const confirm = async (question: string): Promise<boolean> => /^(?:y|yes)$/i.test((await askPerson(`${question} [y/N] `)) ?? '');
