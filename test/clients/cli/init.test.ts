import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draftPolicy } from '../../../clients/cli/init/draft-policy';
import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { startOwnEngine, type OwnEngine } from '../../support/own-engine';
import { startStack, type Stack } from '../../support/stack';
import { until } from '../../support/until';
import { onTerminal, runWingman, type Ended } from './run-wingman';

const DEFAULT = readFileSync(join(__dirname, '..', '..', '..', 'policy', 'default.yaml'), 'utf8');
const UNCHANGED = { environments: ['dev'], containers: null, personFor: null, quorum: null } as const;

describe('the policy of a set-up', () => {
  it('changes what was answered, and nothing else', () => {
    expect(draftPolicy(DEFAULT, UNCHANGED, [])).toMatchObject({ text: DEFAULT, changes: [] });
    const { policy, text } = draftPolicy(DEFAULT, { environments: ['dev'], containers: ['web'], personFor: ['logs'], quorum: [1, 2, 3] }, ['web', 'db', 'wingman-api']);
    expect(policy.environments['dev']).toMatchObject({ quorum: { LOW: 1, MEDIUM: 2, HIGH: 3 }, governed: { containers: ['web'] }, auto_approve: true });
    expect(policy.registry.protected.containers).toEqual(['wingman*', 'temporal*', 'db']);
    expect(policy.rules.at(-1)).toMatchObject({ when: { verb: ['logs'], environment: ['dev'] }, then: { auto: false } });
    expect(text).toContain('# Never touched by any command, by name or id.');
  });

  it('comes to rest, and frees what is chosen later', () => {
    const answers = { environments: ['dev', 'new'], containers: ['web'], personFor: 'everything', quorum: [2, 2, 2] } as const;
    const first = draftPolicy(DEFAULT, answers, ['web', 'db']);
    expect(first.policy.environments['new']).toMatchObject({ production: false, auto_approve: false, quorum: { LOW: 2 } });
    expect(draftPolicy(first.text, answers, ['web', 'db'])).toMatchObject({ text: first.text, changes: [] });
    const later = draftPolicy(first.text, { ...answers, containers: ['web', 'db'] }, ['web', 'db']);
    expect(later.policy.registry.protected.containers).toEqual(['wingman*', 'temporal*']);
    expect(later.changes).toContain('containers no longer protected: db');
  });

  it('takes no protection of a pattern away, and makes no policy that would be refused', () => {
    expect(() => draftPolicy(DEFAULT, { ...UNCHANGED, containers: ['wingman-api'] }, [])).toThrow('wingman*');
    expect(() => draftPolicy(DEFAULT, { ...UNCHANGED, environments: ['No Name'], quorum: [1, 1, 1] }, [])).toThrow('environments.No Name');
  });
});

describe('wingman init on a real API', () => {
  let stack: Stack;
  let engine: OwnEngine;
  let world: DockerWorld;
  let web: string;
  const directory = mkdtempSync(join(tmpdir(), 'wingman-init-'));
  const file = join(directory, 'policy.yaml');
  beforeAll(async () => {
    // Of its own: `init` looks at everything that runs, and other suites come and go.
    engine = await startOwnEngine();
    world = await openDockerWorld(engine.socket);
    web = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'], dockerSocket: engine.socket });
    await until('the gateway sees the container', async () => (await stack.sql('select 1 from wingman.inventories where inventory::text like $1', [`%${web}%`])).length > 0);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
    await engine?.close();
  });

  const env = () => ({ WINGMAN_DATA_DIR: stack.dataDir });
  const wingman = (...args: readonly string[]): Promise<Ended> => runWingman(args, { env: env() });
  const state = async (): Promise<string> => (await Promise.all([wingman('policy', 'show'), wingman('keys', 'list'), wingman('reviewers', 'list')])).map(({ out }) => out).join('\n');
  const answers = ['--environment', 'dev', '--containers', 'web', '--quorum', '1,1,2', '--reviewer', 'alice', '--agent', 'deployer', '--policy-file', file];

  it('changes nothing without consent, at a dry run, at Ctrl-C, and for whoever is no operator', async () => {
    const before = await state();
    expect(await wingman('init', ...answers)).toMatchObject({ code: 2, err: expect.stringContaining('--yes or --dry-run') });
    const dry = await wingman('init', ...answers, '--dry-run');
    expect([dry.code, dry.err]).toEqual([0, expect.stringContaining('make a key for the agent deployer in dev')]);
    expect(dry.out).toContain(web);
    const left = await onTerminal(['init', '--environment', 'dev'], env(), [[`running: `, 'web\n'], ['A person decides on', '\u0003']]);
    expect([left.code, left.out]).toEqual([130, expect.stringContaining('nothing was changed')]);
    expect(left.out).toContain(web);
    const agent = await runWingman(['init', ...answers, '--yes'], { env: { ...env(), WINGMAN_KEY: stack.agent_key } });
    expect([agent.code, agent.err]).toEqual([1, expect.stringMatching(/^FORBIDDEN/)]);
    const gone = await runWingman(['init', '--yes'], { env: { WINGMAN_URL: 'http://127.0.0.1:9', WINGMAN_KEY: stack.operator_key } });
    expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('npm start')]);
    for (const wrong of [['--quorum', '0'], ['--reviewer', 'a b'], ['--person-for', 'dance'], ['--telegram']]) {
      expect((await wingman('init', ...wrong, '--yes')).code).toBe(2);
    }
    expect([await state(), existsSync(file)]).toEqual([before, false]);
  }, 120_000);

  it('sets up once, and a second time changes nothing', async () => {
    const { code, out } = await wingman('init', ...answers, '--yes', '--json');
    expect(code).toBe(0);
    const { agent_key, steps } = JSON.parse(out);
    expect(steps).toEqual(['file', 'policy', 'reviewer', 'key']);
    const { out: policy } = await wingman('policy', 'show');
    expect(policy).toContain(readFileSync(file, 'utf8').trimEnd());
    const asked = await runWingman(['request', '--worker', 'deployer', '--task', 'First look', '--instruction', 'Look.', 'docker ps'], { env: { WINGMAN_URL: stack.url, WINGMAN_KEY: agent_key } });
    expect(asked.code).toBe(0);
    const after = await state();
    const again = await wingman('init', ...answers, '--yes');
    expect([again.code, again.out, again.err]).toEqual([0, '', expect.stringContaining('There is nothing to do.')]);
    expect(await state()).toBe(after);
  }, 120_000);

  it('replaces no file unasked', async () => {
    writeFileSync(file, 'mine\n');
    const kept = await wingman('init', '--quorum', '1', '--policy-file', file, '--yes');
    expect([kept.code, kept.err, readFileSync(file, 'utf8')]).toEqual([1, expect.stringContaining('--overwrite'), 'mine\n']);
    const nowhere = await wingman('init', '--quorum', '1', '--policy-file', join(file, 'policy.yaml'), '--yes');
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/nothing was changed[^]*policy\.yaml cannot be written \(ENOTDIR\): check its folder/)]);
    expect((await wingman('init', '--quorum', '1', '--policy-file', file, '--yes', '--overwrite')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('HIGH: 1');
  }, 60_000);
});
