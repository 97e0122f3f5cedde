/** The official clients, of both generations, over both transports, against the built command and a real stack. */
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startStack, type Stack } from '../../support/stack';
import { openDockerWorld, type DockerWorld } from '../../support/docker-world';
import { until } from '../../support/until';
import { runWingman, startWingman, type Started } from '../cli/run-wingman';

jest.setTimeout(180_000);
const MAIN = join(__dirname, '..', '..', '..', 'dist', 'clients', 'cli', 'main.js');
const BEARER = 'b'.repeat(40);
const TOOLS = ['check', 'claim', 'execute', 'request', 'status', 'verify', 'wait'];

describe('wingman mcp', () => {
  let stack: Stack;
  let world: DockerWorld;
  let container: string;
  let http: Started;
  let url: string;
  const env = () => ({ WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key, PATH: process.env['PATH'] ?? '/usr/bin' });
  beforeAll(async () => {
    world = await openDockerWorld();
    container = (await world.createContainer({ cmd: ['sleep', '100000'] })).name;
    stack = await startStack({ environments: ['dev'] });
    http = startWingman(['mcp', '--http', '0'], { env: { ...env(), WINGMAN_MCP_TOKEN: BEARER } });
    url = await until('the port is told', () => /MCP at (\S+)/.exec(http.err())?.[1]);
    await until('the inventory shows the container', async () => {
      const [row] = await stack.sql<{ seen: boolean }>('select inventory::text like $1 as seen from wingman.inventories', [`%${container}%`]);
      return row?.seen === true;
    });
  });
  afterAll(async () => {
    http?.child.kill('SIGTERM');
    await stack?.close();
    await world?.close();
  });

  interface Tools {
    list(): Promise<readonly string[]>;
    call(name: string, args: Record<string, unknown>): Promise<{ isError: boolean; body: Record<string, any> }>;
    close(): Promise<void>;
  }
  const toolsOf = (client: Client | OlderClient): Tools => ({
    list: async () => (await client.listTools()).tools.map(({ name }) => name).sort(),
    async call(name, args) {
      const answer = (await client.callTool({ name, arguments: args })) as { isError?: boolean; content: { text: string }[] };
      const text = answer.content[0]?.text ?? '';
      return { isError: answer.isError === true, body: text.startsWith('{') ? JSON.parse(text) : { text } };
    },
    close: () => client.close(),
  });
  const headers = () => ({ requestInit: { headers: { authorization: `Bearer ${BEARER}` } } });
  const newer = async (transport: StdioClientTransport | StreamableHTTPClientTransport, mode?: 'auto') => {
    const client = new Client({ name: 'test', version: '1' }, mode === undefined ? {} : { versionNegotiation: { mode } });
    await client.connect(transport);
    return toolsOf(client);
  };
  const older = async (transport: OlderStdio | OlderHttp) => {
    const client = new OlderClient({ name: 'test', version: '1' });
    await client.connect(transport);
    return toolsOf(client);
  };
  const stdio = () => ({ command: process.execPath, args: [MAIN, 'mcp'], env: env() });

  it.each<[string, () => Promise<Tools>]>([
    ['stdio', () => newer(new StdioClientTransport(stdio()))],
    ['stdio, newest protocol', () => newer(new StdioClientTransport(stdio()), 'auto')],
    ['stdio, older client', () => older(new OlderStdio(stdio()))],
    ['HTTP', () => newer(new StreamableHTTPClientTransport(new URL(url), headers()))],
    ['HTTP, newest protocol', () => newer(new StreamableHTTPClientTransport(new URL(url), headers()), 'auto')],
    ['HTTP, older client', () => older(new OlderHttp(new URL(url), headers()))],
  ])('tells the whole story over %s', async (way, connect) => {
    const tools = await connect();
    expect(await tools.list()).toEqual(TOOLS);

    const asked = await tools.call('request', { task: `Restart over ${way}`, commands: [`docker restart -t 0 ${container}`] });
    expect(asked.body).toMatchObject({ status: 'PENDING', next: expect.stringContaining('call wait') });
    const { request_id, plan_hash } = asked.body;
    const waited = await tools.call('wait', { request_id, seconds: 1 });
    expect([waited.isError, waited.body['status'], waited.body['next']]).toEqual([false, 'PENDING', expect.stringMatching(/^Still pending: .* wait .* again/)]);
    const early = await tools.call('execute', { request_id });
    expect([early.isError, early.body['code']]).toEqual([true, 'NOT_APPROVED']);

    const waiting = tools.call('wait', { request_id, seconds: 30 });
    await stack.call('POST', `/approvals/${request_id}/approve`, stack.reviewer_key, { plan_hash });
    expect((await waiting).body).toMatchObject({ status: 'APPROVED', next: expect.stringContaining('call execute') });
    expect((await tools.call('execute', { request_id })).body).toMatchObject({ execution_status: 'SUCCEEDED', executions: [{ status: 'SUCCEEDED', exit_code: 0 }], next: expect.stringContaining('claim') });
    expect((await tools.call('execute', { request_id })).body).toMatchObject({ code: 'STEP_ALREADY_EXECUTED' });
    expect((await tools.call('claim', { claim: `I restarted the container ${container}` })).body).toMatchObject({ status: 'logged' });

    expect((await tools.call('verify', { claim: 'Everything is better now.' })).body).toMatchObject({ verdict: 'UNVERIFIABLE', verifier: 'simple' });

    expect((await tools.call('request', { task: 'x', commands: ['docker system prune -af'] })).body).toMatchObject({ code: 'COMMAND_UNKNOWN_VERB' });
    expect((await tools.call('check', { instruction: 'short' })).body).toMatchObject({ approved: false });
    const rejected = await tools.call('request', { task: `Stop over ${way}`, commands: [`docker stop ${container}`] });
    await stack.call('POST', `/approvals/${rejected.body['request_id']}/reject`, stack.reviewer_key, { note: 'not today' });
    expect((await tools.call('status', { request_id: rejected.body['request_id'] })).body).toMatchObject({ status: 'REJECTED', decision_note: 'not today', next: expect.stringContaining('Stop here') });
    await tools.close();
  });

  it.each([
    ['a reviewer', 'reviewer_key'],
    ['an operator', 'operator_key'],
  ] as const)('refuses the key of %s at its start, with nothing on stdout', async (_, name) => {
    const { code, out, err } = await runWingman(['mcp'], { env: { ...env(), WINGMAN_KEY: stack[name] } });
    expect([code, out, err]).toEqual([1, '', expect.stringContaining('an agent must never hold one')]);
  });

  it('starts while Wingman is away, and permits nothing', async () => {
    const tools = await newer(new StdioClientTransport({ ...stdio(), env: { ...env(), WINGMAN_URL: 'http://127.0.0.1:9' } }));
    const asked = await tools.call('request', { task: 'x', commands: ['docker ps'] });
    expect([asked.isError, asked.body['code']]).toEqual([true, 'UNREACHABLE']);
    await tools.close();
  });

  const raw = (sent: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const call = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...sent } }, (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      });
      call.once('error', reject);
      call.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }));
    });

  it.each<[string, Record<string, string>, number]>([
    ['no bearer', {}, 401],
    ['another bearer', { authorization: `Bearer ${'c'.repeat(40)}` }, 401],
    ['a longer one', { authorization: `Bearer ${BEARER}b` }, 401],
    ['another scheme', { authorization: `Basic ${BEARER}` }, 401],
    ['a name that resolves here', { authorization: `Bearer ${BEARER}`, host: 'rebound.example' }, 403],
    ['a page of another site', { authorization: `Bearer ${BEARER}`, origin: 'https://evil.example' }, 403],
    ['an origin without a name', { authorization: `Bearer ${BEARER}`, origin: 'null' }, 403],
  ])('refuses %s', async (_, sent, status) => {
    expect(await raw(sent)).toBe(status);
  });

  it('refuses the agent’s own key as the bearer: it stays inside', async () => {
    expect(await raw({ authorization: `Bearer ${stack.agent_key}` })).toBe(401);
  });
});
