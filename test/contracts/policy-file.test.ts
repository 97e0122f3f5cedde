import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicyFile } from '../../contracts/policy-file';
import { isWingmanError, type WingmanError } from '../../domain/errors';

const read = (name: string): string => readFileSync(join(__dirname, '../../policy', name), 'utf8');

const smallest = `version: 1
name: small
environments:
  dev: {}
reviewers:
  may_decide:
    - everyone: true
      environments: ['*']
      risk_up_to: HIGH
`;

function refusalOf(yaml: string): WingmanError {
  try {
    parsePolicyFile(yaml);
  } catch (error) {
    if (isWingmanError(error)) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('the default policy', () => {
  const policy = parsePolicyFile(read('default.yaml'));

  it('has the three environments, and is careful in production', () => {
    expect(Object.keys(policy.environments)).toEqual(['dev', 'test', 'prd']);
    expect(policy.environments['dev']).toMatchObject({
      production: false,
      auto_approve: true,
      quorum: { LOW: 1, MEDIUM: 1, HIGH: 1 },
    });
    expect(policy.environments['prd']).toMatchObject({
      production: true,
      auto_approve: false,
      auto_approve_without_plan: false,
      quorum: { HIGH: 2 },
      validity: { token_ttl_seconds: 60 },
    });
  });

  it("protects Wingman's own parts and registers nothing else", () => {
    expect(policy.registry.protected.containers).toEqual(['wingman*', 'temporal*']);
    expect(policy.registry).toMatchObject({ images: [], exec: {}, host_mounts: [], commands: {}, compose: {} });
  });

  it('advises on instructions, as clients in the field expect', () => {
    expect(policy.instruction).toBe('advise');
  });
});

describe('a policy file', () => {
  it('may leave out all but name, environments and who decides', () => {
    expect(parsePolicyFile(smallest)).toMatchObject({
      version: 1,
      instruction: 'advise',
      rules: [],
      environments: {
        dev: {
          production: false,
          quorum: { HIGH: 1 },
          validity: { request_minutes: 1440, execution_minutes: 60, token_ttl_seconds: 120 },
        },
      },
      reviewers: {
        groups: {},
        may_decide: [{ who: { everyone: true }, environments: ['*'], risk_up_to: 'HIGH' }],
        owner_may_decide: false,
      },
      consensus: { voters: ['rules', 'structure'], dissent_adds_reviewers: 0 },
      registry: { images: [], limits: { max_commands: 20 } },
    });
  });

  it('makes prd production with two reviewers for HIGH unless it says otherwise', () => {
    const policy = parsePolicyFile(
      smallest.replace(
        'dev: {}',
        'prd: {}\n  stage: { production: true }\n  live: { production: true, quorum: { HIGH: 1 } }',
      ),
    );
    expect(policy.environments).toMatchObject({
      prd: { production: true, quorum: { HIGH: 2 } },
      stage: { quorum: { HIGH: 2 } },
      live: { quorum: { HIGH: 1 } },
    });
  });

  it('reads the examples', () => {
    const team = parsePolicyFile(read('examples/team.yaml'));
    expect(team.environments['prd']?.freeze).toEqual([
      {
        kind: 'weekly',
        reason: 'no changes over the weekend',
        from: 4 * 1440 + 16 * 60,
        until: 8 * 60,
        offset_minutes: 60,
      },
      { kind: 'once', reason: 'end of the year', from: Date.UTC(2030, 11, 20), until: Date.UTC(2031, 0, 2, 8) },
    ]);
    expect(team.rules[1]).toEqual({
      name: 'recovery drills stay in test',
      when: { worker: ['intel-dr-*'], verb: ['rm', 'volume rm'] },
      then: { require_environment: ['test'] },
    });
    expect(team.registry.commands['disk-usage']).toEqual({
      argv: ['/bin/df', '-h', '/srv'],
      summary: 'shows how full /srv is',
      reversibility: 'READ_ONLY',
      cwd: '/',
      user: null,
      env: {},
      timeout_seconds: 10,
      max_output_bytes: 65_536,
    });
  });

  const withRule = (rule: string): string => `${smallest}rules:\n  - ${rule}\n`;
  const withRegistry = (registry: string): string => `${smallest}registry:\n  ${registry}\n`;
  it.each<[string, string, number, string, RegExp]>([
    [
      'a misspelt key',
      smallest.replace('dev: {}', 'dev: { auto_aprove: false }'),
      4,
      'environments.dev.auto_aprove',
      /not known/,
    ],
    ['a misspelt top key', `${smallest}ruels: []\n`, 10, 'ruels', /not known/],
    ['another version', smallest.replace('version: 1', 'version: 2'), 1, 'version', /must be 1/],
    ['no name', smallest.replace('name: small\n', ''), 1, 'name', /./],
    ['no environment', smallest.replace('  dev: {}', '  {}'), 3, 'environments', /at least one environment/],
    ['an environment in capitals', smallest.replace('dev: {}', 'DEV: {}'), 4, 'environments.DEV', /./],
    [
      'a quorum of nobody',
      smallest.replace('dev: {}', 'dev: { quorum: { HIGH: 0 } }'),
      4,
      'environments.dev.quorum.HIGH',
      /nobody is never enough/,
    ],
    [
      'a token that lives too long',
      smallest.replace('dev: {}', 'dev: { token_ttl_seconds: 301 }'),
      4,
      'environments.dev.token_ttl_seconds',
      /300 at most/,
    ],
    [
      'a number in quotes',
      smallest.replace('dev: {}', "dev: { token_ttl_seconds: '60' }"),
      4,
      'environments.dev.token_ttl_seconds',
      /./,
    ],
    [
      'a rule without a condition',
      withRule('{ name: x, when: {}, then: { auto: false } }'),
      11,
      'rules.0.when',
      /at least one condition/,
    ],
    [
      'a rule without a consequence',
      withRule('{ name: x, when: { verb: rm }, then: {} }'),
      11,
      'rules.0.then',
      /at least one consequence/,
    ],
    [
      'a rule that makes automatic',
      withRule('{ name: x, when: { verb: rm }, then: { auto: true } }'),
      11,
      'rules.0.then.auto',
      /only be false/,
    ],
    [
      'an empty list of verbs',
      withRule('{ name: x, when: { verb: [] }, then: { auto: false } }'),
      11,
      'rules.0.when.verb',
      /./,
    ],
    [
      'a rule for an unknown environment',
      withRule('{ name: x, when: { verb: rm }, then: { require_environment: tset } }'),
      11,
      'rules.0.then.require_environment',
      /names tset/,
    ],
    [
      'two rules of one name',
      `${withRule('{ name: x, when: { verb: rm }, then: { auto: false } }')}  - { name: x, when: { verb: ps }, then: { auto: false } }\n`,
      10,
      'rules',
      /same name/,
    ],
    [
      'nobody who decides',
      smallest.replace(/may_decide:[^]*/, 'may_decide: []\n'),
      6,
      'reviewers.may_decide',
      /nobody can decide/,
    ],
    [
      'a grant that names nobody',
      smallest.replace('everyone: true', 'everyone: false'),
      7,
      'reviewers.may_decide.0',
      /must have one of/,
    ],
    [
      'a group that is not there',
      smallest.replace('everyone: true', 'group: ops'),
      6,
      'reviewers.may_decide',
      /not in `groups`/,
    ],
    [
      'a vote without the rules',
      `${smallest}consensus: { voters: [model, structure] }\n`,
      10,
      'consensus.voters',
      /cannot be voted out/,
    ],
    ['a voter twice', `${smallest}consensus: { voters: [rules, rules, structure] }\n`, 10, 'consensus.voters', /twice/],
    [
      'a freeze without a reason',
      smallest.replace('dev: {}', 'dev: { freeze: [{ weekly: { from: fri 17:00, until: mon 08:00 } }] }'),
      4,
      'environments.dev.freeze.0',
      /must be/,
    ],
    [
      'a freeze in local time',
      smallest.replace(
        'dev: {}',
        "dev: { freeze: [{ reason: x, from: '2030-01-01T00:00:00', until: '2030-01-02T00:00:00Z' }] }",
      ),
      4,
      'environments.dev.freeze.0',
      /./,
    ],
    [
      'a freeze that ends before it begins',
      smallest.replace(
        'dev: {}',
        "dev: { freeze: [{ reason: x, from: '2030-01-03T00:00:00Z', until: '2030-01-02T00:00:00Z' }] }",
      ),
      4,
      'environments.dev.freeze.0',
      /./,
    ],
    [
      'a mount of the host',
      withRegistry('host_mounts: [{ source: / }]'),
      11,
      'registry.host_mounts.0.source',
      /hands over the host/,
    ],
    [
      'a mount of the engine',
      withRegistry('host_mounts: [{ source: /srv/docker.sock }]'),
      11,
      'registry.host_mounts.0.source',
      /hands over the engine/,
    ],
    [
      'a mount with dots',
      withRegistry('host_mounts: [{ source: /srv/../etc }]'),
      11,
      'registry.host_mounts.0.source',
      /must not hold/,
    ],
    ['an image without a tag', withRegistry('images: [nginx]'), 11, 'registry.images.0', /needs a tag/],
    [
      'a program without a path',
      withRegistry('commands: { x: { argv: [df], summary: s, reversibility: READ_ONLY, cwd: / } }'),
      11,
      'registry.commands.x.argv',
      /absolute path/,
    ],
    [
      'two default projects',
      withRegistry('compose: { a: &a { dir: /a }, b: { dir: /b } }').replace('&a ', ''),
      11,
      'registry.compose.a.files',
      /./,
    ],
    ['the same key twice', `${smallest}name: other\n`, 10, '', /[Kk]eys must be unique/],
    ['an alias', `${smallest}limits: &l {}\nregistry: *l\n`, 11, '', /alias/],
    ['a prototype as a key', withRegistry('run_env: { __proto__: { x: y } }'), 11, '__proto__', /no key/],
    ['YAML that is broken', 'version: 1\nname: [\n', 3, '', /./],
    ['a tag', smallest.replace('small', '!!js/function x'), 2, '', /./],
    ['two documents', `${smallest}---\n${smallest}`, 10, '', /./],
    ['a list', '- version: 1\n', 1, '', /./],
    ['nothing', '', 1, '', /./],
  ])('with %s is refused', (_name, yaml, line, path, message) => {
    const error = refusalOf(yaml);
    expect({ code: error.code, line: error.details['line'], path: error.details['path'] }).toEqual({
      code: 'CONFIG_INVALID',
      line,
      path,
    });
    expect(error.message).toMatch(message);
  });

  it('that expands for ever is refused at once', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n`;
    expect(refusalOf(bomb).code).toBe('CONFIG_INVALID');
    expect(refusalOf('['.repeat(260_000)).code).toBe('CONFIG_INVALID');
    expect(refusalOf('{a: '.repeat(60_000)).code).toBe('CONFIG_INVALID');
    expect(refusalOf('- '.repeat(100_000)).code).toBe('CONFIG_INVALID');
    expect(refusalOf('x'.repeat(300_000)).code).toBe('CONFIG_INVALID');
  });
});

describe('what nobody registered', () => {
  const WHOLE = (line: string): string => `version: 1\nname: x\nenvironments:\n  dev:\n    production: false\n${line}  prd:\n    production: true\nreviewers:\n  may_decide: [{ everyone: true, environments: ['*'], risk_up_to: HIGH }]\n`;
  const modesOf = (line: string, environment: 'dev' | 'prd') => parsePolicyFile(WHOLE(line)).environments[environment]?.unregistered;

  it('is asked where nothing is said, and refused in production', () => {
    expect([modesOf('', 'dev')?.image, modesOf('', 'prd')?.image]).toEqual(['ask', 'refuse']);
  });

  it('is as one word says for all kinds, or one for each', () => {
    expect(modesOf('    unregistered: refuse\n', 'dev')).toMatchObject({ image: 'refuse', exec: 'refuse', option: 'refuse' });
    expect(modesOf('    unregistered: { exec: refuse }\n', 'dev')).toMatchObject({ image: 'ask', exec: 'refuse' });
  });

  it.each(['maybe', '{ images: ask }', '[ask]'])('is not %s', (value) => {
    expect(() => modesOf(`    unregistered: ${value}\n`, 'dev')).toThrow(/unregistered/);
  });
});
