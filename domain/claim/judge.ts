/** From parts and evidence to a verdict, by rules that an auditor can replay. Nobody's words count here. */
import { isAction, takesPredicate } from './predicates';
import { flagOf, isSameTarget, numberOf, wantsAll } from './facts';
import { judgeExecution } from './rules/executions';
import { judgeFile } from './rules/files';
import { baselineOf, unclear } from './rules/finding';
import { judgeHttp, judgePort } from './rules/reachables';
import { judgeContainer, judgeProcess, judgeService } from './rules/runners';
import { judgeThing } from './rules/things';
import { probesOf } from './probes-of';
import type { Finding, Rule } from './rules/finding';
import type {
  ClaimSubject,
  ClaimVerdict,
  JudgeContext,
  Observation,
  ParsedClaim,
  PartVerdict,
  Predicate,
  TypedClaim,
} from './claim';

const RULES: Readonly<Record<Exclude<ClaimSubject['kind'], 'execution'>, Rule>> = {
  file: judgeFile,
  directory: judgeFile,
  process: judgeProcess,
  port: judgePort,
  http: judgeHttp,
  container: judgeContainer,
  service: judgeService,
  image: judgeThing,
  network: judgeThing,
  volume: judgeThing,
  package: judgeThing,
  commit: judgeThing,
  rows: judgeThing,
};

/** Those whose rules look at the time that was claimed. Of all others, what is seen now says nothing of then. */
const TIMED: readonly Predicate[] = [
  'created',
  'deleted',
  'modified',
  'started',
  'restarted',
  'stopped',
  'running',
  'executed',
  'exit_code',
  'succeeded',
  'failed',
];

/** The verdict over one part. `observations` are those of its own probes; others are ignored. */
export function judgePart(part: TypedClaim, observations: readonly Observation[], context: JudgeContext): PartVerdict {
  const { verdict, rule, reason } = onlyAgainst(part, withGrounding(part, observations, context, withAmbiguity(part, judge(part, observations, context))));
  return { part, verdict, rule, reason };
}

/** Words around it were not understood: they may take back what was read, so it counts against the claim only. */
function onlyAgainst(part: TypedClaim, finding: Finding): Finding {
  if (part.refutes !== true || finding.verdict !== 'TRUE') return finding;
  return unclear('READ_IN_PART', `not every word of the sentence was understood, though ${finding.reason}`);
}

/** A description that leads to nothing is no missing thing, and one that leads to a thing by a part of its name accuses nobody. */
function withGrounding(part: TypedClaim, observations: readonly Observation[], context: JudgeContext, finding: Finding): Finding {
  const described = 'described' in part.subject ? part.subject.described : undefined;
  if (described === undefined || finding.verdict === 'UNVERIFIABLE') return finding;
  const name = 'name' in part.subject ? String(part.subject.name) : 'path' in part.subject ? part.subject.path : '';
  const isThere = observations.some((seen) => flagOf(seen, 'exists') === true || (numberOf(seen, 'count') ?? 0) > 0);
  if (!isThere && !isKnownFromBefore(part, name, context)) return unclear('NAME_NOT_GROUNDED', `nothing is known by "${name.slice(0, 64)}", which may be a description: name the ${part.subject.kind}`);
  if (described === 'part' && finding.verdict === 'FALSE')
    return unclear('NAME_NOT_GROUNDED', `if ${name.slice(0, 64)} is meant, ${finding.reason}: name the ${part.subject.kind}`);
  return described === 'part' ? { ...finding, reason: `${name.slice(0, 64)}: ${finding.reason}` } : finding;
}

