import { actionReversibility, actionTargets, parseAction, renderAction } from '../../../domain/command/parse-action';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';
import { refusedCode } from '../../support/run-verb';

const registry: Registry = {
  ...EMPTY_REGISTRY,
  commands: {
    'backup shop': {
      argv: ['/usr/local/bin/backup', '--db', 'shop'],
      summary: 'dumps the shop database',
      reversibility: 'REVERSIBLE',
      cwd: '/srv/shop',
      user: 'backup',
      env: { PATH: '/usr/bin' },
      timeout_seconds: 60,
      max_output_bytes: 1000,
    },
  },
};

describe('a registered command', () => {
  const action = parseAction("/usr/local/bin/backup --db 'shop'", registry);

  it('is found by its exact words, and the plan holds all of how it runs', () => {
    expect(action).toMatchObject({
      program: 'registered',
      verb: 'backup shop',
      argv: ['/usr/local/bin/backup', '--db', 'shop'],
    });
    expect(action.args).toMatchObject({
      cwd: '/srv/shop',
      user: 'backup',
      env: { PATH: '/usr/bin' },
      timeout_seconds: 60,
    });
    expect(actionReversibility(action)).toBe('REVERSIBLE');
    expect(actionTargets(action)).toEqual([]);
  });

  it('is shown by what the operator said of it', () => {
    expect(renderAction(action, null)).toBe('runs the registered command backup shop: dumps the shop database');
  });

  it.each([
    ['/usr/local/bin/backup', 'COMMAND_NOT_REGISTERED'],
    ['/usr/local/bin/backup --db', 'COMMAND_NOT_REGISTERED'],
    ['/usr/local/bin/backup --db shop --all', 'COMMAND_NOT_REGISTERED'],
    ['/usr/local/bin/backup shop --db', 'COMMAND_NOT_REGISTERED'],
    ['/usr/local/bin/backup --db SHOP', 'COMMAND_NOT_REGISTERED'],
    ['backup --db shop', 'COMMAND_UNKNOWN_PROGRAM'],
    ['./backup --db shop', 'COMMAND_UNKNOWN_PROGRAM'],
    ['/usr/local/bin/../bin/backup --db shop', 'COMMAND_UNKNOWN_PROGRAM'],
    ['/usr/bin/docker stop web', 'COMMAND_UNKNOWN_PROGRAM'],
    ['Docker ps', 'COMMAND_UNKNOWN_PROGRAM'],
    ['docker.exe ps', 'COMMAND_UNKNOWN_PROGRAM'],
    ['sudo docker ps', 'COMMAND_UNKNOWN_PROGRAM'],
    ['sh -c id', 'COMMAND_UNKNOWN_PROGRAM'],
    ['constructor', 'COMMAND_UNKNOWN_PROGRAM'],
  ])('is not %s: %s', (command, code) => {
    expect(refusedCode(() => parseAction(command, registry))).toBe(code);
  });
});
