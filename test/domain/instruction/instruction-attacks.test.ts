import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWingmanError } from '../../../domain/errors';
import { checkInstruction, toInstruction } from '../../../domain/instruction/instruction';
import { assessRisk } from '../../../domain/policy/risk';
import { expandMacros } from '../../attacks/macros';

interface Entry {
  readonly id: string;
  readonly category: string;
  readonly kind: string;
  readonly input: { readonly instruction: unknown };
  readonly expect: string;
  readonly why: string;
}

const entries = readFileSync(process.env['WINGMAN_ATTACK_FILE'] ?? join(__dirname, '../../attacks/data/attacks.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Entry)
  .filter(({ kind }) => kind === 'instruction');

/** Many seeds, because a key that looks like a word in one of them must be found in all. */
const SEEDS = 50;

function isApproved(entry: Entry, seed: number): boolean {
  const { instruction } = expandMacros(entry.input, { seed }) as Entry['input'];
  try {
    return checkInstruction(toInstruction(instruction)).approved;
  } catch (error) {
    if (isWingmanError(error)) return false;
    throw error;
  }
}

const isRight = (entry: Entry, seed: number): boolean => isApproved(entry, seed) === (entry.expect === 'allow');

describe('the instruction gate', () => {
  it.each(entries.map((entry) => [entry.id, entry.expect, entry.why, entry] as const))(
    '%s: %s, %s',
    (_id, _expect, _why, entry) => {
      const wrong = Array.from({ length: SEEDS }, (_, seed) => seed).filter((seed) => !isRight(entry, seed));
      expect(wrong).toEqual([]);
    },
  );

  it('raises the risk of text that persuades, and decides nothing by it', () => {
    const persuading = entries.filter(({ category }) => category === 'deception');
    expect(persuading.length).toBeGreaterThan(0);
    for (const entry of persuading) {
      const instruction = toInstruction(entry.input.instruction);
      const policy = { environments: {} };
      expect(
        assessRisk({ environment: 'test', task_name: 'Restart web', instruction, plan: null, touched: [], dangers: [], policy }),
      ).toMatchObject({
        risk_level: 'HIGH',
        reasons: expect.arrayContaining(['the text tries to talk the reviewer into a decision']),
      });
    }
  });

  it('comes out as the whole file says', () => {
    const hostile = entries.filter(({ expect: expected }) => expected !== 'allow');
    const benign = entries.filter(({ expect: expected }) => expected === 'allow');
    const stopped = hostile.filter((entry) => isRight(entry, 1)).length;
    const passed = benign.filter((entry) => isRight(entry, 1)).length;
    process.stdout.write(
      `instruction: hostile stopped ${stopped}/${hostile.length}, benign passed ${passed}/${benign.length}\n`,
    );
    expect({ stopped, passed }).toEqual({ stopped: hostile.length, passed: benign.length });
  });
});
