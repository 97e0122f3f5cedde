import {
  actionCreates,
  actionReversibility,
  actionTargets,
  parseAction,
  renderAction,
  runAction,
} from '../../../domain/command/parse-action';
import type { Inventory } from '../../../domain/command/action';
import { canonicalJson } from '../../../domain/text/canonical-json';
import type { WingmanError } from '../../../domain/errors';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';
import { VERBS } from '../../../domain/command/verbs';
import { refusedCode } from '../../support/run-verb';

const registry: Registry = {
  ...EMPTY_REGISTRY,
  protected: { containers: ['wingman-*', 'temporal'], networks: ['wingman_internal'], volumes: ['wingman_*'] },
  images: ['nginx:1.27', 'registry.example.com/shop/*'],
  exec: {
    web: [
      ['nginx', '-t'],
      ['nginx', '-s', 'reload'],
    ],
  },
};
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const WEB = 'a1b2c3d4e5f6'.padEnd(64, '0');
const inventory: Inventory = {
  as_of: '2026-01-10T00:00:00Z',
  containers: [
    { id: WEB, name: 'web', image: 'nginx:1.27', state: 'running', status: 'Up 3 days', ports: ['0.0.0.0:80->80/tcp'] },
    {
      id: 'b'.repeat(64),
      name: 'old',
      image: 'evil\u202e\nstops container db',
      state: 'exited',
      status: 'Exited (0)',
      ports: [],
    },
    { id: 'c'.repeat(64), name: 'wingman-old', image: 'x:1', state: 'exited', status: 'Exited (0)', ports: [] },
  ],
  images: [{ id: `sha256:${'d'.repeat(64)}`, tags: ['nginx:1.27', 'nginx:old'] }],
  networks: [{ id: 'e'.repeat(64), name: 'lan' }],
  volumes: [{ name: 'data', id: 'data@2026-01-01T00:00:00Z' }],
};

