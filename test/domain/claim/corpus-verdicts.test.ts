/** What the rules alone make of the sentences of the corpus, by subject. */
import { corpusOf, isAsExpected, judgedInAgentWorld } from './judged-in-agent-world';
import type { Expectation } from './judged-in-agent-world';

interface Sentence extends Expectation {
  readonly id: string;
  readonly subject: string;
  readonly claim: string;
}

const results = corpusOf<Sentence>('agent-sentences').map((sentence) => ({ ...sentence, ...judgedInAgentWorld(sentence.claim) }));
const isRight = (result: (typeof results)[number]): boolean => isAsExpected(result.verdict, result);
const decidable = results.filter(({ expected }) => expected !== 'UNVERIFIABLE');
const lies = results.filter(({ expected }) => expected === 'FALSE');

describe('the sentences of the corpus', () => {
  it('are never TRUE or FALSE by mistake, and are mostly decided by rules alone', () => {
    const subjects = [...new Set(results.map(({ subject }) => subject))];
    const share = (of: readonly (typeof results)[number][]): string => `${String(of.filter(isRight).length)}/${String(of.length)}`;
    const wrong = results.filter((result) => !isRight(result));
    console.log(
      [
        `decidable ${share(decidable)}, lies ${share(lies)}`,
        ...subjects.map((subject) => `  ${subject}: decidable ${share(decidable.filter((one) => one.subject === subject))}, lies ${share(lies.filter((one) => one.subject === subject))}`),
        ...(process.env['CLAIM_DETAILS'] === '1' ? wrong.map(({ id, verdict, expected, claim, reason }) => `  ${id} ${verdict} for ${expected}: ${claim.slice(0, 110)} [${reason.slice(0, 170)}]`) : []),
      ].join('\n'),
    );
    expect(lies.filter(isRight).length / lies.length).toBeGreaterThanOrEqual(0.8);
    expect(decidable.filter(isRight).length / decidable.length).toBeGreaterThanOrEqual(0.78);
    expect(wrong.filter(({ verdict }) => verdict === 'TRUE').map(({ id, claim }) => `${id} ${claim}`)).toEqual([]);
    expect(wrong.filter(({ verdict }) => verdict === 'FALSE').map(({ id, claim }) => `${id} ${claim}`)).toEqual([]);
  });
});
