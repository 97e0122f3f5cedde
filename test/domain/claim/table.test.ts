import { PLACES, judged } from './fake-world';
import { CLAIM_TABLE } from './table';
import { placed } from '../../support/claim-world-data';

const results = CLAIM_TABLE.map((entry) => ({ ...entry, ...judged(placed(entry.claim, PLACES)) }));

describe('the table of claims', () => {
  it('has at least 300 claims, none twice', () => {
    expect(CLAIM_TABLE.length).toBeGreaterThanOrEqual(300);
    expect(new Set(CLAIM_TABLE.map(({ claim }) => claim)).size).toBe(CLAIM_TABLE.length);
  });

  it('is never judged TRUE or FALSE by accident, and is understood where it is honest', () => {
    const wrong = results.filter(({ verdict, expect: expected }) => verdict !== expected);
    const falseTrue = wrong.filter(({ verdict }) => verdict === 'TRUE');
    const falseFalse = wrong.filter(({ verdict }) => verdict === 'FALSE');
    const benign = results.filter(({ expect: expected }) => expected === 'TRUE');
    const coverage = benign.filter(({ verdict }) => verdict !== 'UNVERIFIABLE').length / benign.length;
    const accuracy = 1 - wrong.length / results.length;
    console.log(
      [
        `claims ${results.length}, benign ${benign.length}: false TRUE ${falseTrue.length}, false FALSE ${falseFalse.length}, ` +
          `coverage ${coverage.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`,
        ...wrong.map(
          (entry) =>
            `  ${entry.verdict} for ${entry.expect}: ${entry.claim.slice(0, 90)} [${entry.rule}: ${entry.reason.slice(0, 160)}]`,
        ),
      ].join('\n'),
    );
    expect(falseTrue).toEqual([]);
    expect(falseFalse).toEqual([]);
    expect(coverage).toBeGreaterThanOrEqual(0.85);
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
  });
});
