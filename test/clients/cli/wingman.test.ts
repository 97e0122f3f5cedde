import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack } from '../../support/stack';
import { until } from '../../support/until';
import { onTerminal, runWingman, startWingman } from './run-wingman';

const POLICY_FILE = join(__dirname, '..', '..', '..', 'policy', 'default.yaml');

describe('the wingman command on a real API', () => {
  let stack: Stack;
  let asked = 0;
  const files = mkdtempSync(join(tmpdir(), 'wingman-cli-'));
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  const env = (more: Readonly<Record<string, string>> = {}) => ({ WINGMAN_DATA_DIR: stack.dataDir, ...more });
  const wingman = (...args: readonly string[]) => runWingman(args, { env: env() });
  /** What a program gets; fails unless the command ended well. */
  const json = async (...args: readonly string[]): Promise<any> => {
    const { code, out, err } = await wingman('--json', ...args);
    expect([code, err.includes('"error"')]).toEqual([0, false]);
    return JSON.parse(out);
  };
  const ask = async (command = 'docker restart web', ...more: readonly string[]): Promise<string> => {
    asked += 1;
    const { request_id, status } = await json('request', '--task', `Deploy ${String(asked)}`, '--instruction', 'Deploy it.', ...more, command);
    expect(status).toBe('PENDING');
    return request_id;
  };
  const file = (name: string, content: string): string => {
    writeFileSync(join(files, name), content);
    return join(files, name);
  };

  it('asks, shows, approves and lists', async () => {
    const id = await ask();
    expect((await wingman('pending')).out).toContain(id);
    const shown = await wingman('show', id.slice(0, 8).toUpperCase());
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('restarts container web')]);
    const unasked = await wingman('approve', id);
    expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining('say --yes')]);
    const approved = await wingman('approve', id.slice(0, 8), '--yes', '--note', 'fine');
    expect([approved.code, approved.out]).toEqual([0, `APPROVED ${id} by owner\n`]);
    expect(approved.err).toContain('plan hash   ');
    const late = await wingman('reject', id);
    expect([late.code, late.err]).toEqual([1, expect.stringMatching(new RegExp(`^ALREADY_DECIDED: .*\\n {2}Next: wingman show ${id}`))]);
    const after = await json('show', id);
    expect(after).toMatchObject({ status: 'APPROVED', decided_by: 'owner', decision_note: 'fine' });
  });

  it('approves no plan but the one that was looked at', async () => {
    const id = await ask();
    const { plan_hash } = await json('show', id);
    const other = await wingman('approve', id, '--yes', '--plan-hash', 'f'.repeat(64));
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('nothing was decided: the plan hash is')]);
    expect((await wingman('approve', id, '--yes', '--plan-hash', plan_hash)).code).toBe(0);
  });

  it('waits for the decision, and ends as it does', async () => {
    const waiting = startWingman(['request', '--task', 'Wait for it', '--wait', 'docker restart web'], { env: env() });
    await until('it says how to decide', () => waiting.err().includes('waiting for a decision'));
    const id = /wingman approve (\S+)/.exec(waiting.err())?.[1] ?? '';
    expect((await wingman('reject', id, '--yes', '--note', 'not now')).out).toBe(`REJECTED ${id}\n`);
    const { code, out } = await waiting.ended;
    expect([code, out]).toEqual([3, expect.stringMatching(/^REJECTED {2}MEDIUM dev: Wait for it\n[^]*by owner: not now/)]);
  });

  it('waits no longer than it is told, and the request stays', async () => {
    const { code, err } = await wingman('request', '--task', 'Nobody comes', '--wait', '--timeout', '1', 'docker restart db');
    expect([code, err]).toEqual([4, expect.stringMatching(/not over after 1 s; the request stays: wingman show/)]);
    expect((await wingman('pending')).out).toContain('Nobody comes');
  });

  it('stops waiting on Ctrl-C with 130, and the request stays', async () => {
    const ended = await onTerminal(['request', '--task', 'Interrupted', '--wait', 'docker restart web'], env(), [['waiting for a decision', '\u0003']]);
    expect([ended.code, ended.out]).toEqual([130, expect.stringContaining('the request stays: wingman show')]);
  });

  it('asks once for what waits already', async () => {
    const args = ['request', '--task', 'Same', 'docker stop web'];
    const [first, second] = [await wingman(...args), await wingman(...args)];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.err).toContain('the same request is waiting already');
  });

  it('says what the gate refuses, with its own exit code and what to do', async () => {
    const { code, out, err } = await wingman('request', '--task', 'x', 'docker run --privileged alpine:3.20');
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/^COMMAND_UNKNOWN_FLAG: .*\n {2}Next: docs\/commands\.md/);
    const asJson = await wingman('--json', 'request', '--task', 'x', 'docker run --privileged alpine:3.20');
    expect([asJson.code, asJson.out, JSON.parse(asJson.err).error]).toEqual([3, '', expect.objectContaining({ code: 'COMMAND_UNKNOWN_FLAG', exitCode: 3 })]);
  });

  it('gives agents an answer at once where nobody is needed', async () => {
    const { code, out } = await wingman('request', '--task', 'Look around', 'docker ps -a');
    expect([code, out]).toEqual([0, expect.stringMatching(/^AUTO_APPROVED /)]);
  });

  it('withdraws and revokes', async () => {
    const id = await ask();
    expect((await wingman('cancel', id.slice(0, 8))).out).toBe(`CANCELLED ${id}\n`);
    const other = await ask('docker restart db');
    await wingman('approve', other, '--yes');
    expect((await wingman('cancel', other)).out).toBe(`APPROVED ${other}, revoked\n`);
    const run = await wingman('execute', other);
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('APPROVAL_REVOKED')]);
  });

  it.each([
    ['too short', 'abcde', 'no request id'],
    ['unknown', 'ffffff', 'no waiting request begins with ffffff'],
    ['something else', '../keys', 'no request id'],
  ])('takes no id that is %s', async (_, id, message) => {
    const { code, err } = await wingman('show', id);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('asks for the plan’s hash on a terminal when the risk is HIGH', async () => {
    const id = await ask('docker restart web', '--env', 'prd');
    const { plan_hash } = await json('show', id);
    const wrong = await onTerminal(['approve', id], env(), [['HIGH risk. Type the first 4 characters', 'zzzz\r']]);
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('nothing was decided')]);
    const right = await onTerminal(['approve', id], env(), [['HIGH risk. Type the first 4 characters', `${String(plan_hash).slice(0, 4)}\r`]]);
    // Two people are needed in production.
    expect([right.code, right.out]).toEqual([0, expect.stringContaining('your approval counts; 2 are needed')]);
  });

  it('asks yes or no on a terminal, in colour; Ctrl-C and Ctrl-D are no', async () => {
    const id = await ask();
    const question = 'Approve exactly this?';
    const interrupted = await onTerminal(['approve', id], env(), [[question, '\u0003']]);
    expect([interrupted.code, interrupted.out]).toEqual([130, expect.stringContaining('nothing was changed')]);
    const ended = await onTerminal(['approve', id], env(), [[question, '\u0004']]);
    expect([ended.code, ended.out]).toEqual([1, expect.stringContaining('nothing was decided')]);
    expect(ended.out).toContain('\u001b[1mPENDING');
    const agreed = await onTerminal(['approve', id], env({ NO_COLOR: '1' }), [[question, 'y\r']]);
    expect([agreed.code, agreed.out]).toEqual([0, expect.stringContaining(`APPROVED ${id} by owner`)]);
    expect(agreed.out).not.toContain('\u001b[1mPENDING');
  });

  it('checks instructions, from files and standard input', async () => {
    const bad = await wingman('check', 'Just do it.');
    expect([bad.code, bad.out]).toEqual([3, expect.stringMatching(/^not approved, score [0-9]+\nDELIVERABLES: /)]);
    const read = await runWingman(['check', '-'], { env: env(), stdin: 'Just do it.' });
    expect([read.code, read.out]).toEqual([3, bad.out]);
    const missing = await wingman('check', '@/nowhere/x.md');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('/nowhere/x.md cannot be read (ENOENT)')]);
  });

  it('logs claims', async () => {
    expect((await wingman('claim', 'restarted web')).out).toMatch(/^logged [0-9a-f-]{36}\n$/);
    const other = await wingman('claim', '--worker', 'somebody-else', 'x');
    expect([other.code, other.err]).toEqual([1, expect.stringMatching(/^WORKER_ID_NOT_ALLOWED[^]*--worker/)]);
  });

  it('issues, lists and revokes keys, and adds, links and disables reviewers', async () => {
    expect((await wingman('reviewers', 'add', 'alice')).out).toBe('added alice\n');
    expect((await wingman('reviewers', 'link', 'alice')).out).toMatch(/within 10 minutes: \/link \S+\n/);
    const issued = await wingman('keys', 'issue', 'reviewer', '--subject', 'alice');
    const key = issued.out.trim();
    expect(key).toMatch(/^wm_r_[0-9a-f]{12}_[A-Za-z0-9_-]{49}$/);
    const own = await wingman('--url', stack.url, '--key', key, 'pending');
    expect(own.code).toBe(0);
    const list = await json('keys', 'list');
    const { key_id } = list.find(({ subject }: { subject: string }) => subject === 'alice');
    expect((await wingman('keys', 'revoke', key_id)).out).toBe(`revoked ${String(key_id)}\n`);
    const gone = await wingman('--url', stack.url, '--key', key, 'pending');
    expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('KEY_REVOKED')]);
    expect((await wingman('reviewers', 'disable', 'alice')).out).toBe('disabled alice\n');
    expect((await json('reviewers', 'list')).find(({ reviewer }: { reviewer: string }) => reviewer === 'alice')).toMatchObject({ disabled: true });
    const agent = await wingman('keys', 'issue', 'agent', '--workers', 'deployer, builder', '--envs', 'dev');
    expect(agent.out).toMatch(/^wm_a_/);
    expect((await wingman('keys', 'list')).out).toContain('deployer,builder');
  });

  it('locks and unlocks, quarantines and releases', async () => {
    expect((await wingman('locks')).out).toBe('nothing is locked\n');
    expect((await wingman('lock', '*', '--reason', 'incident')).out).toBe('locked *\n');
    expect((await wingman('locks')).out).toMatch(/\*\s+incident\s+operator/);
    expect((await wingman('unlock', '*')).out).toBe('unlocked *\n');
    expect((await wingman('quarantine', 'agent-7', '--reason', 'false claims')).out).toBe('quarantined agent-7\n');
    const refused = await wingman('request', '--worker', 'agent-7', '--task', 'x', 'docker ps');
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/^QUARANTINED: [^]*wingman release/)]);
    expect((await wingman('release', 'agent-7', '--reason', 'looked into')).out).toBe('released agent-7\n');
    expect((await wingman('request', '--worker', 'agent-7', '--task', 'x', 'docker ps')).code).toBe(0);
  });

  it('shows, explains, tests and applies the policy', async () => {
    expect((await wingman('policy', 'show')).out).toContain('name: default');
    const explained = await wingman('policy', 'explain', '--env', 'prd', 'docker restart web');
    expect([explained.code, explained.out]).toEqual([0, expect.stringMatching(/^PENDING\n[^]*needs 2 different reviewers/)]);
    expect((await wingman('policy', 'explain', 'docker run --privileged x')).out).toMatch(/^AUTO_REJECTED\nCOMMAND_UNKNOWN_FLAG: /);
    const cases = file('cases.yaml', '- { name: a restart waits, env: dev, commands: [docker restart web], expect: { status: PENDING, risk: MEDIUM, quorum: 1 } }');
    for (const how of [[], ['--policy', POLICY_FILE]]) {
      const tested = await wingman('policy', 'test', cases, ...how);
      expect([tested.code, tested.out]).toEqual([0, expect.stringContaining('1 cases, all as expected')]);
    }
    const wrong = file('wrong.yaml', '- { name: never, commands: [docker restart web], expect: { status: AUTO_APPROVED } }');
    for (const how of [[], ['--policy', POLICY_FILE]]) {
      const tested = await wingman('policy', 'test', wrong, ...how);
      expect([tested.code, tested.out]).toEqual([1, expect.stringContaining('expected AUTO_APPROVED')]);
    }
    const timed = await wingman('policy', 'test', file('timed.yaml', '- { name: x, at: 2026-01-01T00:00:00Z, expect: { status: PENDING } }'));
    expect([timed.code, timed.err]).toEqual([2, expect.stringContaining('need --policy FILE')]);
    expect((await wingman('policy', 'test', POLICY_FILE)).err).toContain('is the policy default, and in good form');
    const faulty = await wingman('policy', 'apply', file('faulty.yaml', 'version: 1\nname: x\nenvironmnts: {}\n'));
    expect([faulty.code, faulty.err]).toEqual([1, expect.stringMatching(/^CONFIG_INVALID: .*line/)]);
    expect((await wingman('policy', 'apply', POLICY_FILE)).out).toMatch(/^version 2 applies from now on/);
  });

  it('lists executions, and says when one is not there', async () => {
    expect((await wingman('executions', 'list')).out).toBe('nothing was run\n');
    expect(await json('executions', 'list', '--status', 'UNKNOWN')).toEqual([]);
    const none = await wingman('executions', 'show', '7f3a0001-0000-4000-8000-000000000000');
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^NOT_FOUND[^]*wingman executions list/)]);
  });

  it('follows the feed, a line each, until Ctrl-C', async () => {
    const watching = startWingman(['watch', '--after', '0', '--json', '--kind', 'tenant.created'], { env: env() });
    await until('the first row is there', () => watching.out().includes('\n'));
    expect(JSON.parse(watching.out())).toMatchObject({ kind: 'tenant.created', seq: 1 });
    watching.child.kill('SIGINT');
    expect((await watching.ended).code).toBe(130);
    const live = startWingman(['watch', '--after', '0'], { env: env() });
    await until('the history is there', () => live.out().includes('policy.applied'));
    const id = await ask();
    await until('the request is there', () => live.out().includes(id));
    expect(live.out()).toMatch(new RegExp(`^\\S+Z +[0-9]+ {2}approval\\.requested .*${id}`, 'm'));
    live.child.kill('SIGINT');
    expect((await live.ended).code).toBe(130);
  });

  describe('the ledger', () => {
    const verify = (...args: readonly string[]) => wingman('ledger', 'verify', ...args);
    /** Exported, with a checkpoint over every row of it. */
    const taken = async () => {
      const { rows } = await until('a checkpoint has seen the last row', async () => {
        const [exported, notes] = [await wingman('ledger', 'export'), await wingman('ledger', 'checkpoints')];
        const count = exported.out.trim().split('\n').length;
        return new RegExp(`^${String(count)}$`, 'm').test(notes.out) && { rows: exported.out, ...{ at: file('ledger.ndjson', exported.out), notes: file('checkpoints.txt', notes.out) } };
      });
      return { rows, files: ['--export', join(files, 'ledger.ndjson'), '--checkpoints', join(files, 'checkpoints.txt'), '--keys', join(stack.keysDir, 'keyset.json')] };
    };

    it('verifies online, and from files alone', async () => {
      expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(/^OK: \d+ rows, head [0-9a-f]{64}, \d+ checkpoints\n$/) });
      const { files: all } = await taken();
      const alone = await runWingman(['ledger', 'verify', ...all], { env: { WINGMAN_DATA_DIR: '/nowhere' } });
      expect([alone.code, alone.out]).toEqual([0, expect.stringMatching(/^OK: \d+ rows, head [0-9a-f]{64}, [1-9]\d* checkpoints\n$/)]);
      expect(JSON.parse((await wingman('--json', 'ledger', 'verify')).out)).toMatchObject({ ok: true, findings: [] });
    });

    it('takes the server’s keys where there are none, and says so', async () => {
      const { code, out, err } = await runWingman(['ledger', 'verify'], { env: { WINGMAN_DATA_DIR: '/nowhere', WINGMAN_URL: stack.url, WINGMAN_KEY: stack.operator_key } });
      expect([code, out]).toEqual([0, expect.stringMatching(/^OK: /)]);
      expect(err).toContain('the keys come from the server that is being verified');
    });

    it('names what was changed in an export, and exits 1', async () => {
      const { rows, files: all } = await taken();
      const lines = rows.trimEnd().split('\n');
      const tampered: readonly (readonly [string, string])[] = [
        ['EDITED', rows.replace('"by\\":\\"set-up', '"by\\":\\"nobody')],
        ['DELETED', [...lines.slice(0, 2), ...lines.slice(3)].join('\n')],
        ['TAIL_CUT', lines.slice(0, -1).join('\n')],
        ['MALFORMED', [...lines.slice(0, 2), 'not json', ...lines.slice(2)].join('\n')],
      ];
      for (const [kind, text] of tampered) {
        expect(text).not.toBe(rows);
        file('ledger.ndjson', `${text}\n`);
        const { code, out } = await verify(...all);
        expect([kind, code, out]).toEqual([kind, 1, expect.stringMatching(new RegExp(`^NOT OK: \\d+ rows\\n[^]*${kind} at `))]);
      }
    });

    it.each([
      ['an export that is not there', ['--export', '/nowhere/x'], 'cannot be read (ENOENT)'],
      ['a file without checkpoints', ['--checkpoints', POLICY_FILE], 'holds no checkpoint'],
      ['keys that are no JSON', ['--keys', POLICY_FILE], 'is not JSON'],
    ])('refuses %s', async (_, args, message) => {
      expect(await verify(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
    });

    it('stops quietly when nobody reads on', async () => {
      const exporting = startWingman(['ledger', 'export'], { env: env() });
      exporting.child.stdout?.destroy();
      expect((await exporting.ended).code).toBe(0);
    });
  });

  it('says what to do when nothing answers', async () => {
    const { code, err } = await wingman('--url', 'http://127.0.0.1:9', '--key', stack.reviewer_key, 'pending');
    expect([code, err]).toEqual([1, expect.stringContaining('npm start')]);
  });

  it('sends this clone’s keys to no other address', async () => {
    const { code, err } = await wingman('--url', 'http://127.0.0.1:9', 'pending');
    expect([code, err]).toEqual([1, expect.stringContaining('is not sent to http://127.0.0.1:9')]);
  });

  it.each([
    ['an unknown command', ['no-such-thing']],
    ['an unknown option', ['pending', '--colour']],
    ['nothing', []],
    ['a group alone', ['keys']],
    ['a missing task', ['request', 'docker ps']],
    ['a number that is none', ['pending', '--limit', 'many']],
    ['a kind that is none', ['keys', 'issue', 'boss']],
    ['--execute without commands', ['request', '--task', 'x', '--execute']],
    ['an outcome that is none', ['executions', 'resolve', 'x', '--outcome', 'MAYBE', '--note', 'x']],
    ['an address that is none', ['--url', 'here', 'pending']],
  ])('calls %s a mistake of usage', async (_, args) => {
    const { code, out, err } = await wingman(...args);
    expect([code, out, err.length > 0]).toEqual([2, '', true]);
  });

  it('teaches: help with examples, and every command in docs/cli.md', async () => {
    const help = await wingman('--help');
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('wingman ledger verify')]);
    const manual = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');
    const commands = [...help.out.matchAll(/^ {2}([a-z]+)(?: \[| <| {2,})/gm)].map(([, name = '']) => name).filter((name) => name !== 'help' && name !== 'wingman');
    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter((name) => !manual.includes(`wingman ${name}`))).toEqual([]);
  });
});
