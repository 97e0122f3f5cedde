/** Sentences as agents in the field wrote them, with what an honest judge says of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgedInField } from './field-world';

interface FieldClaim {
  readonly id: string;
  readonly subject: string;
  readonly claim: string;
  readonly expected: string;
  readonly also_acceptable: readonly string[];
}

const claims = readFileSync(join(__dirname, 'data/field-claims.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as FieldClaim);

describe('sentences from the field', () => {
  it.each(claims.map((claim) => [claim.id, claim.expected, claim.claim, claim] as const))('%s: %s %s', (_id, expected, _claim, entry) => {
    const { verdict, reason } = judgedInField(entry.claim);
    expect([expected, ...entry.also_acceptable].includes(verdict) ? 'as expected' : `${verdict}: ${reason}`).toBe('as expected');
  });
});
