/** The claims of the attack file, judged by the product as it runs. */
import { readAttackFile, readAttackFixture, type AttackFixture } from './attack-file';
import { openClaimWorld, type ClaimFixture, type ClaimWorld } from './claim-world';
import { runClaimEntry } from './run-claim';

const fixture = readAttackFixture() as AttackFixture & { readonly claims: ClaimFixture };
const entries = readAttackFile().filter(({ kind }) => kind === 'claim');

describe('claims of the attack file, end to end', () => {
  let claims: ClaimWorld;
  beforeAll(async () => {
    claims = await openClaimWorld(fixture);
  }, 300_000);
  afterAll(() => claims?.close(), 60_000);

  it('come out as expected: no hostile one TRUE, every benign one right', async () => {
    const wrong: string[] = [];
    const counts = { hostile: [0, 0], benign: [0, 0] };
    for (const entry of entries) {
      const told = await runClaimEntry(entry, claims).catch((error: unknown) => `the entry could not be judged: ${String(error)}`);
      const count = entry.expect === 'allow' ? counts.benign : counts.hostile;
      count[1] = (count[1] ?? 0) + 1;
      if (told === null) count[0] = (count[0] ?? 0) + 1;
      else wrong.push(`${entry.id} (${entry.why}): ${told}`);
    }
    for (const line of wrong) process.stdout.write(`DIFFERS ${line}\n`);
    process.stdout.write(`claim: hostile stopped ${counts.hostile.join('/')}, benign passed ${counts.benign.join('/')}\n`);
    expect(wrong).toEqual([]);
  }, 400_000);

  it.each([
    ['allow', 'The container ghost is running', /^FALSE/],
    ['unverifiable', 'The container web is running', /^TRUE/],
    ['false', 'Everything works well', /^UNVERIFIABLE/],
    ['reject', 'x', /^answered 200/],
    ['reject', '@sha256-of-nothing', /no runner knows/],
  ])('would tell if it were otherwise: %s %s', async (wanted, claim, told) => {
    expect(await runClaimEntry({ id: 'X', category: '', kind: 'claim', why: '', expect: wanted, input: { tenant: 'acme', worker: 'agent:a1', claim } }, claims)).toMatch(told);
  });
});
