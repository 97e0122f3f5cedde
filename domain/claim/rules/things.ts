/** Images, networks, volumes, packages, commits, rows: there or not, with a few facts. */
import { baselineOf, byFlag, byNumber, no, unclear, unseen, yes } from './finding';
import { isInTask, withoutRecord } from './deeds';
import { judgeCreated, judgeDeleted } from './changes';
import { hasDone } from './executions';
import { flagOf, listOf, numberOf, textOf } from '../facts';
import type { JudgeContext, Observation, TypedClaim } from '../claim';
import type { Finding } from './finding';

export function judgeThing(part: TypedClaim, seen: Observation, context: JudgeContext): Finding {
  const exists = flagOf(seen, 'exists');
  if (exists === undefined) return unseen('exists');
  const { kind } = part.subject;
  const is = exists ? `there is such a ${kind}` : `there is no such ${kind}`;
  const isCommit = kind === 'commit';
  if (isCommit && exists && !isThatCommit(part, seen)) return unseen('the commit that was named');
  switch (part.predicate) {
    case 'exists':
    case 'absent':
      return byFlag(exists === (part.predicate === 'exists'), 'THING_EXISTS', 'exists', is, is);
    case 'deleted':
      return judgeDeleted(part, seen, context, textOf(seen, 'created_at'));
    case 'created':
      return exists && (kind === 'image' || kind === 'package')
        ? judgeFetched(part, seen, context, is)
        : judgeCreated(part, seen, context, textOf(seen, isCommit ? 'committed_at' : 'created_at'));
    default:
      return exists ? judgeFact(part, seen) : no('THING_NOT_THERE', is);
  }
}

/** A pulled image bears the time of its maker; that it is there says nothing of who brought it. A package is installed once it is there. */
function judgeFetched(part: TypedClaim, seen: Observation, context: JudgeContext, is: string): Finding {
  const before = baselineOf(part, context, 'before');
  const was = before === undefined ? undefined : flagOf(before, 'exists');
  if (was === false) return yes('CREATED_SINCE_BASELINE', `it was not there at ${String(before?.at)}, and is now`);
  if (part.time !== undefined) return unclear('FETCH_TIME_NOT_SEEN', `${is}; when it came is not known`);
  if (part.subject.kind === 'package') return yes('THING_EXISTS', is);
  const row = hasDone(part, context, ['pull', 'build', 'tag', 'load', 'import']);
  if (row !== null) return yes('CREATED_BY_EXECUTION', `execution ${row.execution_id} brought it`);
  return isInTask(context, textOf(seen, 'created_at')) === true ? yes('CREATED_IN_TASK', `it came to be at ${String(textOf(seen, 'created_at'))}`) : withoutRecord(is);
}

function judgeFact(part: TypedClaim, seen: Observation): Finding {
  const { kind } = part.subject;
  const claimed = String(part.expected?.value ?? '');
  switch (part.predicate) {
    case 'size':
      return byNumber(part.expected, numberOf(seen, 'size'), 'IMAGE_SIZE', 'size');
    case 'instances':
      return byNumber(part.expected, numberOf(seen, 'running'), 'IMAGE_CONTAINERS', 'running containers');
    case 'count':
      return byNumber(part.expected, numberOf(seen, 'count'), 'ROW_COUNT', 'rows');
    case 'entries': {
      const names = listOf(seen, 'containers');
      if (part.expected?.comparison !== 'contains')
        return byNumber(part.expected, names?.length, 'NETWORK_MEMBERS', 'containers');
      return byFlag(
        names?.includes(claimed),
        'NETWORK_MEMBERS',
        'containers',
        `${claimed} is in it`,
        `${claimed} is not in it`,
      );
    }
    case 'branch': {
      const branches = listOf(seen, 'branches');
      // Only local branches are listed: where a remote one stands, nobody looked.
      if (/^(?:origin|upstream|remotes)\//.test(claimed) && branches?.includes(claimed) !== true) return unseen('branches of a remote');
      return byFlag(
        branches?.includes(claimed),
        'COMMIT_BRANCH',
        'branches',
        `it is on ${claimed}`,
        `it is on ${branches?.join(', ') ?? 'none'}`,
      );
    }
    case 'pushed': {
      const remotes = listOf(seen, 'remotes');
      return byFlag(remotes === undefined ? undefined : remotes.length > 0, 'COMMIT_PUSHED', 'the branches of its remotes', `it is on ${remotes?.join(', ') ?? ''}`, 'no branch of a remote, as far as this repository knows, holds it');
    }
    case 'titled': {
      const subject = textOf(seen, 'subject');
      return byFlag(subject === undefined ? undefined : subject.trim() === claimed.trim(), 'COMMIT_TITLE', 'its title', 'that is its title', `its title is "${subject ?? ''}"`);
    }
    case 'points_at': {
      const revision = textOf(seen, 'revision');
      return byFlag(revision === undefined ? undefined : revision.startsWith(claimed), 'REFERENCE', 'where it points', `it points at ${String(revision)}`, `it points at ${String(revision)}`);
    }
    case 'member': {
      const columns = listOf(seen, 'columns');
      return byFlag(columns?.includes(claimed), 'TABLE_COLUMN', 'its columns', 'it has that column', `its columns are ${columns?.join(', ') ?? ''}`);
    }
    case 'version': {
      const version = textOf(seen, 'version');
      const is = version !== undefined && isVersion(claimed, version);
      // That it has the version says nothing of who brought it to it.
      if (is && part.deed === true) return withoutRecord(`its version is ${version}`);
      return byFlag(
        version === undefined ? undefined : isVersion(claimed, version),
        'PACKAGE_VERSION',
        'version',
        `its version is ${String(version)}`,
        `its version is ${String(version)}`,
      );
    }
    default:
      return unclear('NOT_CHECKABLE', `${part.predicate} is not seen of a ${kind}`);
  }
}

/** "8.1" is met by 8.1.2 and 8.1-3; "8.1.2" by nothing but itself and its builds. */
function isVersion(claimed: string, seen: string): boolean {
  const [wanted, plain] = [claimed, seen].map((version) => version.replace(/^v/i, '').replace(/^\d+:/, '')) as [string, string];
  return plain === wanted || (plain.startsWith(wanted) && /^[.+~-]/.test(plain.slice(wanted.length)));
}

function isThatCommit(part: TypedClaim, seen: Observation): boolean {
  const revision = textOf(seen, 'revision');
  // A branch or a tag is another name for a commit.
  return part.subject.kind === 'commit' && revision !== undefined && (!/^[0-9a-f]{7,64}$/.test(part.subject.revision) || revision.startsWith(part.subject.revision));
}
