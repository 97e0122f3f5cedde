import { parsePolicyFile } from '../../../contracts/policy-file';
import { checkInstruction } from '../../../domain/instruction/instruction';
import { parsePlan } from '../../../domain/plan/plan';
import { touchedThings } from '../../../domain/plan/touched';
import { evaluatePolicy, quorumForRisk, type PolicyOutcome } from '../../../domain/policy/evaluate';
import { explainOutcome } from '../../../domain/policy/explain';
import { freezeAt, freezeEnd, isFrozen, requireNoFreeze } from '../../../domain/policy/freeze';
import { matchesGlob } from '../../../domain/text/glob';
import type { FreezeWindow, Policy } from '../../../domain/policy/policy';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';
import type { RiskLevel } from '../../../domain/policy/risk';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

const MONDAY_NOON = Date.UTC(2030, 0, 7, 12);

const policyWith = (extra: string, instruction = 'advise'): Policy =>
  parsePolicyFile(`version: 1
name: tested
instruction: ${instruction}
environments:
  dev: {}
  careful: { auto_approve: false }
  planned: { auto_approve_without_plan: false }
  prd: { auto_approve: true, auto_approve_without_plan: true }
  frozen:
    freeze:
      - { reason: weekend, weekly: { from: fri 16:00, until: mon 08:00 }, timezone: '+01:00' }
      - { reason: new year, from: '2030-12-31T00:00:00Z', until: '2031-01-02T00:00:00Z' }
reviewers:
  may_decide: [{ everyone: true, environments: ['*'], risk_up_to: HIGH }]
${extra}`);
const plain = policyWith('');

const SHOP: Registry = {
  ...EMPTY_REGISTRY,
  compose: { shop: { dir: '/srv/shop', files: [{ name: 'compose.yml', sha256: '0'.repeat(64) }], services: ['web'], default: true } },
};

interface Asked {
  readonly policy?: Policy;
  readonly environment?: string;
  readonly worker?: string;
  readonly task?: string;
  readonly commands?: readonly string[];
  readonly risk?: RiskLevel;
  readonly raise?: number;
  readonly text?: string;
  readonly now?: number;
}
const inputOf = ({
  environment = 'dev',
  worker = 'agent:a1',
  task = 'Look',
  commands,
  risk = 'LOW',
  raise = 0,
  text = 'x',
  now = MONDAY_NOON,
}: Asked) => ({
  environment,
  worker_id: worker,
  task_name: task,
  plan: commands === undefined ? null : parsePlan(commands, SHOP),
  touched: commands === undefined ? [] : touchedThings(parsePlan(commands, SHOP).steps, SHOP, null),
  risk: { risk_level: risk, reasons: ['rules: said'] },
  quorum_raise: raise,
  instruction_report: checkInstruction(text),
  now,
});
const outcome = (asked: Asked): PolicyOutcome => evaluatePolicy(asked.policy ?? plain, inputOf(asked));
const codes = (asked: Asked): readonly string[] => outcome(asked).refusals.map(({ code }) => code);

describe('automatic approval', () => {
  it('is for LOW risk where everything only reads', () => {
    expect(outcome({ commands: ['docker ps', 'docker logs web'] })).toMatchObject({
      outcome: 'AUTO_APPROVED',
      risk_level: 'LOW',
      refusals: [],
    });
  });

  it('is for LOW risk without a plan where the policy says so', () => {
    expect(outcome({}).outcome).toBe('AUTO_APPROVED');
    expect(outcome({ environment: 'planned' })).toMatchObject({
      outcome: 'PENDING',
      reasons: ['there is no plan to judge by'],
    });
    expect(outcome({ environment: 'planned', commands: ['docker ps'] }).outcome).toBe('AUTO_APPROVED');
  });

  it.each<[string, Asked]>([
    ['MEDIUM risk', { risk: 'MEDIUM' }],
    ['HIGH risk', { risk: 'HIGH', commands: ['docker ps'] }],
    ['a plan that changes something, though voters said LOW', { commands: ['docker ps', 'docker stop web'] }],
    ['a plan that destroys, though voters said LOW', { commands: ['docker rm web'] }],
    ['prd, though the policy allows it and voters said LOW', { environment: 'prd', commands: ['docker ps'] }],
    ['an environment where nothing is automatic', { environment: 'careful', commands: ['docker ps'] }],
  ])('is never for %s', (_name, asked) => {
    expect(outcome(asked).outcome).toBe('PENDING');
  });

  it('knows the class of a plan better than the voters do', () => {
    expect(outcome({ commands: ['docker stop web'] }).risk_level).toBe('MEDIUM');
    expect(outcome({ commands: ['docker rm web'] }).risk_level).toBe('HIGH');
    expect(outcome({ environment: 'prd' }).risk_level).toBe('HIGH');
  });
});