describe('a verb', () => {
  it('has one name and one meaning for each of its spellings', () => {
    const names = VERBS.map(({ verb }) => verb);
    const spellings = VERBS.flatMap((verb) => verb.spellings.map((words) => words.join(' ')));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(spellings).size).toBe(spellings.length);
    for (const { verb, spellings: own, summary } of VERBS) {
      expect(own.map((words) => words.join(' '))).toContain(verb);
      expect(summary).toMatch(/^[a-z][^\n]{5,150}$/);
    }
  });

  it.each([
    ['docker stop web', 'stop'],
    ['docker container stop web', 'stop'],
    ['docker rm web', 'rm'],
    ['docker image rm nginx:1.27', 'rmi'],
    ['docker network rm lan', 'network rm'],
    ['docker volume remove data', 'volume rm'],
    ['docker container ls', 'ps'],
  ])('%s is %s, with the words kept as they were given', (command, verb) => {
    expect(parseAction(command, registry)).toMatchObject({ program: 'docker', verb, argv: command.split(' ') });
  });

  it.each([
    ['docker stop web db', 'REVERSIBLE', ['container:web', 'container:db'], []],
    ['docker stop -t 30 web', 'REVERSIBLE', ['container:web'], []],
    ['docker stop web --time=0', 'REVERSIBLE', ['container:web'], []],
    ['docker stop --timeout 5 web', 'REVERSIBLE', ['container:web'], []],
    ['docker start web', 'REVERSIBLE', ['container:web'], []],
    ['docker restart -t5 web', 'REVERSIBLE', ['container:web'], []],
    ['docker pause web', 'REVERSIBLE', ['container:web'], []],
    ['docker unpause web', 'REVERSIBLE', ['container:web'], []],
    ['docker kill web', 'REVERSIBLE', ['container:web'], []],
    ['docker kill --signal=SIGHUP web', 'REVERSIBLE', ['container:web'], []],
    ['docker kill -s HUP web', 'REVERSIBLE', ['container:web'], []],
    ['docker rm -fv web', 'DESTRUCTIVE', ['container:web'], []],
    ['docker rename web web2', 'REVERSIBLE', ['container:web'], ['container:web2']],
    ['docker update -m 256m --cpus 0.5 web', 'REVERSIBLE', ['container:web'], []],
    ['docker exec web nginx -s reload', 'REVERSIBLE', ['container:web'], []],
    ['docker pull nginx:1.27', 'REVERSIBLE', [], ['image:nginx:1.27']],
    [`docker pull nginx:1.27@${DIGEST}`, 'REVERSIBLE', [], [`image:nginx:1.27@${DIGEST}`]],
    ['docker tag nginx:1.27 nginx:old', 'REVERSIBLE', ['image:nginx:1.27'], ['image:nginx:old']],
    ['docker rmi -f nginx:1.27 nginx:old', 'DESTRUCTIVE', ['image:nginx:1.27', 'image:nginx:old'], []],
    ['docker network create --driver bridge --internal lan', 'REVERSIBLE', [], ['network:lan']],
    ['docker network rm lan', 'DESTRUCTIVE', ['network:lan'], []],
    ['docker volume create data', 'REVERSIBLE', [], ['volume:data']],
    ['docker volume rm data', 'DESTRUCTIVE', ['volume:data'], []],
    ['docker container prune -f', 'DESTRUCTIVE', [], []],
    ['docker image prune --force --all', 'DESTRUCTIVE', [], []],
    ['docker network prune --force', 'DESTRUCTIVE', [], []],
    ['docker volume prune -af', 'DESTRUCTIVE', [], []],
  ])('%s is %s and names what it touches and makes', (command, reversibility, targets, creates) => {
    const action = parseAction(command, registry);
    const keys = (refs: ReturnType<typeof actionTargets>) => refs.map(({ kind, name }) => `${kind}:${name}`);
    expect(actionReversibility(action)).toBe(reversibility);
    expect(keys(actionTargets(action))).toEqual(targets);
    expect(keys(actionCreates(action))).toEqual(creates);
    expect(() => canonicalJson(action.args)).not.toThrow();
  });

  it.each([
    ['docker stop', 'COMMAND_ARGUMENTS'],
    ['docker stop web web', 'COMMAND_ARGUMENTS'],
    ['docker stop -a web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker stop --signal TERM web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker stop -t web', 'COMMAND_ARGUMENTS'],
    ['docker stop -t -1 web', 'COMMAND_FLAG_VALUE'],
    ['docker stop -t 1e3 web', 'COMMAND_FLAG_VALUE'],
    ['docker stop -t 5 --timeout 5 web', 'COMMAND_FLAG_VALUE'],
    ['docker stop -t 5 -t 6 web', 'COMMAND_FLAG_VALUE'],
    ['docker stop -- web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker stop /web', 'COMMAND_TARGET_NAME'],
    ['docker stop ../web', 'COMMAND_TARGET_NAME'],
    ['docker stop web/json', 'COMMAND_TARGET_NAME'],
    ['docker stop _web', 'COMMAND_TARGET_NAME'],
    [`docker stop ${'w'.repeat(129)}`, 'COMMAND_TARGET_NAME'],
    ['docker start -ai web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker kill -s SEGV web', 'COMMAND_FLAG_VALUE'],
    ['docker kill -s 9 web', 'COMMAND_FLAG_VALUE'],
    ['docker rm -l web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker rename web', 'COMMAND_ARGUMENTS'],
    ['docker rename web a b', 'COMMAND_ARGUMENTS'],
    ['docker rename web wingman-gateway', 'COMMAND_TARGET_PROTECTED'],
    ['docker rename temporal web2', 'COMMAND_TARGET_PROTECTED'],
    ['docker update web', 'COMMAND_ARGUMENTS'],
    ['docker update --restart=always web', 'COMMAND_UNKNOWN_FLAG'],
    ['docker update --pids-limit -1 web', 'COMMAND_FLAG_VALUE'],
    ['docker update --memory -1 web', 'COMMAND_FLAG_VALUE'],
    ['docker update --memory 0 web', 'COMMAND_FLAG_VALUE'],
    ['docker update --cpus 0 web', 'COMMAND_FLAG_VALUE'],
    ['docker exec web', 'COMMAND_ARGUMENTS'],
    ['docker exec web nginx', 'COMMAND_EXEC_NOT_ALLOWED'],
    ['docker exec web nginx -t -t', 'COMMAND_EXEC_NOT_ALLOWED'],
    ["docker exec web 'nginx -t'", 'COMMAND_EXEC_NOT_ALLOWED'],
    ['docker exec db nginx -t', 'COMMAND_EXEC_NOT_ALLOWED'],
    [`docker exec ${WEB.slice(0, 12)} nginx -t`, 'COMMAND_EXEC_NOT_ALLOWED'],
    ['docker exec constructor nginx -t', 'COMMAND_EXEC_NOT_ALLOWED'],
    ['docker exec -d web nginx -t', 'COMMAND_UNKNOWN_FLAG'],
    ['docker exec --privileged web nginx -t', 'COMMAND_UNKNOWN_FLAG'],
    ['docker exec -- web nginx -t', 'COMMAND_UNKNOWN_FLAG'],
    ['docker exec wingman-api env', 'COMMAND_TARGET_PROTECTED'],
    ['docker pull nginx', 'COMMAND_IMAGE_NOT_ALLOWED'],
    ['docker pull nginx:latest', 'COMMAND_IMAGE_NOT_ALLOWED'],
    ['docker pull evil.example/nginx:1.27', 'COMMAND_IMAGE_NOT_ALLOWED'],
    ['docker pull registry.example.com.evil.example/shop/api:1', 'COMMAND_IMAGE_NOT_ALLOWED'],
    ['docker pull registry.example.com/shopx/api:1', 'COMMAND_IMAGE_NOT_ALLOWED'],
    ['docker pull registry.example.com/shop/../api:1', 'COMMAND_TARGET_NAME'],
    ['docker pull -a nginx:1.27', 'COMMAND_UNKNOWN_FLAG'],
    ['docker pull --platform linux/arm64 nginx:1.27', 'COMMAND_UNKNOWN_FLAG'],
    ['docker pull nginx:1.27 redis:7', 'COMMAND_ARGUMENTS'],
    ['docker tag evil:1 nginx:1.27', 'COMMAND_IMAGE_NOT_ALLOWED'],
    [`docker tag nginx:1.27 nginx@${DIGEST}`, 'COMMAND_TARGET_NAME'],
    ['docker rmi', 'COMMAND_ARGUMENTS'],
    ['docker rmi ../x', 'COMMAND_TARGET_NAME'],
    ['docker network create', 'COMMAND_ARGUMENTS'],
    ['docker network create -d macvlan lan', 'COMMAND_FLAG_VALUE'],
    ['docker network create -o parent=eth0 lan', 'COMMAND_UNKNOWN_FLAG'],
    ['docker network create host', 'COMMAND_TARGET_NAME'],
    ['docker network create wingman_internal', 'COMMAND_TARGET_PROTECTED'],
    ['docker network rm wingman_internal', 'COMMAND_TARGET_PROTECTED'],
    ['docker network connect lan web', 'COMMAND_UNKNOWN_VERB'],
    ['docker network disconnect lan web', 'COMMAND_UNKNOWN_VERB'],
    ['docker volume create', 'COMMAND_ARGUMENTS'],
    ['docker volume create -d evil data', 'COMMAND_FLAG_VALUE'],
    ['docker volume create -o device=/ data', 'COMMAND_UNKNOWN_FLAG'],
    ['docker volume create wingman_pg', 'COMMAND_TARGET_PROTECTED'],
    ['docker volume rm wingman_pg', 'COMMAND_TARGET_PROTECTED'],
    ['docker container prune', 'COMMAND_ARGUMENTS'],
    ['docker container prune -f --filter until=1h', 'COMMAND_UNKNOWN_FLAG'],
    ['docker container prune -f --all', 'COMMAND_UNKNOWN_FLAG'],
    ['docker volume prune -f data', 'COMMAND_ARGUMENTS'],
    ['docker system prune -af', 'COMMAND_UNKNOWN_VERB'],
    ['docker system dial-stdio', 'COMMAND_UNKNOWN_VERB'],
    ['docker', 'COMMAND_UNKNOWN_VERB'],
    ['docker container', 'COMMAND_UNKNOWN_VERB'],
    ['docker Stop web', 'COMMAND_UNKNOWN_VERB'],
    ['docker constructor', 'COMMAND_UNKNOWN_VERB'],
    ['docker sto web', 'COMMAND_UNKNOWN_VERB'],
    ['docker -H tcp://10.0.0.9:2375 ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker --host=unix:///tmp/evil.sock ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker -c evil ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker --config /tmp/evil ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker -D ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker -- ps', 'COMMAND_UNKNOWN_FLAG'],
    ['docker --help', 'COMMAND_UNKNOWN_FLAG'],
  ])('%s is refused: %s', (command, code) => {
    expect(refusedCode(() => parseAction(command, registry))).toBe(code);
  });

  it.each([
    'stop',
    'start',
    'restart',
    'pause',
    'unpause',
    'kill',
    'rm',
    'logs',
    'inspect',
    'top',
    'port',
    'diff',
    'wait',
  ])('%s of a protected container is refused by its name, wherever it stands', (verb) => {
    for (const name of ['wingman-gateway', 'wingman-', 'temporal']) {
      expect(refusedCode(() => parseAction(`docker ${verb} ${name}`, registry))).toBe('COMMAND_TARGET_PROTECTED');
    }
    expect(refusedCode(() => parseAction(`docker ${verb} temporal2`, registry))).toBe('accepted');
  });
});

