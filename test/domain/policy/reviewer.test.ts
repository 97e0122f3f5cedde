import { parsePolicyFile } from '../../../contracts/policy-file';
import { toReviewerId } from '../../../domain/ids';
import { mayDecide, type DecidedApproval } from '../../../domain/policy/reviewer';

const policyOf = (owner_may_decide: boolean) =>
  parsePolicyFile(`version: 1
name: tested
environments: { dev: {}, test: {}, prd: {} }
reviewers:
  groups: { ops: [alice, bob] }
  may_decide:
    - { group: ops, environments: ['*'], risk_up_to: HIGH }
    - { reviewer: dave, environments: [dev, test], risk_up_to: MEDIUM }
    - { reviewer: dave, environments: [dev], risk_up_to: HIGH }
    - { everyone: true, environments: [dev], risk_up_to: LOW }
  owner_may_decide: ${owner_may_decide}
`);
const policy = policyOf(false);

const asked: DecidedApproval = { environment: 'dev', risk_level: 'LOW', requested_by: null, agent_owner: null };
const code = (id: string, approval: Partial<DecidedApproval> = {}, disabled = false, under = policy): string | null =>
  mayDecide(under, { id: toReviewerId(id), disabled }, { ...asked, ...approval })?.code ?? null;

describe('a reviewer', () => {
  it.each<[string, string, Partial<DecidedApproval>, string | null]>([
    ['of a group decides everything the group may', 'bob', { environment: 'prd', risk_level: 'HIGH' }, null],
    ['decides up to a risk', 'dave', { environment: 'test', risk_level: 'MEDIUM' }, null],
    ['does not decide above it', 'dave', { environment: 'test', risk_level: 'HIGH' }, 'REVIEWER_NOT_ALLOWED'],
    ['has the highest of several grants', 'dave', { environment: 'dev', risk_level: 'HIGH' }, null],
    ['decides nowhere else', 'dave', { environment: 'prd' }, 'REVIEWER_NOT_ALLOWED'],
    ['who is not named has what everyone has', 'zoe', {}, null],
    ['who is not named has no more', 'zoe', { risk_level: 'MEDIUM' }, 'REVIEWER_NOT_ALLOWED'],
    ['in another spelling is another', 'Alice', { environment: 'prd' }, 'REVIEWER_NOT_ALLOWED'],
    ['cannot decide where there is nothing', 'alice', { environment: 'gone' }, 'ENVIRONMENT_UNKNOWN'],
    ['cannot decide in an inherited place', 'alice', { environment: 'constructor' }, 'ENVIRONMENT_UNKNOWN'],
    ['never decides what they asked for', 'alice', { requested_by: toReviewerId('alice') }, 'SELF_APPROVAL'],
    ['does not decide for their own agent', 'alice', { agent_owner: toReviewerId('alice') }, 'SELF_APPROVAL'],
    ["decides for another's agent", 'alice', { agent_owner: toReviewerId('bob') }, null],
  ])('%s', (_name, id, approval, expected) => {
    expect(code(id, approval)).toBe(expected);
  });

  it('who is disabled decides nothing', () => {
    expect(code('alice', {}, true)).toBe('REVIEWER_DISABLED');
  });

  it('may decide for their own agent where the policy lets owners, and still not for themselves', () => {
    const lenient = policyOf(true);
    expect(code('alice', { agent_owner: toReviewerId('alice') }, false, lenient)).toBeNull();
    expect(
      code('alice', { agent_owner: toReviewerId('alice'), requested_by: toReviewerId('alice') }, false, lenient),
    ).toBe('SELF_APPROVAL');
  });
});
