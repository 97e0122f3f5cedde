/** The SDK as a stranger gets it: packed, unpacked into an empty project, in both module systems, against a real stack. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack } from '../../support/stack';
import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { until } from '../../support/until';

jest.setTimeout(180_000);
const ROOT = join(__dirname, '..', '..', '..');

const STORY = `
async function story({ createWingmanClient, WingmanNotApproved, WingmanRefused }) {
  const client = createWingmanClient({ url: process.env.WINGMAN_URL, key: process.env.WINGMAN_KEY });
  const worker_id = 'agent-1', instruction = 'Do this alone.';
  const out = {};
  const looked = await client.run({ worker_id, task_name: 'Look', instruction, commands: ['docker top ' + process.env.CONTAINER] });
  out.look = [looked.status, looked.execution_status];
  const done = await client.run({ worker_id, task_name: 'Restart ' + process.env.FORM, instruction, commands: ['docker restart -t 0 ' + process.env.CONTAINER] });
  out.restart = [done.status, done.execution_status, done.executions.length];
  out.refused = await client.run({ worker_id, task_name: 'x', instruction, commands: ['docker system prune -af'] }).catch((e) => [e instanceof WingmanRefused, e.name, e.code]);
  let calls = 0;
  const act = client.governed(() => ++calls, (what) => ({ worker_id, task_name: what, instruction: 'production secrets: delete' }));
  out.rejected = await act('reject me').catch((e) => [e instanceof WingmanNotApproved, e.code, calls]);
  const both = await Promise.all([act('approve me'), act('approve me')]);
  out.governed = [both.sort(), calls];
  process.stdout.write(JSON.stringify(out));
}`;

describe('the packed SDK', () => {
  let stack: Stack;
  let world: DockerWorld;
  let container: string;
  let project: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    container = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the inventory shows the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${container}%`]);
      return row?.seen === true;
    });
    project = mkdtempSync(join(tmpdir(), 'wingman-stranger-'));
    const built = execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-sdk.mjs'), join(project, 'built')], { encoding: 'utf8' }).trim();
    const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { cwd: built, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    const target = join(project, 'node_modules', '@wingman', 'sdk');
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', join(project, tarball), '--strip-components=1', '-C', target]);
    writeFileSync(join(project, 'package.json'), '{"name":"stranger","private":true}');
    writeFileSync(join(project, 'story.mjs'), `import * as sdk from '@wingman/sdk';\n${STORY}\nawait story(sdk);`);
    writeFileSync(join(project, 'story.cjs'), `${STORY}\nvoid story(require('@wingman/sdk'));`);
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });

  const start = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const child = spawn(command, args, { cwd: project, env: { PATH: process.env['PATH'], WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key, CONTAINER: container, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise<{ code: number | null; out: string; err: string }>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  };

  /** A reviewer who approves all but what asks to be rejected, for as long as the agent runs. */
  const decideWhile = async <T>(agent: Promise<T>): Promise<T> => {
    let over = false;
    void agent.finally(() => (over = true));
    await until(
      'the agent ends',
      async () => {
        const { body } = await stack.call('GET', '/approvals/pending', stack.reviewer_key);
        for (const { request_id, task_name } of body['pending'] as { request_id: string; task_name: string }[]) {
          await stack.call('POST', `/approvals/${request_id}/${task_name === 'reject me' ? 'reject' : 'approve'}`, stack.reviewer_key, {});
        }
        return over;
      },
      60_000,
    );
    return agent;
  };

  it('brings nothing else with it', () => {
    expect([...readdirSync(join(project, 'node_modules')), ...readdirSync(join(project, 'node_modules', '@wingman'))]).toEqual(['@wingman', 'sdk']);
    expect(readdirSync(join(project, 'node_modules', '@wingman', 'sdk')).sort()).toEqual(['cjs', 'esm', 'package.json']);
  });

  it.each(['mjs', 'cjs'])('tells the whole story from a .%s file', async (form) => {
    const { code, out, err } = await decideWhile(start(process.execPath, [`story.${form}`], { FORM: form }));
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      look: ['AUTO_APPROVED', 'SUCCEEDED'],
      restart: ['APPROVED', 'SUCCEEDED', 1],
      refused: [true, 'WingmanRefused', 'COMMAND_UNKNOWN_VERB'],
      rejected: [true, 'REJECTED', 0],
      governed: [[1, 2], 2],
    });
  });

  it.each([
    ['mts', 'ES modules'],
    ['cts', 'CommonJS'],
  ])('has types for a .%s file (%s)', (ending) => {
    const file = join(project, `typed.${ending}`);
    writeFileSync(file, "import { createWingmanClient, type RequestShape } from '@wingman/sdk';\nconst client = createWingmanClient({ url: 'u', key: 'k' });\nexport const run: Promise<RequestShape> = client.run({ worker_id: 'a', task_name: 't', instruction: 'i' });\n// @ts-expect-error: not a method\nclient.approveAll();\n");
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', '--typeRoots', join(ROOT, 'node_modules', '@types'), file];
    expect(() => execFileSync(process.execPath, [tsc, ...args], { cwd: project, stdio: 'pipe' })).not.toThrow();
  });

  it('has an example in Python that runs with the standard library alone', async () => {
    const python = (...args: readonly string[]) => start('python3', ['-I', join(ROOT, 'docs', 'examples', 'agent.py'), 'agent-1', ...args]);
    const { code, out, err } = await decideWhile(python(`docker restart -t 0 ${container}`));
    expect([code, out.trim(), err]).toEqual([0, container, expect.stringMatching(/is PENDING\nstep 1: SUCCEEDED\n$/)]);
    const refused = await python('docker system prune -af');
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('COMMAND_UNKNOWN_VERB')]);
  });
});
