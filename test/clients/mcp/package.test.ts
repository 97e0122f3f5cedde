/** The MCP server as a stranger gets it: packed, unpacked into an empty project, and started by the official client against a real stack. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { startStack, type Stack } from '../../support/stack';

const ROOT = join(__dirname, '..', '..', '..');

describe('the packed MCP server', () => {
  let stack: Stack;
  let project: string;
  let home: string;
  beforeAll(async () => {
    stack = await startStack();
    project = mkdtempSync(join(tmpdir(), 'wingman-mcp-stranger-'));
    const built = execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-mcp.mjs'), join(project, 'built')], { encoding: 'utf8' }).trim();
    const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { cwd: built, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    home = join(project, 'node_modules', '@wingman', 'mcp');
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['-xzf', join(project, tarball), '--strip-components=1', '-C', home]);
    // What an install would bring, and nothing besides: a package that it does not name is not found.
    const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { dependencies: Readonly<Record<string, string>> };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
    }
  }, 60_000);
  afterAll(async () => {
    await stack?.close();
    rmSync(project, { recursive: true, force: true });
  });

  it('asks, waits, is approved and claims', async () => {
    const client = new Client({ name: 'stranger', version: '1' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(home, 'mcp', 'main.js')], env: { PATH: process.env['PATH'] ?? '', WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.agent_key } }));
    const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, any>> => {
      const { content } = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] };
      return JSON.parse(content[0]?.text ?? '{}') as Record<string, any>;
    };
    const { request_id } = await call('request', { task: 'Make a volume', commands: ['docker volume create packed'] });
    const waiting = call('wait', { request_id, seconds: 30 });
    await stack.call('POST', `/approvals/${String(request_id)}/approve`, stack.reviewer_key, {});
    expect(await waiting).toMatchObject({ status: 'APPROVED' });
    expect(await call('claim', { claim: 'I created the volume packed' })).toMatchObject({ status: 'logged' });
    await client.close();
  });

  it.each([
    ['as a CommonJS module', ['-e', "console.log(typeof require('@wingman/mcp').createMcpServer)"]],
    ['as an ES module', ['--input-type=module', '-e', "import { createMcpServer } from '@wingman/mcp'; console.log(typeof createMcpServer)"]],
  ])('is there %s', (_, args) => {
    expect(execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' }).trim()).toBe('function');
  });

  it.each([
    ['without a key', () => ({}), /WINGMAN_KEY is not set/],
    ['with a reviewer’s key', () => ({ WINGMAN_KEY: stack.reviewer_key, WINGMAN_URL: stack.api.url }), /an agent must never hold one/],
  ])('says what is wrong %s', async (_, env, why) => {
    const child = promisify(execFile)(process.execPath, [join(home, 'mcp', 'main.js')], { env: { PATH: process.env['PATH'], ...env() } });
    await expect(child).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(why) });
  });
});
