import fc from 'fast-check';
import { applyEvent, isFinal, openApproval, raiseQuorum, type ApprovalEvent, type ApprovalState } from '../../../domain/approval/approval';
import { toReviewerId, toSha256Hex } from '../../../domain/ids';

const hash = toSha256Hex('a'.repeat(64));
const otherHash = toSha256Hex('b'.repeat(64));
const alice = toReviewerId('alice');
const bob = toReviewerId('bob');

const says = (kind: 'approve' | 'reject', reviewer = alice, plan_hash: typeof hash | null = hash): ApprovalEvent => ({
  kind,
  reviewer,
  note: null,
  plan_hash,
  attestation: 'signed',
});
const open = (quorum = 1): ApprovalState => openApproval({ plan_hash: hash, quorum, expires_at: 1000 }, 'PENDING', 0);

function applied(state: ApprovalState, event: ApprovalEvent, now = 10): ApprovalState {
  const result = applyEvent(state, event, now);
  if (!('state' in result)) throw new Error(`refused: ${result.refused}`);
  return result.state;
}
function refused(state: ApprovalState, event: ApprovalEvent, now = 10): string {
  const result = applyEvent(state, event, now);
  return 'refused' in result ? result.refused : `applied: ${result.state.status}`;
}

describe('an approval', () => {
  it('is approved by one reviewer where one is enough', () => {
    const state = applied(open(), says('approve'));
    expect(state).toMatchObject({ status: 'APPROVED', decided_by: 'alice', decided_at: 10 });
    expect(state.decisions).toEqual([
      { kind: 'approve', reviewer: 'alice', note: null, plan_hash: hash, attestation: 'signed', at: 10 },
    ]);
  });

  it('waits until as many distinct reviewers approved as the quorum asks', () => {
    const first = applied(open(2), says('approve', alice));
    expect(first.status).toBe('PENDING');
    expect(refused(first, says('approve', alice))).toBe('ALREADY_VOTED');
    expect(applied(first, says('approve', bob))).toMatchObject({ status: 'APPROVED', decided_by: 'bob' });
  });

  it('ends with the first rejection, also after approvals', () => {
    expect(applied(applied(open(2), says('approve', alice)), says('reject', bob)).status).toBe('REJECTED');
  });

  it('can be stopped by a reviewer who approved before, and by one who was shown another plan', () => {
    expect(applied(applied(open(2), says('approve', alice)), says('reject', alice)).status).toBe('REJECTED');
    expect(applied(open(), says('reject', alice, otherHash)).status).toBe('REJECTED');
  });

  it.each([
    ['another plan', otherHash],
    ['no plan', null],
  ])('refuses an approval that was given for %s', (_, shown) => {
    expect(refused(open(), says('approve', alice, shown))).toBe('PLAN_HASH_MISMATCH');
  });

  it('without a plan is approved by a decision without a plan hash, and by no other', () => {
    const state = openApproval({ plan_hash: null, quorum: 1, expires_at: 1000 }, 'PENDING', 0);
    expect(applied(state, says('approve', alice, null)).status).toBe('APPROVED');
    expect(refused(state, says('approve', alice, hash))).toBe('PLAN_HASH_MISMATCH');
  });

  it.each(['approve', 'reject', 'cancel'] as const)('loses a %s that arrives at the instant of expiry', (kind) => {
    const event: ApprovalEvent = kind === 'cancel' ? { kind, by: 'agent:a1' } : says(kind);
    expect(refused(open(), event, 999)).toMatch(/^applied/);
    expect(refused(open(), event, 1000)).toBe('EXPIRED');
  });

  it('expires at its instant and not a millisecond before', () => {
    expect(refused(open(), { kind: 'expire' }, 999)).toBe('NOT_YET_EXPIRED');
    expect(applied(open(), { kind: 'expire' }, 1000)).toMatchObject({ status: 'EXPIRED', decided_at: 1000 });
  });

  const finals: [ApprovalState['status'], ApprovalState, string][] = [
    ['APPROVED', applied(open(), says('approve')), 'ALREADY_DECIDED'],
    ['REJECTED', applied(open(), says('reject')), 'ALREADY_DECIDED'],
    ['EXPIRED', applied(open(), { kind: 'expire' }, 1000), 'EXPIRED'],
    ['CANCELLED', applied(open(), { kind: 'cancel', by: 'agent:a1' }), 'CANCELLED'],
    ['AUTO_APPROVED', openApproval({ plan_hash: hash, quorum: 1, expires_at: 1000 }, 'AUTO_APPROVED', 5), 'ALREADY_DECIDED'],
    ['AUTO_REJECTED', openApproval({ plan_hash: hash, quorum: 1, expires_at: 1000 }, 'AUTO_REJECTED', 5), 'ALREADY_DECIDED'],
  ];
  it.each(finals)('that is %s refuses every further event', (status, state, code) => {
    expect(state.status).toBe(status);
    const events: ApprovalEvent[] = [says('approve', bob), says('reject', bob), { kind: 'expire' }, { kind: 'cancel', by: 'x' }];
    for (const event of events) expect(refused(state, event, 5000)).toBe(code);
  });

  it('asks for more reviewers when late votes raise the quorum, and never for fewer', () => {
    const first = applied(open(2), says('approve', alice));
    const raised = raiseQuorum(first, 3);
    expect(applied(raised, says('approve', bob)).status).toBe('PENDING');
    expect(raiseQuorum(raised, 1)).toBe(raised);
    const done = applied(open(), says('approve'));
    expect(raiseQuorum(done, 5)).toBe(done);
  });

  it.each([
    ['a quorum of nobody', { plan_hash: hash, quorum: 0, expires_at: 1000 }],
    ['a quorum of half a person', { plan_hash: hash, quorum: 0.5, expires_at: 1000 }],
    ['no time of expiry', { plan_hash: hash, quorum: 1, expires_at: Number.NaN }],
  ])('cannot be opened with %s', (_, terms) => {
    expect(() => openApproval(terms, 'PENDING', 0)).toThrow(TypeError);
  });
});

