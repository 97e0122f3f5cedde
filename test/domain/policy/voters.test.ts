import { parsePlan, type Plan } from '../../../domain/plan/plan';
import { EMPTY_REGISTRY } from '../../../domain/command/registry';
import { rulesVote, structureVote } from '../../../domain/policy/voters';

const plan = (...commands: string[]): Plan => parsePlan(commands, EMPTY_REGISTRY);
const input = (steps: Plan | null, instruction = 'x', missing_sections: readonly string[] | null = null) => ({
  environment: 'test',
  task_name: 'Work on web',
  instruction,
  plan: steps,
  touched: [],
  dangers: [],
  policy: { environments: {} },
  missing_sections,
});

describe('the voter for rules', () => {
  it('votes with the words, and says them', () => {
    expect(rulesVote(input(null, 'Deploy it'))).toEqual({
      voter: 'rules',
      risk_level: 'MEDIUM',
      reason: 'the text speaks of deploy',
    });
  });
});

describe('the voter for structure', () => {
  it.each<[string, Plan | null, string, string, RegExp]>([
    ['no plan', null, 'x', 'LOW', /nothing can be executed/],
    ['a plan that reads', plan('docker ps', 'docker logs web'), 'x', 'LOW', /only reads/],
    ['a change', plan('docker stop web'), 'x', 'MEDIUM', /1 step of 1 changes something/],
    [
      'something that cannot be undone',
      plan('docker ps', 'docker rm web'),
      'x',
      'HIGH',
      /1 step of 2 cannot be undone/,
    ],
    ['a sweep', plan('docker volume prune --force'), 'x', 'HIGH', /whatever it finds/],
    [
      'more changes than one oversees',
      plan('docker stop a', 'docker stop b', 'docker stop c', 'docker stop d', 'docker stop e', 'docker stop f'),
      'x',
      'HIGH',
      /6 changes at once/,
    ],
    ['several targets', plan('docker stop a b c d'), 'x', 'MEDIUM', /names several targets/],
    [
      'prose that says nothing is changed',
      plan('docker stop web'),
      'This is a read-only look.',
      'HIGH',
      /the plan changes something/,
    ],
    [
      'prose that rules out the target',
      plan('docker stop db'),
      'BOUNDARIES:\nDo not touch db.',
      'HIGH',
      /rules out db/,
    ],
    [
      'prose that rules out another',
      plan('docker stop web'),
      'BOUNDARIES:\nDo not touch db.',
      'MEDIUM',
      /changes something/,
    ],
    ['a text that rules out what is only read', plan('docker logs db'), 'Do not touch db.', 'LOW', /only reads/],
  ])('on %s', (_name, steps, text, level, reason) => {
    const vote = structureVote(input(steps, text));
    expect(vote).toMatchObject({ voter: 'structure', risk_level: level });
    expect(vote.reason).toMatch(reason);
  });

  it('names the sections that are missing where something is changed', () => {
    expect(structureVote(input(plan('docker stop web'), 'x', ['MITIGATION'])).reason).toMatch(/leaves out MITIGATION/);
    expect(structureVote(input(plan('docker ps'), 'x', ['MITIGATION'])).reason).toBe('every step only reads');
  });
});
