import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliFailure } from '../../../clients/cli/exit';
import { isPolicyText, judgeByPolicy, parsePolicyCases } from '../../../clients/cli/policy-cases';
import { parsePolicyFile } from '../../../contracts/policy-file';

const POLICY_TEXT = readFileSync(join(__dirname, '..', '..', '..', 'policy', 'default.yaml'), 'utf8');
const POLICY = parsePolicyFile(POLICY_TEXT);
const NOW = Date.parse('2026-01-05T12:00:00Z');

const CASES = `
- name: looking is free
  env: dev
  commands: [docker ps -a]
  expect: { status: AUTO_APPROVED, risk: LOW }
- name: a restart needs somebody
  commands: [docker restart web]
  expect: { status: PENDING, risk: MEDIUM, quorum: 1 }
- name: production needs two
  env: prd
  commands: [docker restart web]
  expect: { status: PENDING, risk: HIGH, quorum: 2 }
- name: no sweeping in production
  env: prd
  commands: [docker volume prune --force]
  expect: { status: AUTO_REJECTED, code: POLICY_REFUSED }
- name: no privileged containers
  commands: [docker run --privileged nginx]
  expect: { status: AUTO_REJECTED, code: COMMAND_UNKNOWN_FLAG }
`;

describe('cases of a policy', () => {
  it('come out as they should', () => {
    const results = judgeByPolicy(parsePolicyCases(CASES, 'cases.yaml'), POLICY, NOW);
    expect(results.map(({ name, ok, differs }) => [name, ok, differs])).toEqual(results.map(({ name }) => [name, true, []]));
    expect(results.length).toBe(5);
  });

  it('may stand under `cases:`', () => {
    expect(parsePolicyCases('cases:\n- { name: a, expect: { status: PENDING } }', 'f')).toHaveLength(1);
  });

  it('say what differs', () => {
    const cases = parsePolicyCases(
      `- { name: a, commands: [docker restart web], expect: { status: AUTO_APPROVED, risk: LOW, quorum: 3, code: POLICY_REFUSED } }
- { name: b, commands: [docker run --privileged nginx], expect: { status: PENDING } }`,
      'f',
    );
    const [a, b] = judgeByPolicy(cases, POLICY, NOW);
    expect(a).toMatchObject({ ok: false, differs: ['expected AUTO_APPROVED', 'expected risk LOW', 'expected a quorum of 3', 'expected POLICY_REFUSED'] });
    expect(b).toMatchObject({ ok: false, got: { status: 'AUTO_REJECTED' }, differs: ['expected PENDING, got COMMAND_UNKNOWN_FLAG'] });
  });

  it('are judged at the moment that they name', () => {
    const frozen = parsePolicyFile(readFileSync(join(__dirname, '..', '..', '..', 'policy', 'examples', 'team.yaml'), 'utf8'));
    const windows = Object.entries(frozen.environments).filter(([, { freeze }]) => freeze.length > 0);
    expect(windows.length).toBeGreaterThan(0);
    const env = windows[0]?.[0] ?? '';
    // Every quarter of an hour of a week: some are frozen, some are not.
    const moments = Array.from({ length: 7 * 96 }, (_, at) => new Date(NOW + at * 900_000).toISOString());
    const text = moments.map((at) => `- { name: "${at}", env: ${env}, at: "${at}", commands: [docker restart web], expect: { status: AUTO_REJECTED, code: FREEZE_WINDOW } }`).join('\n');
    const judged = judgeByPolicy(parsePolicyCases(text, 'f'), frozen, NOW);
    expect(new Set(judged.map(({ ok }) => ok))).toEqual(new Set([true, false]));
  });

  it.each([
    ['no list', 'name: x', /must be a list of cases/],
    ['an empty list', '[]', /must be a list of cases/],
    ['no YAML', '{ a: [', /not YAML/],
    ['a case that is a text', '- x', /case 1 is no mapping/],
    ['no name', '- { expect: { status: PENDING } }', /case 1: it needs a name/],
    ['no expectation', '- { name: a }', /case 1: it needs expect/],
    ['a misspelled member', '- { name: a, comands: [x], expect: { status: PENDING } }', /case 1: comands is not known/],
    ['a misspelled expectation', '- { name: a, expect: { status: PENDING, rsik: LOW } }', /expect\.rsik is not known/],
    ['a status that a new request never has', '- { name: a, expect: { status: APPROVED } }', /expect\.status must be one of AUTO_APPROVED, PENDING, AUTO_REJECTED/],
    ['an unknown risk', '- { name: a, expect: { status: PENDING, risk: low } }', /expect\.risk/],
    ['commands as a text', '- { name: a, commands: docker ps, expect: { status: PENDING } }', /commands must be a list/],
    ['a moment that is none', '- { name: a, at: tomorrow, expect: { status: PENDING } }', /at must be a moment/],
    ['ordered as a text', '- { name: a, ordered: "yes", expect: { status: PENDING } }', /ordered must be true or false/],
    ['an environment as a number', '- { name: a, env: 1, expect: { status: PENDING } }', /env must be a text/],
  ])('are refused with the place: %s', (_, text, message) => {
    expect(() => parsePolicyCases(text, 'cases.yaml')).toThrow(message);
    expect(() => parsePolicyCases(text, 'cases.yaml')).toThrow(CliFailure);
  });

  it('are told from a policy', () => {
    expect([isPolicyText(POLICY_TEXT), isPolicyText(CASES), isPolicyText('- 1')]).toEqual([true, false, false]);
  });
});