describe('a refusal by policy', () => {
  it.each(['nowhere', 'PRD', '', 'constructor', '__proto__', 'toString'])(
    'meets the unknown environment %j',
    (environment) => {
      expect(outcome({ environment })).toMatchObject({ outcome: 'AUTO_REJECTED', validity: { request_minutes: 1 } });
      expect(codes({ environment })).toEqual(['ENVIRONMENT_UNKNOWN']);
    },
  );

  it('meets a secret in an instruction under every policy', () => {
    const text = 'password=Tr0ub4dor-and-3';
    for (const instruction of ['off', 'advise', 'enforce'])
      expect(codes({ policy: policyWith('', instruction), text })[0]).toBe('SECRET_IN_INSTRUCTION');
  });

  it('meets an instruction that the gate refuses only where it is enforced', () => {
    expect(codes({ text: 'no sections' })).toEqual([]);
    expect(codes({ policy: policyWith('', 'off'), text: 'no sections' })).toEqual([]);
    expect(codes({ policy: policyWith('', 'enforce'), text: 'no sections' })).toEqual(['INSTRUCTION_REFUSED']);
  });

  it('meets what changes something while it is frozen, and nothing that only reads', () => {
    const now = Date.UTC(2030, 0, 5);
    expect(codes({ environment: 'frozen', now, commands: ['docker stop web'] })).toEqual(['FREEZE_WINDOW']);
    expect(codes({ environment: 'frozen', now })).toEqual(['FREEZE_WINDOW']);
    expect(outcome({ environment: 'frozen', now, commands: ['docker ps'] }).outcome).toBe('AUTO_APPROVED');
    expect(codes({ environment: 'frozen', commands: ['docker stop web'] })).toEqual([]);
  });

  it('says all of them at once', () => {
    const policy = policyWith("rules: [{ name: no, when: { verb: stop }, then: { refuse: 'not here' } }]", 'enforce');
    expect(codes({ policy, environment: 'frozen', now: Date.UTC(2030, 0, 5), commands: ['docker stop web'] })).toEqual([
      'INSTRUCTION_REFUSED',
      'FREEZE_WINDOW',
      'POLICY_REFUSED',
    ]);
  });
});

