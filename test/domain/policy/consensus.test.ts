import { combineVotes, failedVote, parseModelVote, type Vote } from '../../../domain/policy/consensus';

const vote = (voter: Vote['voter'], risk_level: Vote['risk_level']): Vote => ({
  voter,
  risk_level,
  reason: `${voter} says so`,
});

describe('votes together', () => {
  it('are as grave as the gravest', () => {
    expect(combineVotes([vote('rules', 'LOW'), vote('structure', 'MEDIUM')], ['rules', 'structure'])).toMatchObject({
      risk_level: 'MEDIUM',
      dissent: true,
      quorum_raise: 0,
    });
  });

  it('agree when all say the same', () => {
    const votes = [vote('rules', 'LOW'), vote('structure', 'LOW'), vote('model', 'LOW')];
    expect(combineVotes(votes, ['rules', 'structure', 'model'], 1)).toEqual({
      risk_level: 'LOW',
      dissent: false,
      quorum_raise: 0,
      votes,
    });
  });

  it('add reviewers when they disagree and the policy says so', () => {
    expect(
      combineVotes([vote('rules', 'LOW'), vote('structure', 'HIGH')], ['rules', 'structure'], 2).quorum_raise,
    ).toBe(2);
  });

  it('count a missing one as HIGH, with the reason', () => {
    expect(combineVotes([vote('rules', 'LOW')], ['rules', 'model'])).toEqual({
      risk_level: 'HIGH',
      dissent: true,
      quorum_raise: 0,
      votes: [vote('rules', 'LOW'), { voter: 'model', risk_level: 'HIGH', reason: 'no vote came; counted as HIGH' }],
    });
  });

  it('count the gravest of several of one voter, and none of a voter who was not asked', () => {
    expect(combineVotes([vote('rules', 'LOW'), vote('rules', 'HIGH')], ['rules']).risk_level).toBe('HIGH');
    expect(combineVotes([vote('rules', 'LOW'), vote('model', 'HIGH')], ['rules'])).toMatchObject({
      risk_level: 'LOW',
      dissent: false,
    });
  });

  it('are HIGH when nobody was asked', () => {
    expect(combineVotes([], []).risk_level).toBe('HIGH');
  });
});

describe("a model's answer", () => {
  it('is a level and one line', () => {
    expect(parseModelVote({ risk_level: 'MEDIUM', reason: ' restarts\n a  container ' }, 5)).toEqual({
      voter: 'model',
      risk_level: 'MEDIUM',
      reason: 'restarts a container',
      at: 5,
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'LOW'],
    ['a list', ['LOW']],
    ['no level', { reason: 'x' }],
    ['a level of its own', { risk_level: 'NONE', reason: 'x' }],
    ['a level in small letters', { risk_level: 'low', reason: 'x' }],
    ['no reason', { risk_level: 'LOW' }],
    ['a blank reason', { risk_level: 'LOW', reason: '  ' }],
    ['an inherited level', Object.create({ risk_level: 'LOW' }) as unknown],
  ])('of %s counts as HIGH', (_name, answer) => {
    expect(parseModelVote(answer)).toMatchObject({ voter: 'model', risk_level: 'HIGH' });
  });

  it('cannot bring hidden or endless text onto a card', () => {
    const { reason } = parseModelVote({ risk_level: 'LOW', reason: `a\u202eb${'x'.repeat(10_000)}` });
    expect(reason).toMatch(/^a\\u\{202E\}b/);
    expect(reason.length).toBeLessThan(320);
  });

  it('that did not come is said to be so', () => {
    expect(failedVote('model', 'the model took longer than 20 s', 7)).toEqual({
      voter: 'model',
      risk_level: 'HIGH',
      reason: 'the model took longer than 20 s; counted as HIGH',
      at: 7,
    });
  });
});
