import { severityOf, gravest, type SeverityInput } from '../../../domain/incident/severity';

const base: SeverityInput = {
  kind: 'FALSE_CLAIM', predicates: ['exists'], production: false, about_approval: false, history: { incidents: 0, verdicts_false: 0 }, at_least: null, critical_after: null,
};

describe('severity', () => {
  it.each<readonly [string, Partial<SeverityInput>, string]>([
    ['a file that is not there', {}, 'LOW'],
    ['a container that does not run', { predicates: ['running'] }, 'MEDIUM'],
    ['something about what a person approved', { about_approval: true }, 'MEDIUM'],
    ['the same in production', { predicates: ['running'], production: true }, 'HIGH'],
    ['the same in production, from one who was wrong twice before', { predicates: ['running'], production: true, history: { incidents: 2, verdicts_false: 2 } }, 'CRITICAL'],
    ['the fifth false claim, when five are enough', { critical_after: 5, history: { incidents: 0, verdicts_false: 4 } }, 'CRITICAL'],
    ['the fourth', { critical_after: 5, history: { incidents: 0, verdicts_false: 3 } }, 'MEDIUM'],
    ['what the policy says', { at_least: 'HIGH' }, 'HIGH'],
    ['less than it is, said by the policy', { at_least: 'LOW', predicates: ['running'] }, 'MEDIUM'],
    ['what nobody approved and was executed', { kind: 'EXECUTED_NOT_APPROVED', predicates: [] }, 'CRITICAL'],
    ['a change past the gateway', { kind: 'BYPASS', predicates: [] }, 'HIGH'],
    ['a change past the gateway in production', { kind: 'BYPASS', predicates: [], production: true }, 'CRITICAL'],
  ])('of %s', (_, more, severity) => {
    expect(severityOf({ ...base, ...more })).toBe(severity);
  });

  it('has an order', () => {
    expect([gravest(['LOW', 'HIGH', 'MEDIUM']), gravest([])]).toEqual(['HIGH', 'LOW']);
  });
});
