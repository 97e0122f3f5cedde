/** `docker rm -f web`, typed by an agent through the shim, the pre-tool hook and MCP: three requests, one card each, one plan. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { openShell, type Shell } from '../clients/cli/shim/shell';
import { startWingman } from '../clients/cli/run-wingman';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { join } from 'node:path';

jest.setTimeout(120_000);
const MAIN = join(__dirname, '..', '..', 'dist', 'clients', 'cli', 'main.js');

describe('docker rm -f web, typed by an agent', () => {
  let stack: Stack;
  let world: DockerWorld;
  let shell: Shell;
  let web: string;
  let command: string;
  const env = () => ({ WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key, PATH: process.env['PATH'] ?? '/usr/bin' });
  beforeAll(async () => {
    world = await openDockerWorld();
    web = world.name('web');
    command = `docker rm -f ${web}`;
    stack = await startStack({ environments: ['dev'] });
    shell = openShell(env);
  });
  afterAll(async () => {
    shell?.close();
    await stack?.close();
    await world?.close();
  });

  const isThere = async (): Promise<boolean> => ((await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [`^/${web}$`] }) })) as unknown[]).length === 1;

  /** Typed; decided by a person once the card is out; then what the agent was told. */
  const throughShim = async (decide: () => Promise<void>): Promise<string> => {
    const typed = shell.type(command, { PATH: `${shell.dir}:/usr/bin:/bin` });
    await decide();
    const { code, out, err } = await typed.ended;
    return `${String(code)} ${out}${err}`;
  };
  const throughHook = async (decide: () => Promise<void>): Promise<string> => {
    const asked = startWingman(['hook'], { env: env(), stdin: JSON.stringify({ session_id: 's', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command }, tool_use_id: 't' }) });
    await decide();
    const { code, out } = await asked.ended;
    return `${String(code)} ${JSON.parse(out).hookSpecificOutput.permissionDecisionReason as string}`;
  };
  const throughMcp = async (decide: () => Promise<void>): Promise<string> => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [MAIN, 'mcp'], env: env() }));
    const call = async (name: string, args: Record<string, unknown>) => {
      const { content } = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] };
      return JSON.parse(content[0]?.text ?? '') as Record<string, any>;
    };
    const { request_id } = await call('request', { task: command, commands: [command], execute: true });
    const waiting = call('wait', { request_id, seconds: 50 });
    await decide();
    const { status, executions } = await waiting;
    await client.close();
    return `${status} ${executions[0].output}`;
  };

  it('is three requests with one card each and the same plan hash, each run once and by the gateway', async () => {
    const seen: { id: string; plan_hash: string; card: string; executions: number; told: string }[] = [];
    for (const through of [throughShim, throughHook, throughMcp]) {
      const { id: container } = await world.createContainer({ cmd: ['sleep', '100000'], name: web });
      await until('the inventory shows it', async () => {
        const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${container}%`]);
        return row?.seen === true;
      });
      let id = '';
      const told = await through(async () => {
        const [waiting] = await until('one card is out', async () => {
          const { body } = await stack.call('GET', '/approvals/pending', stack.reviewer_key);
          return body['count'] === 1 ? (body['pending'] as Record<string, any>[]) : undefined;
        });
        expect(waiting?.['card'].targets).toEqual([expect.stringContaining(container)]);
        expect(await isThere()).toBe(true);
        id = waiting?.['request_id'] as string;
        const { status } = await stack.call('POST', `/approvals/${id}/approve`, stack.reviewer_key, { plan_hash: waiting?.['plan_hash'] });
        expect(status).toBe(200);
      });
      expect(await isThere()).toBe(false);
      const { body } = await stack.call('GET', `/approvals/${id}`, stack.agent_key);
      expect(body).toMatchObject({ status: 'APPROVED', execution_status: 'SUCCEEDED', commands: [command], worker_id: 'agent-1' });
      seen.push({ id, plan_hash: body['plan_hash'], card: body['card'].steps[0].says, executions: body['executions'].length, told });
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(new Set(seen.map(({ plan_hash }) => plan_hash)).size).toBe(1);
    expect(seen.map(({ executions }) => executions)).toEqual([1, 1, 1]);
    expect(seen.map(({ card }) => card)).toEqual(Array(3).fill(expect.stringContaining(web)));
    // What each face tells its agent; all three have docker's own words in it.
    expect(seen.map(({ told }) => told)).toEqual([
      expect.stringMatching(new RegExp(`^0 ${web}\nwingman: HIGH risk`)),
      expect.stringMatching(new RegExp(`^2 Wingman ran this for you, once.*exit code 0[^]*It printed:\n${web}\n$`)),
      `APPROVED ${web}\n`,
    ]);
    const rows = await stack.sql<{ kind: string; n: string }>("select kind, count(*) as n from wingman.ledger where kind in ('approval.requested', 'execution.intent') group by kind order by kind");
    expect(rows).toEqual([{ kind: 'approval.requested', n: '3' }, { kind: 'execution.intent', n: '3' }]);
  });
});
