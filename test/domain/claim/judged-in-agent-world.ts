/** The way of a text through the pure core, in the world of the corpus. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import { judgeReport, readReport } from '../../../domain/claim/report/read-report';
import { TASK_BEGAN } from '../../support/agent-world/times';
import { AGENT_CLAIM_WORLD, AGENT_JUDGE_CONTEXT, observeAgentWorld } from './agent-world';
import type { ClaimVerdict, Verdict } from '../../../domain/claim/claim';
import type { ReportVerdict } from '../../../domain/claim/report/read-report';

const CONTEXT = { ...AGENT_JUDGE_CONTEXT, since: TASK_BEGAN };

export function judgedInAgentWorld(claim: string): ClaimVerdict {
  const parsed = parseClaim(claim, AGENT_CLAIM_WORLD);
  return judgeClaim(parsed, parsed.parts.map((part) => judgePart(part, probesOf(part).map(observeAgentWorld), CONTEXT)));
}

export function reportInAgentWorld(text: string): ReportVerdict {
  const report = readReport(text, AGENT_CLAIM_WORLD);
  return judgeReport(report, report.probes.map(observeAgentWorld), CONTEXT);
}

/** The lines of one file of the corpus. The form of each is corpus.test.ts's to hold. */
export function corpusOf<Row>(name: string): readonly Row[] {
  return readFileSync(join(__dirname, `data/${name}.jsonl`), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Row);
}

export interface Expectation {
  readonly expected: Verdict;
  readonly also_acceptable?: readonly Verdict[];
}

export const isAsExpected = (verdict: Verdict, { expected, also_acceptable = [] }: Expectation): boolean => verdict === expected || also_acceptable.includes(verdict);
