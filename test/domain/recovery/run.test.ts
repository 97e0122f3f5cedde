import { describeState, nextMove, type DrEnd, type SettledAct } from '../../../domain/recovery/run';
import { findDrFaults, type DrPlan, type DrRule, type DrStage } from '../../../domain/recovery/plan';

const act = { commands: ['docker ps'], probe: [{ container: 'web', is: 'running' }] } as const;
const stage = (name: string, more: Partial<DrStage> = {}): DrStage => ({ ...act, name, within_seconds: 1, hold_seconds: 0, quorum: 1, on_reject: 'stop', on_failure: 'stop', undo: act, ...more });
const plan = (...stages: readonly DrStage[]): DrPlan => ({ version: 1, name: 'p', instruction: null, stages });
const did = (number: number, end: DrEnd, direction: 'do' | 'undo' = 'do', began = end === 'DONE' || end === 'FAILED' || end === 'NOT_PROVEN'): SettledAct => ({ stage: number, direction, end, began });
const opens = (number: number, direction: 'do' | 'undo' = 'do') => ({ kind: 'open', stage: number, direction });
const closes = (status: string) => ({ kind: 'close', status });

describe('the next act of a run', () => {
  const three = plan(stage('stop'), stage('remove'), stage('rebuild'));
  const back = plan(stage('stop'), stage('remove', { on_reject: { rollback_to: 0 }, on_failure: { rollback_to: 0 } }), stage('rebuild', { on_failure: { rollback_to: 1 } }));
  const on = plan(stage('stop', { on_reject: 'continue', on_failure: 'continue' }), stage('remove'));

  it.each<[string, DrPlan, readonly SettledAct[], object]>([
    ['begins with the first', three, [], opens(1)],
    ['goes on only after one that is done', three, [did(1, 'DONE')], opens(2)],
    ['ends after the last', three, [did(1, 'DONE'), did(2, 'DONE'), did(3, 'DONE')], closes('COMPLETED')],
    ['stops at a rejection', three, [did(1, 'DONE'), did(2, 'REJECTED')], closes('STOPPED')],
    ['stops where nobody decided', three, [did(1, 'EXPIRED')], closes('STOPPED')],
    ['stops at a refusal of the policy', three, [did(1, 'REFUSED')], closes('STOPPED')],
    ['stops at a failure', three, [did(1, 'FAILED')], closes('STOPPED')],
    ['does not take executed for proven', three, [did(1, 'NOT_PROVEN')], closes('STOPPED')],
    ['makes a new card after a pause', three, [did(1, 'DONE'), did(2, 'PAUSED')], opens(2)],
    ['makes a new card in a changed world', three, [did(1, 'WORLD_CHANGED')], opens(1)],
    ['ends when it was aborted', three, [did(1, 'DONE'), did(2, 'ABORTED')], closes('ABORTED')],
    ['goes on past a rejection where the plan says so, and does not call that complete', on, [did(1, 'REJECTED'), did(2, 'DONE')], closes('COMPLETED_WITH_GAPS')],
    ['undoes nothing of a rejected stage', back, [did(1, 'DONE'), did(2, 'REJECTED')], opens(1, 'undo')],
    ['undoes a failed stage first', back, [did(1, 'DONE'), did(2, 'FAILED')], opens(2, 'undo')],
    ['and then the one before', back, [did(1, 'DONE'), did(2, 'FAILED'), did(2, 'DONE', 'undo')], opens(1, 'undo')],
    ['until nothing is left', back, [did(1, 'DONE'), did(2, 'FAILED'), did(2, 'DONE', 'undo'), did(1, 'DONE', 'undo')], closes('ROLLED_BACK')],
    ['undoes no stage that failed before it began', back, [did(1, 'DONE'), did(2, 'FAILED', 'do', false)], opens(1, 'undo')],
    ['undoes down to the stage that the rule names', back, [did(1, 'DONE'), did(2, 'DONE'), did(3, 'FAILED'), did(3, 'DONE', 'undo'), did(2, 'DONE', 'undo')], closes('ROLLED_BACK')],
    ['says so when an undo is rejected', back, [did(1, 'DONE'), did(2, 'REJECTED'), did(1, 'REJECTED', 'undo')], closes('ROLLBACK_FAILED')],
    ['says so when an undo fails', back, [did(1, 'DONE'), did(2, 'REJECTED'), did(1, 'NOT_PROVEN', 'undo')], closes('ROLLBACK_FAILED')],
    ['rehearses the undo in a drill', back, [did(1, 'DRILLED'), did(2, 'REJECTED')], opens(1, 'undo')],
    ['makes the card of an undo anew too', back, [did(1, 'DONE'), did(2, 'REJECTED'), did(1, 'PAUSED', 'undo')], opens(1, 'undo')],
  ])('%s', (_, of, acts, move) => {
    expect(nextMove(of, acts)).toEqual(move);
  });

  it('never leads in a circle, whatever the acts come to', () => {
    const rules: readonly DrRule[] = ['stop', 'continue', { rollback_to: 0 }];
    const ends: readonly DrEnd[] = ['DONE', 'REJECTED', 'FAILED', 'NOT_PROVEN', 'EXPIRED'];
    let runs = 0;
    for (const on_reject of rules)
      for (const on_failure of rules)
        for (let choice = 0; choice < ends.length ** 4; choice += 1) {
          const of = plan(stage('a', { on_reject, on_failure }), stage('b', { on_reject, on_failure }));
          const acts: SettledAct[] = [];
          for (let at = 0; ; at += 1) {
            const move = nextMove(of, acts);
            if (move.kind === 'close') break;
            expect(acts.length).toBeLessThan(4);
            const end = ends[Math.floor(choice / ends.length ** at) % ends.length] ?? 'DONE';
            acts.push(did(move.stage, end, move.direction));
          }
          runs += 1;
        }
    expect(runs).toBe(9 * 625);
  });

  it('names the state that is left', () => {
    expect(describeState(back, [did(1, 'DONE'), did(2, 'FAILED'), did(2, 'REJECTED', 'undo')])).toBe('1 stop: done and proven; 2 remove: failed, begun: part of it may have happened; its undo: rejected; 3 rebuild: not begun');
  });
});

it('a plan whose rollback leads nowhere is told before it starts', () => {
  expect(findDrFaults(plan(stage('a'), stage('a')))).toMatchObject([{ path: 'stages.1.name' }]);
  expect(findDrFaults(plan(stage('a', { on_failure: { rollback_to: 1 } })))).toMatchObject([{ path: 'stages.0.on_failure', message: expect.stringContaining('0 to 0') }]);
  expect(findDrFaults(plan(stage('a', { undo: null }), stage('b', { on_reject: { rollback_to: 0 } })))).toMatchObject([{ path: 'stages.1.on_reject', message: expect.stringContaining('"a"') }]);
  expect(findDrFaults(plan(stage('a'), stage('b', { undo: null, on_reject: { rollback_to: 0 } })))).toEqual([]);
});
