import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startStack, type Stack } from '../../support/stack';

const MAIN = join(__dirname, '..', '..', '..', 'dist', 'clients', 'cli', 'main.js');

describe('the wingman command', () => {
  let stack: Stack;
  beforeAll(async () => {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built; run \`npm run build\` before this suite`);
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  const wingman = (...args: readonly string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], WINGMAN_DATA_DIR: stack.dataDir } }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });

  it('asks, shows, approves and lists', async () => {
    const asked = await wingman('--json', 'request', '--task', 'Deploy the shop', '--instruction', 'Deploy it.', 'docker restart web');
    expect(asked.code).toBe(0);
    const { request_id, status } = JSON.parse(asked.out) as { request_id: string; status: string };
    expect(status).toBe('PENDING');
    expect((await wingman('pending')).out).toContain(request_id);
    const shown = await wingman('show', request_id.slice(0, 8));
    expect(shown.out).toContain('restarts container web');
    const unasked = await wingman('approve', request_id);
    expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining('say --yes')]);
    const approved = await wingman('approve', request_id.slice(0, 8), '--yes', '--note', 'fine');
    expect([approved.code, approved.out]).toEqual([0, `APPROVED ${request_id} by owner\n`]);
    const late = await wingman('reject', request_id);
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('ALREADY_DECIDED')]);
  });

  it('says what the gate refuses, with its own exit code', async () => {
    const { code, err } = await wingman('request', '--task', 'x', 'docker run --privileged alpine:3.20');
    expect(code).toBe(3);
    expect(err).toContain('COMMAND_UNKNOWN_FLAG');
  });

  it('verifies the ledger', async () => {
    const { code, out } = await wingman('ledger', 'verify');
    expect([code, out]).toEqual([0, expect.stringMatching(/^OK: \d+ rows, head [0-9a-f]{64}/)]);
  });

  it('knows usage errors, and teaches', async () => {
    expect((await wingman('no-such-thing')).code).toBe(2);
    const help = await wingman('--help');
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('wingman ledger verify')]);
  });

  it('says what to do when nothing answers', async () => {
    const { code, err } = await wingman('--url', 'http://127.0.0.1:9', '--key', stack.reviewer_key, 'pending');
    expect([code, err]).toEqual([1, expect.stringContaining('npm start')]);
  });
});