describe('a refusal', () => {
  it('names the step of the plan where there is one', () => {
    const thrown = (step?: number): unknown => {
      try {
        return parseAction('docker foo', registry, step);
      } catch (error) {
        return error;
      }
    };
    expect(thrown(3)).toMatchObject({ code: 'COMMAND_UNKNOWN_VERB', details: { step: 3, part: 'foo' } });
    expect((thrown() as WingmanError).details).not.toHaveProperty('step');
  });
});

describe('the line of the card', () => {
  it.each([
    ['docker stop web', 'stops container web (image nginx:1.27, Up 3 days, ports 0.0.0.0:80->80/tcp)'],
    ['docker stop -t 5 gone', 'stops container gone (not found now), killed after 5 s'],
    ['docker stop a1b2c3d4', 'stops container a1b2c3d4 = web (image nginx:1.27, Up 3 days, ports 0.0.0.0:80->80/tcp)'],
    [
      'docker rm -f old',
      'removes container old (image evil\\u{202E}\\u{000A}stops container db, Exited (0)), even while running',
    ],
    ['docker rmi nginx:1.27', 'removes image nginx:1.27 (id dddddddddddd, also named nginx:old)'],
    [
      'docker tag nginx:1.27 nginx:old',
      'names image nginx:1.27 (id dddddddddddd, also named nginx:old) also nginx:old, in the place of the image of that name',
    ],
    ['docker network rm lan', 'removes network lan (id eeeeeeeeeeee)'],
    ['docker volume rm data', 'removes volume data, and all data in it'],
    ['docker volume rm other', 'removes volume other (not found now), and all data in it'],
    [
      'docker exec web nginx -t',
      'runs "nginx" "-t" in container web (image nginx:1.27, Up 3 days, ports 0.0.0.0:80->80/tcp)',
    ],
    ['docker container prune -f', 'removes all stopped containers, of those that are here now: old; what becomes unused later stays'],
  ])('for %s', (command, line) => {
    expect(renderAction(parseAction(command, registry), inventory)).toBe(line);
  });

  it('says when the engine could not be seen', () => {
    expect(renderAction(parseAction('docker stop web', registry), null)).toBe(
      'stops container web (the engine could not be seen)',
    );
  });
});

