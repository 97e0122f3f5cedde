import { composeArgv, toComposeArgs } from '../../../../domain/command/compose/compose';
import { actionReversibility, actionTargets, parseAction, renderAction, runAction } from '../../../../domain/command/parse-action';
import { EMPTY_REGISTRY, type Registry } from '../../../../domain/command/registry';
import { refusedCode } from '../../../support/run-verb';

const shop = {
  dir: '/srv/shop',
  files: [
    { name: 'docker-compose.yml', sha256: 'a'.repeat(64) },
    { name: 'docker-compose.prd.yml', sha256: 'b'.repeat(64) },
  ],
  services: ['web', 'db'],
  default: true,
};
const registry: Registry = { ...EMPTY_REGISTRY, compose: { shop } };
const withoutDefault: Registry = { ...EMPTY_REGISTRY, compose: { shop: { ...shop, default: false } } };

const first = [
  '--ansi',
  'never',
  '--project-directory',
  '/srv/shop',
  '--env-file',
  '/copy/empty',
  '-p',
  'shop',
  '-f',
  '/copy/docker-compose.yml',
];
const both = [...first, '-f', '/copy/docker-compose.prd.yml'];

describe('docker compose', () => {
  it.each([
    ['docker compose ps', [...both, 'ps']],
    ['docker compose -p shop ps -aq', [...both, 'ps', '--quiet', '--all']],
    ['docker compose --project-name=shop ps web', [...both, 'ps', 'web']],
    ['docker compose -f docker-compose.yml up -d', [...first, 'up', '--detach', '--no-build']],
    [
      'docker compose -p shop -f docker-compose.yml -f docker-compose.prd.yml up -d --no-build web',
      [...both, 'up', '--detach', '--no-build', 'web'],
    ],
    ['docker compose up web -d --force-recreate', [...both, 'up', '--detach', '--force-recreate', '--no-build', 'web']],
    ['docker compose up -d --no-build=false', [...both, 'up', '--detach', '--no-build']],
    ['docker compose stop', [...both, 'stop']],
    ['docker compose stop -t 5 web db', [...both, 'stop', '--timeout', '5', 'web', 'db']],
    ['docker compose start web', [...both, 'start', 'web']],
    ['docker compose restart --timeout=3 web', [...both, 'restart', '--timeout', '3', 'web']],
    ['docker compose down', [...both, 'down']],
    ['docker compose rm -fs web', [...both, 'rm', '--force', '--stop', 'web']],
    ['docker compose pull -q web', [...both, 'pull', '--quiet', 'web']],
    ['docker compose config --services', [...both, 'config', '--services']],
    ['docker compose config --quiet', [...both, 'config', '--quiet']],
    ['docker compose logs --tail 10 web', [...both, 'logs', '--tail', '10', '--no-color', 'web']],
  ])('%s is exactly these words for the compose program', (command, argv) => {
    const action = parseAction(command, registry);
    expect(action.program).toBe('compose');
    expect(action.argv).toEqual(command.split(' '));
    const args = toComposeArgs(action.args);
    // The gateway hands over copies of its own.
    expect(composeArgv(args, { files: args.files.map(({ name }) => `/copy/${name}`), envFile: '/copy/empty' })).toEqual(argv);
  });

  it('pins the files of the project by their hash', () => {
    expect(parseAction('docker compose -f docker-compose.yml ps', registry).args).toMatchObject({
      project: 'shop',
      files: [{ name: 'docker-compose.yml', sha256: 'a'.repeat(64) }],
    });
  });

  it.each([
    ['ps', 'READ_ONLY'],
    ['logs', 'READ_ONLY'],
    ['config --quiet', 'READ_ONLY'],
    ['up -d', 'REVERSIBLE'],
    ['stop', 'REVERSIBLE'],
    ['pull', 'REVERSIBLE'],
    ['down', 'DESTRUCTIVE'],
    ['rm -f', 'DESTRUCTIVE'],
  ])('%s is %s', (words, reversibility) => {
    expect(actionReversibility(parseAction(`docker compose ${words}`, registry))).toBe(reversibility);
  });

  it('says on the card how far it reaches', () => {
    expect(renderAction(parseAction('docker compose stop', registry), null)).toBe(
      'stops every service of compose project shop (docker-compose.yml, docker-compose.prd.yml)',
    );
    expect(renderAction(parseAction('docker compose -f docker-compose.yml up -d web', registry), null)).toBe(
      'brings up web of compose project shop (docker-compose.yml, --detach, --no-build)',
    );
  });

  it('has no targets of the engine and no engine calls', () => {
    const action = parseAction('docker compose stop', registry);
    expect(actionTargets(action)).toEqual([]);
    expect(() => runAction(action, new Map())).toThrow(TypeError);
  });

  it('is the default project only where there is one', () => {
    expect(refusedCode(() => parseAction('docker compose ps', withoutDefault))).toBe('COMMAND_COMPOSE');
    expect(refusedCode(() => parseAction('docker compose -p shop ps', withoutDefault))).toBe('accepted');
    expect(refusedCode(() => parseAction('docker compose ps', EMPTY_REGISTRY))).toBe('COMMAND_COMPOSE');
  });

  it.each([
    ['', 'COMMAND_COMPOSE'],
    ['-p shop', 'COMMAND_COMPOSE'],
    ['-p globex ps', 'COMMAND_COMPOSE'],
    ['-p constructor ps', 'COMMAND_COMPOSE'],
    ['constructor', 'COMMAND_COMPOSE'],
    ['-p SHOP ps', 'COMMAND_COMPOSE'],
    ['-p shop -p shop ps', 'COMMAND_FLAG_VALUE'],
    ['-p', 'COMMAND_FLAG_VALUE'],
    ['-f docker-compose.prd.yml ps', 'COMMAND_COMPOSE'],
    ['-f docker-compose.prd.yml -f docker-compose.yml ps', 'COMMAND_COMPOSE'],
    ['-f docker-compose.yml -f docker-compose.prd.yml -f docker-compose.yml ps', 'COMMAND_COMPOSE'],
    ['-f /srv/shop/docker-compose.yml ps', 'COMMAND_COMPOSE'],
    ['-f ../evil.yml ps', 'COMMAND_COMPOSE'],
    ['-f - up -d', 'COMMAND_COMPOSE'],
    ['--env-file x ps', 'COMMAND_COMPOSE'],
    ['--project-directory /tmp ps', 'COMMAND_COMPOSE'],
    ['--profile debug up -d', 'COMMAND_COMPOSE'],
    ['--parallel 999 ps', 'COMMAND_UNKNOWN_FLAG'],
    ['-H tcp://10.0.0.9 ps', 'COMMAND_UNKNOWN_FLAG'],
    ['-- ps', 'COMMAND_UNKNOWN_FLAG'],
    ['up -d=false', 'COMMAND_UNKNOWN_FLAG'],
    ['up -d --build', 'COMMAND_COMPOSE'],
    ['up -d --scale web=9', 'COMMAND_COMPOSE'],
    ['up -d evil', 'COMMAND_COMPOSE'],
    ['up -d WEB', 'COMMAND_COMPOSE'],
    ['down -v', 'COMMAND_COMPOSE'],
    ['down --rmi all', 'COMMAND_COMPOSE'],
    ['rm -f -v web', 'COMMAND_COMPOSE'],
    ['logs -f web', 'COMMAND_UNKNOWN_FLAG'],
    ['logs --follow web', 'COMMAND_UNKNOWN_FLAG'],
    ['logs --tail x web', 'COMMAND_FLAG_VALUE'],
    ['config --environment', 'COMMAND_UNKNOWN_FLAG'],
    ['stop -t -1 web', 'COMMAND_FLAG_VALUE'],
    ['exec web sh', 'COMMAND_WAITS'],
    ['exec web id', 'COMMAND_COMPOSE'],
    ['exec --privileged web id', 'COMMAND_UNKNOWN_FLAG'],
    ['run web sh', 'COMMAND_WAITS'],
    ['run --rm web id', 'COMMAND_COMPOSE'],
    ['run -v /:/h web id', 'COMMAND_FLAG_VALUE'],
    ['cp web:/etc/shadow .', 'COMMAND_FLAG_VALUE'],
    ['cp web:/etc/passwd /srv/passwd', 'COMMAND_COMPOSE'],
    ['build', 'COMMAND_COMPOSE'],
    ['push', 'COMMAND_COMPOSE'],
    ['watch', 'COMMAND_COMPOSE'],
    ['events', 'COMMAND_COMPOSE'],
  ])('%s is refused: %s', (words, code) => {
    expect(refusedCode(() => parseAction(`docker compose ${words}`, registry))).toBe(code);
  });

  it('is docker-compose as well, and another command by its words', () => {
    const [older, plugin] = [parseAction('docker-compose ps', registry), parseAction('docker compose ps', registry)];
    expect(older.args).toEqual(plugin.args);
    expect(older.argv).not.toEqual(plugin.argv);
  });
});