describe('rules', () => {
  const policy = policyWith(`rules:
  - { name: db is grave, when: { target: ['db', 'db-*'] }, then: { risk_at_least: HIGH } }
  - { name: three for migrations, when: { task: '*migration*' }, then: { quorum: 3 } }
  - { name: no rm by a2, when: { worker: 'agent:a2', verb: rm }, then: { refuse: ask ops } }
  - { name: volumes only in dev, when: { verb: 'volume *' }, then: { require_environment: dev } }
  - { name: grave needs two, when: { risk_at_least: HIGH }, then: { quorum: 2 } }
  - { name: logs by hand, when: { verb: logs, program: docker }, then: { auto: false } }
  - { name: plans only, when: { has_plan: false, environment: careful }, then: { refuse: send the commands } }
`);

  it('raise the risk of what touches a target', () => {
    expect(outcome({ policy, commands: ['docker ps', 'docker logs db-main'] })).toMatchObject({
      outcome: 'PENDING',
      risk_level: 'HIGH',
      matched_rules: ['db is grave', 'logs by hand'],
      risk_reasons: ['rule db is grave raises the risk to HIGH', 'rules: said'],
    });
    expect(outcome({ policy, commands: ['docker ps'] }).matched_rules).toEqual([]);
  });

  it('take the largest quorum, and dissent on top of it', () => {
    expect(outcome({ policy, task: 'Run the MIGRATION now', risk: 'HIGH' })).toMatchObject({ quorum: 3 });
    expect(outcome({ policy, risk: 'HIGH', raise: 1 })).toMatchObject({
      quorum: 3,
      matched_rules: ['grave needs two'],
    });
    expect(outcome({ policy, risk: 'MEDIUM' }).quorum).toBe(1);
  });

  it('refuse when every condition holds, on one and the same step', () => {
    expect(codes({ policy, worker: 'agent:a2', commands: ['docker rm web'] })).toEqual(['POLICY_REFUSED']);
    expect(codes({ policy, worker: 'agent:a1', commands: ['docker rm web'] })).toEqual([]);
    expect(codes({ policy, worker: 'agent:a2', commands: ['docker stop rm'] })).toEqual([]);
    expect(codes({ policy, environment: 'careful' })).toEqual(['POLICY_REFUSED']);
    const split = policyWith('rules: [{ name: x, when: { verb: rm, target: db }, then: { refuse: no } }]');
    expect(codes({ policy: split, commands: ['docker rm web', 'docker logs db'] })).toEqual([]);
    expect(codes({ policy: split, commands: ['docker rm web db'] })).toEqual(['POLICY_REFUSED']);
  });

  it('about a verb hold for the same verb of Compose', () => {
    const refusing = (verb: string): Policy => policyWith(`rules: [{ name: x, when: { verb: ${verb} }, then: { refuse: no } }]`);
    const ask = (verb: string): readonly string[] => codes({ policy: refusing(verb), commands: ['docker compose -p shop stop web'] });
    expect([ask('stop'), ask('compose stop'), ask('rm'), ask('compose')]).toEqual([['POLICY_REFUSED'], ['POLICY_REFUSED'], [], []]);
  });

  it('bind to environments', () => {
    expect(codes({ policy, environment: 'careful', commands: ['docker volume rm data'] })).toEqual(['POLICY_REFUSED']);
    expect(codes({ policy, environment: 'dev', commands: ['docker volume rm data'] })).toEqual([]);
  });

  it('never make anything less strict', () => {
    const lenient = policyWith(
      'rules: [{ name: x, when: { environment: "*" }, then: { risk_at_least: LOW, quorum: 1 } }]',
    );
    expect(outcome({ policy: lenient, environment: 'prd', risk: 'HIGH' })).toMatchObject({
      outcome: 'PENDING',
      risk_level: 'HIGH',
      quorum: 2,
    });
  });

  it('say the quorum of a risk that was found later', () => {
    expect(quorumForRisk(plain, inputOf({ environment: 'prd' }))).toBe(2);
    expect(quorumForRisk(policy, inputOf({ risk: 'HIGH', raise: 1 }))).toBe(3);
    expect(quorumForRisk(plain, inputOf({ risk: 'LOW' }))).toBe(1);
  });
});