describe('the engine calls', () => {
  const targets = new Map([
    ['container:web', WEB],
    ['container:db', 'f'.repeat(64)],
  ]);

  it('are by id, one for each target in order, and print the names as docker does', () => {
    const run = runAction(parseAction('docker stop -t 3 web db', registry), targets);
    const call = (id: string) => ({
      method: 'POST',
      path: `/containers/${id}/stop`,
      query: { t: 3 },
      answer: 'none',
      expect: [204, 304],
    });
    expect(run.next()).toEqual({ done: false, value: call(WEB) });
    expect(run.next({ status: 204 })).toEqual({ done: false, value: call('f'.repeat(64)) });
    expect(run.next({ status: 304 })).toEqual({ done: true, value: { exit_code: 0, output: 'web\ndb\n' } });
  });

  it('do not begin for a target that was not resolved', () => {
    expect(refusedCode(() => runAction(parseAction('docker stop nobody', registry), targets).next())).toBe(
      'TARGET_UNRESOLVED',
    );
  });

  it('of a prune leave protected things alone and pass over what is in use again', () => {
    const listed = new Map([['container:old', '1'], ['container:wingman-gateway', '2'], ['container:linked', '3'], ['container:wingman-db', '4'], ['container:5', '5'], ['container:gone', '9']]);
    const run = runAction(parseAction('docker container prune --force', registry), listed);
    expect(run.next().value).toMatchObject({ method: 'GET', path: '/containers/json' });
    const json = [
      { Id: '1', Names: ['/old'] },
      { Id: '2', Names: ['/wingman-gateway'] },
      { Id: '3', Names: ['/old/wingman-x', '/linked'] },
      { Id: '4', Names: ['/x/alias', '/wingman-db'] },
      { Id: '5', Names: null },
      // Unused since the card was made, and a name of the list that another container has got.
      { Id: '6', Names: ['/appeared'] },
      { Id: '7', Names: ['/gone'] },
    ];
    expect(run.next({ status: 200, json }).value).toMatchObject({ method: 'DELETE', path: '/containers/1' });
    expect(run.next({ status: 204 }).value).toMatchObject({ method: 'DELETE', path: '/containers/3' });
    expect(run.next({ status: 409 }).value).toMatchObject({ method: 'DELETE', path: '/containers/5' });
    expect(run.next({ status: 204 })).toEqual({
      done: true,
      value: { exit_code: 0, output: 'Deleted Containers:\n1\n5\n' },
    });
  });

  it('of a volume prune take named volumes only when that was asked', () => {
    const json = { Volumes: [{ Name: 'data' }, { Name: '0'.repeat(64) }, { Name: 'wingman_pg' }, { Name: 'appeared' }] };
    const listed = new Map(['data', '0'.repeat(64), 'wingman_pg'].map((name) => [`volume:${name}`, `${name}@unknown`]));
    const removed = (command: string): readonly unknown[] => {
      const run = runAction(parseAction(command, registry), listed);
      const calls: unknown[] = [];
      for (
        let next = (run.next(), run.next({ status: 200, json }));
        next.done !== true;
        next = run.next({ status: 204 })
      )
        calls.push(next.value.path);
      return calls;
    };
    expect(removed('docker volume prune -f')).toEqual([`/volumes/${'0'.repeat(64)}`]);
    expect(removed('docker volume prune -f --all')).toEqual(['/volumes/data', `/volumes/${'0'.repeat(64)}`]);
  });

  it('of rmi stop when the name was given to another image', () => {
    const run = runAction(parseAction('docker rmi nginx:1.27', registry), new Map([['image:nginx:1.27', 'sha256:1']]));
    run.next();
    expect(refusedCode(() => run.next({ status: 200, json: { Id: 'sha256:2' } }))).toBe('TARGET_CHANGED');
  });
});
