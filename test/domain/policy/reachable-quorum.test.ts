import { parsePolicyFile } from '../../../contracts/policy-file';
import { toReviewerId } from '../../../domain/ids';
import { quorumShortfall } from '../../../domain/policy/reachable-quorum';

const policy = parsePolicyFile(`version: 1
name: small
environments: { dev: {}, prd: {} }
reviewers:
  owner_may_decide: false
  may_decide:
    - { reviewer: ann, environments: ['*'], risk_up_to: HIGH }
    - { reviewer: bob, environments: [dev], risk_up_to: MEDIUM }
`);
const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => ({ id: toReviewerId(name), disabled: false })) as [Reviewer, Reviewer, Reviewer];
interface Reviewer {
  readonly id: ReturnType<typeof toReviewerId>;
  readonly disabled: boolean;
}
const waiting = { environment: 'dev', risk_level: 'MEDIUM', agent_owner: null, quorum: 2 } as const;

describe('a quorum', () => {
  it('can be met by as many as it needs', () => expect(quorumShortfall(policy, [ann, bob, eve], waiting)).toBeNull());

  it.each([
    ['fewer people', [ann], waiting, /needs 2 reviewers, and only ann may decide/],
    ['people who may not decide such a risk', [ann, bob], { ...waiting, risk_level: 'HIGH' as const }, /only ann may/],
    ['people of another environment', [bob], { ...waiting, environment: 'prd', quorum: 1 }, /needs 1 reviewer, and nobody may/],
    ['one who is disabled', [ann, { ...bob, disabled: true }], waiting, /only ann may/],
    ['the owner of the agent, where the policy does not let owners', [ann, bob], { ...waiting, agent_owner: bob.id }, /only ann may/],
    ['nobody at all', [], { ...waiting, quorum: 1 }, /nobody may/],
  ])('cannot be met by %s, and says who may', (_, people, of, message) => expect(quorumShortfall(policy, people, of)).toMatch(message));
});
