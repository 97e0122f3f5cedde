/**
 * Several independent opinions on the risk of one request, and what follows from them together. A voter that is missing,
 * slow or talks nonsense counts as HIGH: no way of failing may make a request look safer. Dissent is kept and shown.
 */
import { showOnOneLine } from '../text/hidden-text';
import { highestRisk, RISK_LEVELS, type RiskLevel } from './risk';

export type Voter = 'rules' | 'structure' | 'model';

export interface Vote {
  readonly voter: Voter;
  readonly risk_level: RiskLevel;
  readonly reason: string;
  /** When it came, in milliseconds since 1970 UTC; absent for voters that are part of the assessment itself. */
  readonly at?: number;
}

export interface Consensus {
  /** The gravest vote. */
  readonly risk_level: RiskLevel;
  /** The voters do not agree. */
  readonly dissent: boolean;
  /** Reviewers to add to the quorum because of the dissent. */
  readonly quorum_raise: number;
  /** One per expected voter, in the order in which they were expected. */
  readonly votes: readonly Vote[];
}

/**
 * `dissentAdds` is the policy's number of reviewers to add when voters disagree. Votes of voters who were not asked are
 * left out; of several votes of one voter the gravest counts.
 */
export function combineVotes(votes: readonly Vote[], expectedVoters: readonly Voter[], dissentAdds = 0): Consensus {
  const counted = expectedVoters.map((voter) => voteOf(voter, votes));
  const levels = new Set(counted.map(({ risk_level }) => risk_level));
  const dissent = levels.size > 1;
  return {
    // No voters at all is a policy that nobody may write (contracts/policy-file.ts); if it happens, nothing is safe.
    risk_level: counted.length === 0 ? 'HIGH' : highestRisk([...levels]),
    dissent,
    quorum_raise: dissent ? dissentAdds : 0,
    votes: counted,
  };
}

function voteOf(voter: Voter, votes: readonly Vote[]): Vote {
  const own = votes.filter((vote) => vote.voter === voter);
  const risk_level = highestRisk(own.map((vote) => vote.risk_level));
  return own.find((vote) => vote.risk_level === risk_level) ?? failedVote(voter, 'no vote came');
}

/** The vote that is counted for a voter who gave none; `problem` is said on the card. */
export function failedVote(voter: Voter, problem: string, at?: number): Vote {
  return { voter, risk_level: 'HIGH', reason: `${problem}; counted as HIGH`, ...(at === undefined ? {} : { at }) };
}

const MAX_REASON = 300;

/**
 * Reads a model's answer: `{ "risk_level": "LOW", "reason": "..." }` and nothing else. The model has read an agent's text,
 * so its answer may be anything at all, and is never more than a label and one line.
 */
export function parseModelVote(answer: unknown, at?: number): Vote {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return failedVote('model', 'the model did not answer with an object', at);
  }
  const { risk_level, reason } = answer as Readonly<Record<string, unknown>>;
  const level = RISK_LEVELS.find((known) => known === risk_level);
  if (level === undefined) return failedVote('model', 'the model named no known risk level', at);
  if (typeof reason !== 'string' || reason.trim() === '') return failedVote('model', 'the model gave no reason', at);
  return { voter: 'model', risk_level: level, reason: oneLine(reason), ...(at === undefined ? {} : { at }) };
}

function oneLine(reason: string): string {
  const line = showOnOneLine(
    reason
      .slice(0, 4 * MAX_REASON)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return line.length <= MAX_REASON ? line : `${line.slice(0, MAX_REASON)}…`;
}
