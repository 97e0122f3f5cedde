/** Questions on a terminal; where there is none, the answer is no. */
import { createInterface } from 'node:readline/promises';

export async function askPerson(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

export const confirm = async (question: string): Promise<boolean> => /^(?:y|yes)$/i.test((await askPerson(`${question} [y/N] `)) ?? '');
