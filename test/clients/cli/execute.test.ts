import { startStack, type Stack } from '../../support/stack';
import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { until } from '../../support/until';
import { runWingman, startWingman } from './run-wingman';

describe('wingman, with a real engine', () => {
  let stack: Stack;
  let world: DockerWorld;
  let container: string;
  beforeAll(async () => {
    world = await openDockerWorld();
    container = (await world.createContainer({ cmd: ['sh', '-c', 'printf "one\\033[2Jtwo\\n"; sleep 100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    await until('the inventory shows the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${container}%`]);
      return row?.seen === true;
    });
  });
  afterAll(async () => {
    await stack?.close();
    await world?.close();
  });
  const env = () => ({ WINGMAN_DATA_DIR: stack.dataDir });
  const wingman = (...args: readonly string[]) => runWingman(args, { env: env() });

  it('runs what needs nobody at once, and prints what it printed', async () => {
    const { code, out } = await wingman('request', '--task', 'Look', '--execute', `docker logs ${container}`);
    expect([code, out]).toEqual([0, expect.stringMatching(/^AUTO_APPROVED [^]*step 1 SUCCEEDED, exit 0\n/)]);
    // What a container prints moves no cursor.
    expect(out).toContain('one\\u{001B}[2Jtwo');
  });

  it('waits for the decision and for the end of every step', async () => {
    const waiting = startWingman(['request', '--task', 'Restart', '--execute', '--wait', '--ordered', `docker restart -t 0 ${container}`, `docker top ${container}`], { env: env() });
    await until('it says how to decide', () => waiting.err().includes('waiting for a decision'));
    const id = /wingman approve (\S+)/.exec(waiting.err())?.[1] ?? '';
    expect((await wingman('approve', id, '--yes')).code).toBe(0);
    const { code, out } = await waiting.ended;
    expect(code).toBe(0);
    expect(out).toMatch(/step 1 SUCCEEDED, exit 0\n[^]*step 2 SUCCEEDED, exit 0\n[^]*sleep 100000/);
    const again = await wingman('execute', id);
    expect([again.code, again.err]).toEqual([1, expect.stringMatching(/^STEP_ALREADY_EXECUTED[^]*Next: /)]);
  });

  it('executes later, with output on stdout alone, and lists what was run', async () => {
    const asked = JSON.parse((await wingman('--json', 'request', '--task', 'Who', `docker top ${container}`)).out) as { request_id: string; status: string };
    expect(asked.status).toBe('AUTO_APPROVED');
    const run = await wingman('execute', asked.request_id);
    expect([run.code, run.err]).toEqual([0, `step 1 SUCCEEDED, exit 0: docker top ${container}\n`]);
    expect(run.out).toMatch(/^(?:UID|PID)[^]*sleep 100000\n$/);
    const listed = await wingman('executions', 'list', '--status', 'SUCCEEDED');
    expect(listed.out).toContain(`docker top ${container}`);
    const rows = JSON.parse((await wingman('--json', 'executions', 'list')).out) as readonly { execution_id: string; approval_id: string }[];
    const one = rows.find(({ approval_id }) => approval_id === asked.request_id)?.execution_id ?? '';
    expect((await wingman('executions', 'show', one)).out).toMatch(/^SUCCEEDED {2}docker top [^]*receipt {5}\S+\.\S+\.\S+\n\| (?:UID|PID)/);
    const resolved = await wingman('executions', 'resolve', one, '--outcome', 'HAPPENED', '--note', 'seen');
    expect([resolved.code, resolved.err]).toEqual([1, expect.stringMatching(/^EXECUTION_NOT_UNKNOWN[^]*--status UNKNOWN/)]);
  });

  it('says that a step failed with 1', async () => {
    const { code, out } = await wingman('request', '--task', 'Look', '--execute', 'docker logs there-is-none-of-this-name');
    expect([code, out]).toEqual([1, expect.stringMatching(/FAILED|NOT_STARTED/)]);
  });

  it('stops at a lock', async () => {
    const { request_id } = JSON.parse((await wingman('--json', 'request', '--task', 'Later', `docker top ${container}`)).out) as { request_id: string };
    await wingman('lock', 'dev', '--reason', 'incident');
    const { code, err } = await wingman('execute', request_id);
    expect([code, err]).toEqual([1, expect.stringMatching(/^LOCKED[^]*wingman unlock/)]);
    await wingman('unlock', 'dev');
  });
});
