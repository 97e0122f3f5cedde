import type { Predicate, TypedClaim, UnparsedCode } from '../../../domain/claim/claim';
import { reconcile, type Account, type ExecutedStep } from '../../../domain/claim/reconcile';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const words = (command: string): readonly string[] => command.split(' ');
const ran = (step: number, command: string, more: Partial<ExecutedStep> = {}): ExecutedStep => ({
  execution_id: `e${String(step)}`, step, argv: words(command), status: 'SUCCEEDED', finished_at: NOW - 60_000, changes: true, ...more,
});
const done = (predicate: Predicate, name = 'web'): TypedClaim => ({ subject: { kind: 'container', name }, predicate, text: `I ${predicate} ${name}` });
const ranIt = (command: string, predicate: Predicate = 'executed'): TypedClaim => ({ subject: { kind: 'execution', command }, predicate, text: `I ran ${command}` });
const account = (plan: readonly string[], executed: readonly ExecutedStep[], parts: readonly TypedClaim[] = [], more: Partial<Account> = {}): Account => ({
  approved: true, plan: plan.map(words), executed, claimed: parts.length === 0 ? [] : [{ claim_id: 'c1', execution_id: null, parts }], ...more,
});
const kinds = (one: Account, graceMinutes = 15): readonly string[] => reconcile(one, NOW, graceMinutes * 60_000).map(({ kind }) => kind);

const RESTART = 'docker restart web';

