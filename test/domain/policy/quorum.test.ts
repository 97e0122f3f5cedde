import { toReviewerId } from '../../../domain/ids';
import { combineQuorum, distinctReviewers, isQuorumMet } from '../../../domain/policy/quorum';

const by = (...ids: string[]) => ids.map((id) => ({ reviewer: toReviewerId(id) }));

describe('a quorum', () => {
  it('counts people, not approvals', () => {
    expect(distinctReviewers(by('alice', 'alice', 'bob'))).toEqual(['alice', 'bob']);
    expect(isQuorumMet(by('alice', 'alice'), 2)).toBe(false);
    expect(isQuorumMet(by('alice', 'bob'), 2)).toBe(true);
    expect(isQuorumMet([], 1)).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %p is a mistake, never met', (quorum) => {
    expect(() => isQuorumMet(by('alice'), quorum)).toThrow(TypeError);
  });

  it('is the largest that is asked for, plus what dissent adds, ten at most', () => {
    expect(combineQuorum(1, [])).toBe(1);
    expect(combineQuorum(1, [3, 2], 1)).toBe(4);
    expect(combineQuorum(9, [], 5)).toBe(10);
  });
});