describe('any sequence of events', () => {
  const event = fc.oneof(
    fc.record({
      kind: fc.constantFrom('approve' as const, 'reject' as const),
      reviewer: fc.constantFrom(alice, bob, toReviewerId('carol')),
      note: fc.constant(null),
      plan_hash: fc.constantFrom(hash, hash, hash, otherHash, null),
      attestation: fc.constant(null),
    }),
    fc.constant<ApprovalEvent>({ kind: 'expire' }),
    fc.constant<ApprovalEvent>({ kind: 'cancel', by: 'agent:a1' }),
  );
  const timed = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 1500 })), { maxLength: 30 });

  it('has at most one final state, which never changes afterwards', () => {
    fc.assert(
      fc.property(timed, fc.integer({ min: 1, max: 3 }), (events, quorum) => {
        let state = open(quorum);
        let final: ApprovalState | null = null;
        for (const [one, now] of events) {
          const result = applyEvent(state, one, now);
          if ('state' in result) {
            expect(final).toBeNull();
            state = result.state;
            if (isFinal(state)) final = state;
          }
        }
        if (final !== null) expect(state).toBe(final);
      }),
      { numRuns: 2000 },
    );
  });

  it('approves only with a quorum of distinct reviewers who were shown this plan, before the expiry', () => {
    fc.assert(
      fc.property(timed, fc.integer({ min: 1, max: 3 }), (events, quorum) => {
        let state = open(quorum);
        for (const [one, now] of events) {
          const result = applyEvent(state, one, now);
          if ('state' in result) state = result.state;
        }
        if (state.status !== 'APPROVED') return;
        expect(new Set(state.decisions.map(({ reviewer }) => reviewer)).size).toBe(quorum);
        expect(state.decisions.every(({ kind, plan_hash, at }) => kind === 'approve' && plan_hash === hash && at < 1000)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('once started ends by the clock alone', () => {
    fc.assert(
      fc.property(timed, (events) => {
        let state = open(2);
        for (const [one, now] of events) {
          const result = applyEvent(state, one, now);
          if ('state' in result) state = result.state;
        }
        const result = applyEvent(state, { kind: 'expire' }, 2000);
        expect(isFinal('state' in result ? result.state : state)).toBe(true);
      }),
    );
  });
});
