/** What the rules alone make of the sentences of the corpus, by subject. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import { TASK_BEGAN } from '../../support/agent-world/times';
import { AGENT_CLAIM_WORLD, AGENT_JUDGE_CONTEXT, observeAgentWorld } from './agent-world';
import type { ClaimVerdict, Verdict } from '../../../domain/claim/claim';

interface Sentence {
  readonly id: string;
  readonly subject: string;
  readonly claim: string;
  readonly expected: Verdict;
  readonly also_acceptable?: readonly Verdict[];
}

const sentences = readFileSync(join(__dirname, 'data/agent-sentences.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Sentence);

function judged(claim: string): ClaimVerdict {
  const parsed = parseClaim(claim, AGENT_CLAIM_WORLD);
  const context = { ...AGENT_JUDGE_CONTEXT, since: TASK_BEGAN };
  return judgeClaim(parsed, parsed.parts.map((part) => judgePart(part, probesOf(part).map(observeAgentWorld), context)));
}

const results = sentences.map((sentence) => ({ ...sentence, ...judged(sentence.claim) }));
const isRight = ({ verdict, expected, also_acceptable = [] }: (typeof results)[number]): boolean => verdict === expected || also_acceptable.includes(verdict);
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
    expect(wrong.filter(({ verdict }) => verdict === 'TRUE').map(({ id, claim }) => `${id} ${claim}`)).toEqual([]);
    expect(wrong.filter(({ verdict }) => verdict === 'FALSE').map(({ id, claim }) => `${id} ${claim}`)).toEqual([]);
  });
});
