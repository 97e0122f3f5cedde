import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import type { ClaimVerdict, JudgeContext, Observation, Probe } from '../../../domain/claim/claim';

const NOW = '2026-11-23T15:00:00Z';
const AT_START = '2026-11-23T14:30:00Z';
type Seen = Extract<Observation, { seen: unknown }>['seen'];

interface Case {
  readonly claim: string;
  readonly seen?: Seen;
  readonly before?: Seen;
  readonly blind?: string;
  readonly executions?: JudgeContext['executions'];
  readonly complete?: boolean;
  readonly expect: string;
}

function judged({ claim, seen, before, blind, executions, complete }: Case): ClaimVerdict {
  const parsed = parseClaim(claim, { now: NOW });
  const observation = (probe: Probe): readonly Observation[] => {
    if (blind !== undefined) return [{ probe, host: 'h', at: NOW, blind: { code: blind, message: 'could not look' } }];
    return seen === undefined ? [] : [{ probe, host: 'h', at: NOW, seen }];
  };
  const parts = parsed.parts.map((part) => {
    const probes = probesOf(part);
    const baseline =
      before === undefined
        ? {}
        : { baseline: { before: probes.map((probe) => ({ probe, host: 'h', at: AT_START, seen: before })) } };
    return judgePart(part, probes.flatMap(observation), {
      now: NOW,
      ...baseline,
      ...(executions === undefined ? {} : { executions }),
      ...(complete === undefined ? {} : { executions_complete: complete }),
    });
  });
  return judgeClaim(parsed, parts);
}

const web = { exists: true, state: 'running', started_at: '2026-11-23T14:55:00.25Z' };
const old = { exists: true, state: 'running', started_at: '2026-11-23T09:00:00Z' };
const exited = {
  exists: true,
  state: 'exited',
  exit_code: 0,
  started_at: '2026-11-23T09:00:00Z',
  finished_at: '2026-11-23T14:56:00Z',
};
const file = {
  exists: true,
  type: 'file',
  size: 5,
  created_at: '2026-11-23T14:55:00Z',
  modified_at: '2026-11-23T14:55:00Z',
  changed_at: '2026-11-23T14:55:00Z',
};
const oldFile = {
  exists: true,
  type: 'file',
  size: 5,
  created_at: '2026-11-20T09:00:00Z',
  modified_at: '2026-11-20T09:00:00Z',
  changed_at: '2026-11-20T09:00:00Z',
};
const run = (
  command: string,
  more: Partial<NonNullable<JudgeContext['executions']>[number]> = {},
): NonNullable<JudgeContext['executions']>[number] => ({
  execution_id: 'e-1',
  command,
  outcome: 'SUCCEEDED',
  exit_code: 0,
  started_at: '2026-11-23T14:55:00Z',
  finished_at: '2026-11-23T14:55:01Z',
  ...more,
});