function judge(part: TypedClaim, observations: readonly Observation[], context: JudgeContext): Finding {
  const { subject } = part;
  if (!takesPredicate(subject.kind, part.predicate))
    return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of a ${subject.kind}`);
  if (subject.kind === 'execution') return judgeExecution(part, context);
  const timed = TIMED.includes(part.predicate) && part.predicate !== 'exit_code' && part.predicate !== 'failed';
  if (part.time !== undefined && !timed)
    return unclear('TIME_NOT_SEEN', 'what is seen now says nothing of the time that was claimed');
  const [probe] = probesOf(part);
  // Another part may have had the same file looked at for another fact: what was not wanted there is not missing here.
  const own = observations.filter((observation) => probe !== undefined && isSameTarget(observation.probe, probe) && wantsAll(observation.probe, probe));
  const seeing = own.filter((observation) => 'seen' in observation);
  const blind = own.find((observation) => 'blind' in observation);
  if (seeing.length === 0) {
    if (blind !== undefined && 'blind' in blind)
      return unclear('PROBE_BLIND', `${blind.host} could not look: ${blind.blind.code}, ${blind.blind.message}`);
    return unclear('NOT_OBSERVED', 'nothing looked at it');
  }
  const findings = seeing.map((observation) => RULES[subject.kind](part, observation, context));
  const [first = unclear('NOT_OBSERVED', 'nothing looked at it')] = findings;
  if (findings.every(({ verdict }) => verdict === first.verdict)) return first;
  return unclear('OBSERVATIONS_DIFFER', `looked at ${String(findings.length)} times, with different results`);
}

/** A look at it by that name, or a command that had it, shows that it is a name. */
function isKnownFromBefore(part: TypedClaim, name: string, context: JudgeContext): boolean {
  return (
    baselineOf(part, context, 'before') !== undefined || baselineOf(part, context, 'after') !== undefined || (context.executions ?? []).some(({ command }) => command.split(/\s+/).includes(name))
  );
}

/** A guessed reading counts only where something was seen to be there. */
function withAmbiguity(part: TypedClaim, finding: Finding): Finding {
  if (part.ambiguous !== true || finding.verdict === 'UNVERIFIABLE') return finding;
  const isOfAbsence =
    ['absent', 'deleted', 'closed', 'unreachable'].includes(part.predicate) || part.expected?.value === false;
  if (finding.verdict === 'TRUE' && !isOfAbsence) return finding;
  return unclear('READ_IN_TWO_WAYS', `the words can be read in two ways, and ${finding.reason}`);
}

/**
 * The verdict over the whole claim. FALSE if there is evidence against a part, TRUE if there is evidence for every part and no word
 * was left over, else UNVERIFIABLE. @throws TypeError if `partVerdicts` are not one for each of `parsed.parts`, in order
 */
export function judgeClaim(parsed: ParsedClaim, partVerdicts: readonly PartVerdict[]): ClaimVerdict {
  if (
    partVerdicts.length !== parsed.parts.length ||
    partVerdicts.some(({ part }, at) => JSON.stringify(part) !== JSON.stringify(parsed.parts[at]))
  ) {
    throw new TypeError('a verdict for each part, in order, is needed');
  }
  const parts = partVerdicts;
  const against = parts.find(({ verdict }) => verdict === 'FALSE');
  if (against !== undefined)
    return { verdict: 'FALSE', rule: 'A_PART_IS_FALSE', reason: `"${against.part.text}": ${against.reason}`, parts };
  const [left] = parsed.unparsed;
  if (left !== undefined)
    return { verdict: 'UNVERIFIABLE', rule: left.code, reason: `"${left.text}": ${left.reason}`, parts };
  const open = parts.find(({ verdict }) => verdict === 'UNVERIFIABLE');
  if (open !== undefined)
    return { verdict: 'UNVERIFIABLE', rule: 'A_PART_IS_OPEN', reason: `"${open.part.text}": ${open.reason}`, parts };
  if (parts.length === 0)
    return {
      verdict: 'UNVERIFIABLE',
      rule: 'NOTHING_CLAIMED',
      reason: 'the claim holds nothing that can be checked',
      parts,
    };
  return { verdict: 'TRUE', rule: 'EVERY_PART_IS_TRUE', reason: parts.map(({ reason }) => reason).join('; '), parts };
}

/** What a verdict is about: a deed leaves traces, a state is seen. For severity and findings. */
export function isDeed(part: TypedClaim): boolean {
  return part.deed === true || isAction(part.predicate);
}
