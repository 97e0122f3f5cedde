/** What runs: containers, services, processes. */
import { asExpected, baselineOf, byFlag, byNumber, no, secondsOf, toSpan, unclear, unseen, yes } from './finding';
import { isLater, judgeCreated, judgeDeleted, judgeStart } from './changes';
import { isInTask, withoutRecord } from './deeds';
import { hasDone } from './executions';
import { isSameImage } from './images';
import { flagOf, listOf, numberOf, textOf } from '../facts';
import type { JudgeContext, Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

type Running = 'running' | 'stopped' | 'paused' | 'never' | 'between';

const CONTAINER_STATES: Readonly<Record<string, Running>> = {
  running: 'running',
  exited: 'stopped',
  dead: 'stopped',
  paused: 'paused',
  created: 'never',
  restarting: 'between',
  removing: 'between',
};
const SERVICE_STATES: Readonly<Record<string, Running>> = { active: 'running', inactive: 'stopped', failed: 'stopped', not_running: 'stopped' };

export function judgeContainer(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  const state = CONTAINER_STATES[textOf(seen, 'state') ?? ''];
  switch (part.predicate) {
    case 'exists':
    case 'absent':
      return byFlag(
        exists === (part.predicate === 'exists'),
        'CONTAINER_EXISTS',
        'exists',
        existence(exists),
        existence(exists),
      );
    case 'created':
      return judgeCreated(part, seen, context, textOf(seen, 'created_at'));
    case 'deleted':
      return judgeDeleted(part, seen, context, textOf(seen, 'created_at'));
    case 'running':
    case 'stopped':
    case 'paused':
    case 'started':
    case 'restarted':
      return exists ? judgeRunning(part, seen, context, state) : judgeMissing(part);
    default:
      return exists ? judgeContainerFact(part, seen, state) : no('CONTAINER_NOT_THERE', 'there is no such container');
  }
}

const existence = (exists: boolean): string => (exists ? 'there is such a container' : 'there is no such container');

/** A container that is not there is not running; whether it was stopped before it went, nobody can say. */
function judgeMissing(part: TypedClaim): Finding {
  if (part.predicate === 'running' && part.expected?.value === false)
    return yes('NOT_THERE_SO_NOT_RUNNING', 'there is none of that name');
  if (part.predicate === 'stopped' || part.expected?.value === false)
    return unclear('NOT_THERE_ANY_MORE', 'there is none of that name, so its state cannot be seen');
  return no('NOT_THERE', 'there is none of that name');
}

function judgeContainerFact(part: TypedClaim, seen: Observation, state: Running | undefined): Finding {
  switch (part.predicate) {
    case 'healthy': {
      const health = textOf(seen, 'health');
      if (health !== 'healthy' && health !== 'unhealthy')
        return unclear('HEALTH_NOT_KNOWN', `its health check says ${health ?? 'nothing'}`);
      return asExpected(
        part,
        byFlag(health === 'healthy', 'CONTAINER_HEALTH', 'health', `it is ${health}`, `it is ${health}`),
      );
    }
    case 'image': {
      const image = textOf(seen, 'image');
      if (image === undefined || image.startsWith('sha256:')) return unseen('the name of its image');
      const same = isSameImage(String(part.expected?.value ?? ''), image);
      return byFlag(
        same,
        'CONTAINER_IMAGE',
        'image',
        `its image is ${image}`,
        `its image is ${image}, claimed ${String(part.expected?.value)}`,
      );
    }
    case 'restarts':
      return byNumber(part.expected, numberOf(seen, 'restarts'), 'CONTAINER_RESTARTS', 'restarts');
    case 'publishes': {
      const ports = listOf(seen, 'ports');
      if (ports === undefined) return unseen('ports');
      const mapped = listOf(seen, 'mapped') ?? [];
      const claimed = String(part.expected?.value);
      // "publishes port 80" may mean the port inside, where the host's is another.
      if (!ports.includes(claimed) && mapped.some((one) => one.endsWith(`->${claimed}`)))
        return yes('CONTAINER_PORTS', `it publishes that port as ${mapped.join(', ')}`);
      if (!ports.includes(claimed) && mapped.length < ports.length) return unclear('CONTAINER_PORTS', `it publishes ${ports.join(', ')}; which ports inside these are was not seen`);
      return byFlag(
        ports.includes(claimed),
        'CONTAINER_PORTS',
        'ports',
        'it publishes that port',
        `it publishes ${ports.join(', ') || 'no port'}`,
      );
    }
    case 'exit_code':
      if (state === 'running' || state === 'paused') return no('HAS_NOT_EXITED', 'it is running');
      if (state !== 'stopped') return unclear('HAS_NOT_EXITED', 'it has not run to an end');
      return byNumber(part.expected, numberOf(seen, 'exit_code'), 'CONTAINER_EXIT_CODE', 'exit code');
    default:
      return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of a container`);
  }
}

export function judgeService(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  const state = textOf(seen, 'state');
  switch (part.predicate) {
    case 'exists':
    case 'absent':
      return byFlag(
        exists === (part.predicate === 'exists'),
        'SERVICE_EXISTS',
        'exists',
        exists ? 'there is such a service' : 'there is none',
        exists ? 'there is such a service' : 'there is none',
      );
    case 'enabled':
      return exists ? byFlag(flagOf(seen, 'enabled'), 'SERVICE_ENABLED', 'whether it is enabled', 'it is enabled', 'it is not enabled') : no('NOT_THERE', 'there is no such service');
    case 'failed':
      if (!exists || state === undefined) return exists ? unseen('state') : judgeMissing(part);
      if (state === 'not_running') return unclear('SERVICE_STATE', 'no process of it runs; whether it failed or was stopped cannot be seen');
      return asExpected(part, byFlag(state === 'failed', 'SERVICE_STATE', 'state', 'it has failed', `it is ${state}`));
    case 'instances':
      return exists
        ? byNumber(part.expected, numberOf(seen, 'instances'), 'SERVICE_INSTANCES', 'instances')
        : no('NOT_THERE', 'there is no such service');
    default:
      return exists ? judgeRunning(part, seen, context, SERVICE_STATES[state ?? '']) : judgeMissing(part);
  }
}

/** By count: a list of processes that is not complete shows that one is there, never that none is. */
export function judgeProcess(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const count = numberOf(seen, 'count');
  if (count === undefined) return unseen('count');
  const complete = flagOf(seen, 'complete') === true;
  if (part.predicate === 'instances') {
    return complete
      ? byNumber(part.expected, count, 'PROCESS_COUNT', 'count')
      : unclear('PROCESSES_HIDDEN', 'not all processes could be seen');
  }
  if (count === 0 && !complete)
    return unclear('PROCESSES_HIDDEN', 'none was seen, but not all processes could be seen');
  const state: Running = count > 0 ? 'running' : 'stopped';
  if (part.predicate === 'stopped' && part.deed === true && count === 0) {
    const before = baselineOf(part, context, 'before');
    const was = before === undefined ? undefined : numberOf(before, 'count');
    if (was === undefined) return unclear('STOPPED_WITHOUT_BASELINE', 'none runs, but nothing shows that one ever did');
    if (part.time !== undefined) return unclear('STOP_TIME_NOT_SEEN', 'none runs; when it ended cannot be seen');
    return was > 0
      ? yes('STOPPED_SINCE_BASELINE', 'it ran before, and does no more')
      : no('STOPPED_BEFORE', 'it did not run before either');
  }
  return judgeRunning(part, seen, context, state);
}

function judgeRunning(part: TypedClaim, seen: Observation, context: JudgeContext, state: Running | undefined): Finding {
  if (state === undefined) return unseen('a state that is known');
  if (state === 'between') return unclear('STATE_CHANGING', 'its state is changing');
  const is = `it is ${state === 'never' ? 'created, but was never started' : state}`;
  switch (part.predicate) {
    case 'running':
      return part.time === undefined
        ? asExpected(part, byFlag(state === 'running', 'STATE_RUNNING', 'state', is, is))
        : judgeSince(part, seen, state);
    case 'paused': {
      const finding = asExpected(part, byFlag(state === 'paused', 'STATE_PAUSED', 'state', is, is));
      if (part.deed !== true || finding.verdict !== 'TRUE') return finding;
      const row = hasDone(part, context, ['pause']);
      return row === null ? withoutRecord(is) : yes('PAUSED_BY_EXECUTION', `execution ${row.execution_id} did it`);
    }
    case 'stopped':
      if (state === 'never') return unclear('NEVER_STARTED', is);
      return asExpected(part, state === 'stopped' ? judgeStopped(part, seen, context) : no('STATE_STOPPED', is));
    default:
      return judgeStarted(part, seen, context, state, is);
  }
}

/** Running at that time, or all that time: it must have started before. */
function judgeSince(part: TypedClaim, seen: Observation, state: Running): Finding {
  const started = textOf(seen, 'started_at');
  if (state !== 'running')
    return part.lasting === true
      ? no('STATE_RUNNING', 'it is not running')
      : unclear('RAN_AT_A_TIME', 'it is not running now; whether it was then cannot be seen');
  const place = secondsOf(started) === null ? null : toSpan(part, started);
  if (place === 'before') return yes('RUNNING_SINCE', `it has run since ${String(started)}`);
  if (place === 'inside' && part.lasting === true)
    return startsAbout(part, started)
      ? yes('RUNNING_SINCE', `it has run since ${String(started)}`)
      : no('RUNNING_SHORTER', `it has run only since ${String(started)}`);
  return unclear('RAN_AT_A_TIME', 'it started later; whether it ran before that cannot be seen');
}

/** A minute, or 5 per cent of the time claimed. */
function startsAbout(part: TypedClaim, started: string | undefined): boolean {
  const [at, from, to] = [secondsOf(started), secondsOf(part.time?.from), secondsOf(part.time?.to)];
  return at !== null && from !== null && to !== null && at - from <= Math.max(60, (to - from) * 0.05);
}

function judgeStopped(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const ended = textOf(seen, 'finished_at');
  const before = baselineOf(part, context, 'before');
  if (part.deed === true && before !== undefined) {
    const was = CONTAINER_STATES[textOf(before, 'state') ?? ''] ?? SERVICE_STATES[textOf(before, 'state') ?? ''];
    if (was === 'stopped' && secondsOf(ended) === secondsOf(textOf(before, 'finished_at')))
      return no('STOPPED_BEFORE', `it was stopped already at ${before.at}`);
  }
  if (part.deed === true && part.subject.kind === 'container') return judgeStopping(part, seen, context, ended, before);
  if (part.time === undefined) return yes('STATE_STOPPED', 'it is stopped');
  const place = secondsOf(ended) === null ? null : toSpan(part, ended);
  if (place === 'inside') return yes('STOPPED_IN_SPAN', `it ended at ${String(ended)}`);
  if (place === 'before') return no('STOPPED_EARLIER', `it ended at ${String(ended)}, before the time claimed`);
  return unclear('STOP_TIME_NOT_SEEN', 'when it was stopped is not known');
}

/** That somebody stopped it: by how it was before, by an execution, or by an end that lies in the task. */
function judgeStopping(part: TypedClaim, seen: Observation, context: JudgeContext, ended: string | undefined, before: Observation | undefined): Finding {
  const place = secondsOf(ended) === null ? null : toSpan(part, ended);
  if (place === 'before') return no('STOPPED_EARLIER', `it ended at ${String(ended)}, before the time claimed`);
  const young = isInTask(context, ended);
  if (young === false) return no('STOPPED_EARLIER', `it ended at ${String(ended)}, before the task began`);
  if (place === 'after') return unclear('STOP_TIME_NOT_SEEN', `it ended at ${String(ended)}, after the time claimed`);
  const row = hasDone(part, context, ['stop', 'kill']);
  if (row !== null) return yes('STOPPED_BY_EXECUTION', `execution ${row.execution_id} did it`);
  if (young === true) return yes('STOPPED_IN_TASK', `it ended at ${String(ended)}`);
  if (before !== undefined && isLater(ended, before.at)) return yes('STOPPED_SINCE_BASELINE', `it ended at ${String(ended)}, after ${before.at}`);
  return withoutRecord('it is stopped');
}

/** Started or restarted: by the time it started, by the ledger, by the state it was left in. */
function judgeStarted(part: TypedClaim, seen: Observation, context: JudgeContext, state: Running, is: string): Finding {
  const byTime = judgeStart(part, seen, context);
  if (byTime !== null) return byTime;
  const verbs = part.predicate === 'started' ? ['start', 'run', 'restart'] : ['restart'];
  const row = hasDone(part, context, verbs);
  const started = secondsOf(textOf(seen, 'started_at'));
  if (row !== null && started !== null && started + 2 >= (secondsOf(row.started_at) ?? Infinity))
    return yes('STARTED_BY_EXECUTION', `execution ${row.execution_id} did it`);
  if (state !== 'running') return no('STATE_LEFT', is);
  if (part.predicate === 'restarted')
    return unclear('RESTART_NOT_SEEN', 'it is running; no look before, no execution and no event shows that it was restarted');
  // Of containers the ledger and the engine's events know; a process that runs was started by somebody, and no book is kept of it.
  return part.subject.kind === 'container' ? withoutRecord(is) : yes('STATE_RUNNING', is);
}