const CASES: readonly Case[] = [
  // restarted: the span, the baseline, the ledger
  { claim: 'I restarted the container web 5 minutes ago', seen: web, expect: 'UNVERIFIABLE RESTART_NOT_SEEN' },
  { claim: 'I restarted the container web 5 minutes ago', seen: old, expect: 'FALSE START_IS_OLDER' },
  { claim: 'I restarted the container web', seen: web, before: old, expect: 'TRUE START_SINCE_BASELINE' },
  { claim: 'I restarted the container web', seen: old, before: old, expect: 'FALSE START_IS_OLDER' },
  {
    claim: 'I restarted the container web within the last hour',
    seen: old,
    before: old,
    expect: 'FALSE START_IS_OLDER',
  },
  { claim: 'I restarted the container web', seen: old, expect: 'UNVERIFIABLE RESTART_NOT_SEEN' },
  {
    claim: 'I restarted the container web',
    seen: web,
    executions: [run('docker restart web')],
    expect: 'TRUE STARTED_BY_EXECUTION',
  },
  {
    claim: 'I restarted the container web',
    seen: old,
    executions: [run('docker restart web')],
    expect: 'UNVERIFIABLE RESTART_NOT_SEEN',
  },
  {
    claim: 'I restarted the container web',
    seen: web,
    executions: [run('docker restart web-2')],
    expect: 'UNVERIFIABLE RESTART_NOT_SEEN',
  },
  {
    claim: 'I restarted the container web',
    seen: web,
    executions: [run('docker restart web', { outcome: 'FAILED' })],
    expect: 'UNVERIFIABLE RESTART_NOT_SEEN',
  },
  { claim: 'I restarted the container web', seen: exited, expect: 'FALSE STATE_LEFT' },
  { claim: 'I restarted the container shop-web', seen: { exists: false }, expect: 'FALSE NOT_THERE' },
  { claim: 'I restarted the container web', seen: { exists: false }, expect: 'UNVERIFIABLE NAME_NOT_GROUNDED' },
  { claim: 'I started the container web', seen: old, before: old, expect: 'FALSE START_IS_OLDER' },
  {
    claim: 'I started the container web',
    seen: { ...web, state: 'restarting' },
    expect: 'UNVERIFIABLE STATE_CHANGING',
  },
  // stopped
  { claim: 'I stopped the container web 4 minutes ago', seen: exited, expect: 'UNVERIFIABLE NO_RECORD_OF_DEED' },
  { claim: 'I stopped the container web 1 minute ago', seen: exited, expect: 'FALSE STOPPED_EARLIER' },
  { claim: 'I stopped the container web', seen: exited, before: exited, expect: 'FALSE STOPPED_BEFORE' },
  { claim: 'I stopped the container web', seen: exited, before: old, expect: 'TRUE STOPPED_SINCE_BASELINE' },
  { claim: 'The container web is stopped', seen: exited, before: exited, expect: 'TRUE STATE_STOPPED' },
  { claim: 'I stopped the container web', seen: { exists: false }, expect: 'UNVERIFIABLE NOT_THERE_ANY_MORE' },
  // created, deleted, modified
  { claim: 'I created /x/a', seen: file, before: { exists: false }, expect: 'TRUE CREATED_SINCE_BASELINE' },
  { claim: 'I created /x/a', seen: oldFile, before: oldFile, expect: 'FALSE CREATED_WAS_THERE_BEFORE' },
  { claim: 'I created /x/a', seen: file, before: oldFile, expect: 'TRUE CREATED_IS_THERE' },
  { claim: 'I created /x/a 5 minutes ago', seen: oldFile, expect: 'FALSE CREATED_EARLIER' },
  {
    claim: 'I created /x/a 5 minutes ago',
    seen: { exists: true, type: 'file' },
    expect: 'UNVERIFIABLE CREATION_TIME_NOT_SEEN',
  },
  { claim: 'I deleted /x/a', seen: { exists: false }, before: oldFile, expect: 'TRUE DELETED_SINCE_BASELINE' },
  {
    claim: 'I deleted /x/a',
    seen: { exists: false },
    before: { exists: false },
    expect: 'FALSE DELETED_WAS_NOT_THERE',
  },
  { claim: 'I deleted /x/a 2 hours ago', seen: { exists: false }, before: oldFile, expect: 'FALSE DELETED_LATER' },
  {
    claim: 'I deleted /x/a 10 minutes ago',
    seen: { exists: false },
    before: oldFile,
    expect: 'UNVERIFIABLE DELETION_TIME_NOT_SEEN',
  },
  {
    claim: 'I removed the container web',
    seen: { exists: false },
    executions: [run('docker rm -f web')],
    expect: 'TRUE DELETED_BY_EXECUTION',
  },
  {
    claim: 'I modified /x/a',
    seen: { ...file, sha256: 'b' },
    before: { ...oldFile, sha256: 'a' },
    expect: 'TRUE CONTENT_CHANGED',
  },
  {
    claim: 'I modified /x/a',
    seen: { ...file, sha256: 'a' },
    before: { ...oldFile, sha256: 'a' },
    expect: 'FALSE CONTENT_UNCHANGED',
  },
  {
    claim: 'I modified /x/a 5 minutes ago',
    seen: { ...file, sha256: 'a' },
    before: { ...oldFile, sha256: 'a' },
    expect: 'FALSE CONTENT_UNCHANGED',
  },
  { claim: 'I modified /x/a 5 minutes ago', seen: oldFile, expect: 'FALSE WRITTEN_EARLIER' },
  {
    claim: 'I modified /x/a 5 minutes ago',
    seen: { ...oldFile, changed_at: '2026-11-23T14:55:00Z' },
    expect: 'UNVERIFIABLE WRITE_TIME_NOT_SEEN',
  },
  { claim: 'I modified /x/a', seen: file, before: oldFile, expect: 'TRUE WRITTEN_SINCE_BASELINE' },
  // running for a time
  { claim: 'The container web has been running for at least 2 hours', seen: old, expect: 'TRUE RUNNING_SINCE' },
  { claim: 'The container web has been running for 2 hours', seen: web, expect: 'FALSE RUNNING_SHORTER' },
  { claim: 'The container web was running 2 hours ago', seen: old, expect: 'TRUE RUNNING_SINCE' },
  { claim: 'The container web was running 2 hours ago', seen: web, expect: 'UNVERIFIABLE RAN_AT_A_TIME' },
  // blind, missing and lying probes
  { claim: 'The container web is running', blind: 'GATEWAY_UNAVAILABLE', expect: 'UNVERIFIABLE PROBE_BLIND' },
  { claim: 'I created /x/a', blind: 'INVALID_PATH', expect: 'UNVERIFIABLE PROBE_BLIND' },
  { claim: 'The container web is running', expect: 'UNVERIFIABLE NOT_OBSERVED' },
  { claim: 'The container web is running', seen: {}, expect: 'UNVERIFIABLE FACT_NOT_SEEN' },
  {
    claim: 'The container web is running',
    seen: { exists: 'true', state: 'running' },
    expect: 'UNVERIFIABLE FACT_NOT_SEEN',
  },
  { claim: 'I created /x/a', seen: { exists: true, type: 'other' }, expect: 'UNVERIFIABLE NOT_A_PLAIN_FILE' },
  {
    claim: '/x/a is 5 bytes',
    seen: { exists: true, type: 'file', size: Number.NaN },
    expect: 'UNVERIFIABLE FACT_NOT_SEEN',
  },
  { claim: 'The process nginx is not running', seen: { count: 0 }, expect: 'UNVERIFIABLE PROCESSES_HIDDEN' },
  {
    claim: 'The process nginx is running',
    seen: { count: 0, complete: false },
    expect: 'UNVERIFIABLE PROCESSES_HIDDEN',
  },
  {
    claim: 'I killed the process nginx',
    seen: { count: 0, complete: true },
    before: { count: 2 },
    expect: 'TRUE STOPPED_SINCE_BASELINE',
  },
  {
    claim: 'I killed the process nginx',
    seen: { count: 0, complete: true },
    before: { count: 0 },
    expect: 'FALSE STOPPED_BEFORE',
  },
  {
    claim: 'process nginx listens on port 80',
    seen: { listening: true, process: 'nginx' },
    expect: 'TRUE PORT_HOLDER',
  },
  {
    claim: 'process nginx listens on port 80',
    seen: { listening: true, process: 'apache2' },
    expect: 'FALSE PORT_HOLDER',
  },
  { claim: 'process nginx listens on port 80', seen: { listening: true }, expect: 'UNVERIFIABLE FACT_NOT_SEEN' },
  // sizes that are not exact
  { claim: '/x/a is 3 MB', seen: { ...file, size: 3_100_000 }, expect: 'TRUE FILE_SIZE' },
  { claim: '/x/a is 3 MB', seen: { ...file, size: 3_490_000 }, expect: 'UNVERIFIABLE TOO_CLOSE_TO_TELL' },
  { claim: '/x/a is 3 MB', seen: { ...file, size: 4_000_000 }, expect: 'FALSE FILE_SIZE' },
  { claim: '/x/a is larger than 1 MB', seen: { ...file, size: 1_020_000 }, expect: 'UNVERIFIABLE TOO_CLOSE_TO_TELL' },
  // the ledger
  { claim: 'docker stop web succeeded', expect: 'UNVERIFIABLE LEDGER_NOT_READ' },
  { claim: 'docker stop web succeeded', executions: [], expect: 'UNVERIFIABLE NO_EXECUTION_SEEN' },
  { claim: 'docker stop web succeeded', executions: [], complete: true, expect: 'FALSE CLAIMED_NOT_EXECUTED' },
  {
    claim: 'docker stop web succeeded',
    executions: [run('docker stop web', { outcome: 'UNKNOWN', exit_code: null })],
    expect: 'UNVERIFIABLE OUTCOME_UNKNOWN',
  },
  {
    claim: 'docker stop web succeeded',
    executions: [
      run('docker stop web'),
      run('docker stop web', {
        execution_id: 'e-2',
        outcome: 'FAILED',
        exit_code: 1,
        started_at: '2026-11-23T14:58:00Z',
      }),
    ],
    expect: 'UNVERIFIABLE EXECUTIONS_DIFFER',
  },
  {
    claim: 'I ran docker stop web 3 hours ago',
    executions: [run('docker stop web')],
    complete: true,
    expect: 'FALSE EXECUTED_AT_ANOTHER_TIME',
  },
];

