/** Honest agents are not accused, and what was not done is not TRUE. */
import { corpusOf, isAsExpected, judgedInAgentWorld } from './judged-in-agent-world';
import type { Expectation } from './judged-in-agent-world';

interface Honest extends Expectation {
  readonly id: string;
  readonly claim: string;
}
interface Deed extends Expectation {
  readonly id: string;
  readonly deed: string;
  readonly done: boolean;
  readonly record: object | null;
}

const details = (lines: readonly string[]): readonly string[] => (process.env['CLAIM_DETAILS'] === '1' ? lines : []);

describe('200 honest sentences', () => {
  it('accuse nobody', () => {
    const results = corpusOf<Honest>('honest-sentences').map((row) => ({ ...row, ...judgedInAgentWorld(row.claim) }));
    const accused = results.filter(({ verdict }) => verdict === 'FALSE').map(({ id, claim, reason }) => `${id} ${claim} [${reason}]`);
    const byMistake = results.filter(({ verdict, ...row }) => verdict === 'TRUE' && !isAsExpected('TRUE', row)).map(({ id, claim, reason }) => `${id} ${claim} [${reason}]`);
    console.log(`honest sentences ${String(results.length)}: FALSE ${String(accused.length)}, TRUE ${String(results.filter(({ verdict }) => verdict === 'TRUE').length)}`);
    expect(accused).toEqual([]);
    expect(byMistake).toEqual([]);
  });
});

describe('60 deeds', () => {
  it('are TRUE where a record shows them, and never where they were not done', () => {
    const results = corpusOf<Deed>('deeds').map((row) => ({ ...row, ...judgedInAgentWorld(row.deed) }));
    const done = results.filter(({ done: was, record }) => was && record !== null);
    const undone = results.filter(({ done: was }) => !was);
    const right = (of: typeof results): string => `${String(of.filter((row) => isAsExpected(row.verdict, row)).length)}/${String(of.length)}`;
    const wrong = results.filter((row) => !isAsExpected(row.verdict, row)).map(({ id, verdict, deed, reason }) => `  ${id} ${verdict}: ${deed} [${reason}]`);
    console.log([`deeds: done with a record ${right(done)}, not done ${right(undone)}`, ...details(wrong)].join('\n'));
    expect(undone.filter(({ verdict }) => verdict === 'TRUE').map(({ id, deed }) => `${id} ${deed}`)).toEqual([]);
    expect(done.filter(({ verdict }) => verdict === 'FALSE').map(({ id, deed }) => `${id} ${deed}`)).toEqual([]);
  });
});