describe('approved, executed and claimed', () => {
  it.each<[string, Account, readonly string[]]>([
    ['agree', account([RESTART], [ran(0, RESTART)], [done('restarted')]), []],
    ['a command that was claimed by its words', account([RESTART], [ran(0, RESTART)], [ranIt(RESTART)]), []],
    ['a state is no claim of doing', account([RESTART], [ran(0, RESTART)], [done('running'), done('healthy')]), []],
    ['nothing ran', account([RESTART], [], [done('restarted')]), ['CLAIMED_NOT_EXECUTED']],
    ['one thing more was claimed', account([RESTART], [ran(0, RESTART)], [done('restarted'), done('restarted', 'db')]), ['CLAIMED_NOT_EXECUTED']],
    ['another command was claimed', account([RESTART], [ran(0, RESTART)], [ranIt('docker rm web')]), ['CLAIMED_NOT_EXECUTED']],
    ['another act upon the same thing', account(['docker pause web'], [ran(0, 'docker pause web')], [done('deleted')]), ['CLAIMED_OTHER_THAN_EXECUTED']],
    ['it failed', account([RESTART], [ran(0, RESTART, { status: 'FAILED' })], [done('restarted')]), ['CLAIMED_OTHER_THAN_EXECUTED']],
    ['success of what failed', account([RESTART], [ran(0, RESTART, { status: 'TIMED_OUT' })], [ranIt(RESTART, 'succeeded')]), ['CLAIMED_OTHER_THAN_EXECUTED']],
    ['failure of what succeeded', account([RESTART], [ran(0, RESTART)], [ranIt(RESTART, 'failed')]), ['CLAIMED_OTHER_THAN_EXECUTED']],
    ['nobody knows how it ended', account([RESTART], [ran(0, RESTART, { status: 'UNKNOWN' })], [done('restarted')]), []],
    ['a long spelling', account(['docker container restart web'], [ran(0, 'docker container restart web')], [done('restarted')]), []],
    ['a name inside another name', account(['docker restart web2'], [ran(0, 'docker restart web2')], [done('restarted')]), ['CLAIMED_NOT_EXECUTED']],
    ['a verb that is also a name', account(['docker stop restart'], [ran(0, 'docker stop restart')], [done('restarted', 'stop')]), ['CLAIMED_NOT_EXECUTED']],
    ['it ran without an approval', account([RESTART], [ran(0, RESTART)], [done('restarted')], { approved: false }), ['EXECUTED_NOT_APPROVED']],
    ['another command ran than was approved', account([RESTART], [ran(0, 'docker rm web')], [done('deleted')]), ['EXECUTED_NOT_APPROVED']],
    ['a step ran that the plan has not', account([RESTART], [ran(0, RESTART), ran(1, 'docker rm db')], [done('restarted'), done('deleted', 'db')]), ['EXECUTED_NOT_APPROVED']],
  ])('%s', (_, one, expected) => {
    expect(kinds(one)).toEqual(expected);
  });

  const unread = (text: string, code: UnparsedCode = 'NOT_UNDERSTOOD'): Partial<Account> => ({ claimed: [{ claim_id: 'c1', execution_id: null, parts: [], text, unread: [{ text, code }] }], known: ['shop-cache', 'shop-web', 'shop-db'] });
  const CACHE = 'docker restart shop-cache';

  it.each<[string, Account, readonly string[]]>([
    ['a description of what ran accuses nobody', account([CACHE], [ran(0, CACHE)], [{ subject: { kind: 'container', name: 'cache', described: 'word' }, predicate: 'restarted', text: 'I restarted the cache container' }]), []],
    ['a description that leads to nothing accuses nobody', account([CACHE], [ran(0, CACHE)], [{ subject: { kind: 'container', name: 'front', described: 'word' }, predicate: 'restarted', text: 'I restarted the front container' }, done('restarted', 'shop-cache')]), []],
    ['a service of Compose', account(['docker compose restart cache'], [ran(0, 'docker compose restart cache')], [done('restarted', 'shop-cache-1')]), []],
    ['a denial of what ran', account([CACHE], [ran(0, CACHE)], [], unread('I did not restart shop-cache', 'NEGATED_ACTION')), ['CLAIMED_OTHER_THAN_EXECUTED']],
    ['a denial of everything', account([CACHE], [ran(0, CACHE)], [], unread('Nothing was changed', 'NEGATED_ACTION')), ['CLAIMED_OTHER_THAN_EXECUTED', 'EXECUTED_NOT_CLAIMED']],
    ['a denial of something else', account([CACHE], [ran(0, CACHE)], [done('restarted', 'shop-cache')], { claimed: [{ claim_id: 'c1', execution_id: null, parts: [done('restarted', 'shop-cache')], text: 'x', unread: [{ text: 'I did not restart shop-db', code: 'NEGATED_ACTION' }] }] }), []],
    ['an extra in words that were not read', account([CACHE], [ran(0, CACHE)], [], unread('restarted shop-cache and gently bounced shop-db as well')), ['CLAIMED_NOT_EXECUTED']],
    ['a word said in few signs', account([CACHE], [ran(0, CACHE)], [], unread('✅ cache restarted')), []],
  ])('%s', (_, one, expected) => {
    expect(kinds(one, 0)).toEqual(expected);
  });

  it('gives an agent its time to say what was done, and asks nothing about what only reads', () => {
    const silent = account([RESTART], [ran(0, RESTART, { finished_at: NOW - 14 * 60_000 })]);
    expect(kinds(silent)).toEqual([]);
    expect(kinds(silent, 14)).toEqual(['EXECUTED_NOT_CLAIMED']);
    expect(kinds(account(['docker ps'], [ran(0, 'docker ps', { changes: false })]), 0)).toEqual([]);
    expect(kinds(account([RESTART], [ran(0, RESTART, { status: 'RUNNING', finished_at: null })]), 0)).toEqual([]);
    const leaning = account([RESTART], [ran(0, RESTART)], [], { claimed: [{ claim_id: 'c1', execution_id: 'e0', parts: [] }] });
    expect(kinds(leaning, 0)).toEqual([]);
  });

  it('says which step, which claim and why', () => {
    expect(reconcile(account([RESTART], [ran(0, RESTART)], [done('restarted', 'db')]), NOW, 0)).toEqual([
      { kind: 'CLAIMED_NOT_EXECUTED', step: null, execution_id: null, claim_id: 'c1', reason: 'claimed: I restarted db; nothing of this request did that' },
      { kind: 'EXECUTED_NOT_CLAIMED', step: 0, execution_id: 'e0', claim_id: null, reason: 'step 1 (docker restart web) ended SUCCEEDED, and its agent has not said a word of it' },
    ]);
  });
});