describe('the judge', () => {
  it.each(CASES.map((entry) => [entry.expect, entry.claim, entry] as const))(
    'says %s of "%s"',
    (_expect, _claim, entry) => {
      const { verdict, parts } = judged(entry);
      expect(`${verdict} ${parts[0]?.rule ?? 'no part'}`).toBe(entry.expect);
    },
  );

  it('is FALSE by one false part, whatever else was not understood, and says which', () => {
    const verdict = judged({ claim: 'I created /x/a and all tests passed', seen: { exists: false }, expect: '' });
    expect(verdict).toMatchObject({ verdict: 'FALSE', rule: 'A_PART_IS_FALSE' });
    expect(verdict.reason).toContain('I created /x/a');
  });

  it('does not judge by observations of something else', () => {
    const parsed = parseClaim('The container web is running', { now: NOW });
    const other: Observation = {
      probe: { kind: 'container', name: 'db' },
      host: 'h',
      at: NOW,
      seen: { exists: true, state: 'running' },
    };
    expect(judgePart(parsed.parts[0]!, [other], { now: NOW })).toMatchObject({
      verdict: 'UNVERIFIABLE',
      rule: 'NOT_OBSERVED',
    });
  });

  it('does not choose between two looks that differ', () => {
    const parsed = parseClaim('The container web is running', { now: NOW });
    const looks = ['running', 'exited'].map((state): Observation => ({
      probe: { kind: 'container', name: 'web' },
      host: state,
      at: NOW,
      seen: { exists: true, state },
    }));
    expect(judgePart(parsed.parts[0]!, looks, { now: NOW })).toMatchObject({
      verdict: 'UNVERIFIABLE',
      rule: 'OBSERVATIONS_DIFFER',
    });
  });

  it('takes the verdicts of this claim only', () => {
    const parsed = parseClaim('The container web is running', { now: NOW });
    expect(() => judgeClaim(parsed, [])).toThrow(TypeError);
  });

  it('calls nothing TRUE that says nothing', () => {
    expect(judgeClaim({ parts: [], unparsed: [] }, [])).toMatchObject({
      verdict: 'UNVERIFIABLE',
      rule: 'NOTHING_CLAIMED',
    });
  });
});