describe('a freeze window', () => {
  const HOUR = 3_600_000;
  const frozen = (now: number): boolean => freezeAt(plain, 'frozen', now) !== null;

  it('begins with its first millisecond and ends before its last', () => {
    const fridayFour = Date.UTC(2030, 0, 4, 15); // 16:00 at +01:00
    const mondayEight = Date.UTC(2030, 0, 7, 7);
    expect([fridayFour - 1, fridayFour, mondayEight - 1, mondayEight].map(frozen)).toEqual([false, true, true, false]);
    const newYear = Date.UTC(2030, 11, 31);
    const end = Date.UTC(2031, 0, 2);
    expect([newYear - 1, newYear, end - 1, end].map(frozen)).toEqual([false, true, true, false]);
  });

  it('comes back every week, also before 1970', () => {
    const saturday = Date.UTC(2030, 0, 5, 12);
    for (const weeks of [-4000, -52, 0, 1, 52, 1000]) {
      expect(frozen(saturday + weeks * 168 * HOUR)).toBe(true);
      expect(frozen(saturday + (weeks * 168 + 96) * HOUR)).toBe(false);
    }
  });

  it('can lie inside of one week', () => {
    const window: FreezeWindow = { kind: 'weekly', reason: 'lunch', from: 12 * 60, until: 13 * 60, offset_minutes: 0 };
    expect(isFrozen(window, MONDAY_NOON)).toBe(true);
    expect(isFrozen(window, MONDAY_NOON + HOUR)).toBe(false);
    expect(isFrozen(window, MONDAY_NOON + 24 * HOUR)).toBe(false);
  });

  it('says when it is over', () => {
    const window: FreezeWindow = { kind: 'weekly', reason: 'weekend', from: 4 * 1440, until: 480, offset_minutes: 60 };
    const mondayEight = Date.UTC(2030, 0, 7, 7);
    expect([1, 48 * HOUR].map((before) => freezeEnd(window, mondayEight - before))).toEqual([mondayEight, mondayEight]);
    expect(freezeEnd({ kind: 'once', reason: 'x', from: 1, until: 5 }, 3)).toBe(5);
  });

  it('stops a step that was approved before it began, and no step that reads', () => {
    const stepOf = (command: string) => parsePlan([command], EMPTY_REGISTRY, false).steps[0]!;
    const saturday = Date.UTC(2030, 0, 5, 12);
    const act = (command: string, now: number) => () => requireNoFreeze(plain, 'frozen', stepOf(command), now);
    expect(act('docker restart web', saturday)).toThrow(
      expect.objectContaining({ code: 'FREEZE_WINDOW', message: expect.stringContaining('until 2030-01-07 07:00:00 +0000 UTC: weekend') }),
    );
    expect(act('docker ps', saturday)).not.toThrow();
    expect(act('docker restart web', MONDAY_NOON)).not.toThrow();
  });

  it('is none in an environment that is unknown', () => {
    expect(freezeAt(plain, 'constructor', MONDAY_NOON)).toBeNull();
  });
});

describe('a pattern', () => {
  it.each<[string, string, boolean]>([
    ['web', 'web', true],
    ['web', 'web2', false],
    ['web*', 'web-prod', true],
    ['*', '', true],
    ['*-prod', 'web-prod', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*a*a*', 'a', false],
    ['volume *', 'volume rm', true],
    ['w.b', 'web', false],
  ])('%j on %j is %p', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('takes no time for what would hang a regular expression', () => {
    const pattern = '*a'.repeat(60);
    const text = (length: number): string => 'a'.repeat(50) + 'b'.repeat(length);
    expect(matchesGlob(pattern, text(50_000))).toBe(false);
    expect(growth((one) => matchesGlob(pattern, one), text, 50_000)).toBeLessThan(LINEAR_AT_MOST);
  });
});

describe('an explanation', () => {
  it('says what would happen, under which rules, and why', () => {
    const policy = policyWith('rules: [{ name: db is grave, when: { target: db }, then: { risk_at_least: HIGH } }]');
    expect(explainOutcome(outcome({ policy, commands: ['docker stop db'] }))).toEqual([
      'PENDING in dev under policy tested',
      'risk HIGH',
      '  because rule db is grave raises the risk to HIGH',
      '  because rules: said',
      'matched rule db is grave',
      'PENDING because risk HIGH needs a person',
      'PENDING because the plan does more than read',
      'needs 1 reviewer within 1440 minutes',
      'once approved it may be executed for 60 minutes, with tokens of 120 seconds',
    ]);
    expect(explainOutcome(outcome({ environment: 'nowhere' }))).toEqual(
      expect.arrayContaining([
        'AUTO_REJECTED in nowhere under policy tested',
        'refused ENVIRONMENT_UNKNOWN: there is no such environment in the policy; known are: dev, careful, planned, prd, frozen',
      ]),
    );
    expect(explainOutcome(outcome({}))).toContain('AUTO_APPROVED because LOW risk, and no plan that could be executed');
    expect(explainOutcome(outcome({ environment: 'prd' }))).toContain(
      'needs 2 different reviewers within 1440 minutes',
    );
  });
});
