import { plainJson, styleOf, table } from '../../../clients/cli/output';
import { showRequest } from '../../../clients/cli/show-request';
import { visible } from '../../../clients/cli/visible';
import type { RequestShape } from '../../../clients/sdk/shapes';

const PLAIN = styleOf({ isTTY: false }, {});

describe('what is printed', () => {
  it.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a pipe', { isTTY: false }, {}, false],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
  ] as const)('is coloured or not: %s', (_, stream, env, isColoured) => {
    expect(styleOf(stream, env).red('x') !== 'x').toBe(isColoured);
  });

  it('lines tables up, with a dash for nothing and one line a row', () => {
    expect(table(PLAIN, ['A', 'LONG NAME', 'C'], [['x', null, true], ['wide cell', ['a', 'b'], 'two\nlines'], ['', [], 7]])).toBe(
      ['A          LONG NAME  C', 'x          -          yes', 'wide cell  a,b        two⏎lines', '-          -          7'].join('\n'),
    );
  });

  it('lets no text of others reach the terminal as anything but text', () => {
    const hostile = { a: ['\u001b[2J\u001b[1;1HAPPROVED', '\u202eevil', 'a\u200bb', 'x\ry', '\u009b31m'], n: { deep: 'tab\tand\nline\r\nend' }, seven: 7, none: null };
    expect(visible(hostile)).toEqual({
      a: ['\\u{001B}[2J\\u{001B}[1;1HAPPROVED', '\\u{202E}evil', 'a\\u{200B}b', 'x\\u{000D}y', '\\u{009B}31m'],
      n: { deep: 'tab\tand\nline\nend' },
      seven: 7,
      none: null,
    });
  });

  it('writes JSON that no terminal obeys and that says the same', () => {
    const value = { text: '\u001b[31m \u009b \u202e \u200b \ufeff ü 👍' };
    const text = plainJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toMatch(/^[\x20-\x7eü👍]*$/u);
  });

  const request = (more: Partial<RequestShape>): RequestShape => ({
    request_id: '7f3a0001-0000-4000-8000-000000000000', created_at: '2026-01-01T00:00:00Z', status: 'PENDING', worker_id: 'agent-1', task_name: 'Work', instruction: 'Do it.', deployment_env: 'dev',
    commands: ['docker restart web'], plan_hash: 'c'.repeat(64), risk_level: 'HIGH', risk_reason: 'r', quorum: 2, reasons: [], expires_at: '2026-01-02T00:00:00Z', decided_at: null, decided_by: null,
    decision_note: null, execute: false, execution_status: null,
    card: {
      title: 'HIGH dev: Work', risk_level: 'HIGH', risk_reasons: ['because'], reversibility: 'REVERSIBLE', environment: 'dev', worker_id: 'agent-1', task_name: 'Work',
      steps: [{ number: 1, command: 'docker restart web', says: 'restarts container web', reversibility: 'REVERSIBLE' }], targets: ['container web: abc'], plan_hash: 'c'.repeat(64),
      votes: [{ voter: 'rules', risk_level: 'HIGH', reason: 'words' }], dissent: true, quorum: 2, instruction: { lines: ['│ Do it.'], more: 3 }, score: 10, warnings: ['careful'],
    },
    ...more,
  });

  it('shows a card whole: what it does first, then warnings, who asks, risk, targets, plan hash', () => {
    expect(showRequest(request({}), PLAIN).split('\n')).toEqual([
      'PENDING  HIGH dev: Work',
      'step 1      docker restart web',
      '            restarts container web [REVERSIBLE]',
      'warning     careful',
      'agent       agent-1 in dev',
      'request     7f3a0001-0000-4000-8000-000000000000',
      'effect      REVERSIBLE',
      'quorum      2 reviewers (the voters disagree)',
      'risk        HIGH: because',
      'vote        rules: HIGH, words',
      'target      container web: abc',
      `plan hash   ${'c'.repeat(64)}`,
      '│ Do it.',
      '(3 more lines: --json shows all)',
      'expires     2026-01-02T00:00:00Z',
    ]);
  });

  it('shows who decided, and what was run', () => {
    const text = showRequest(
      request({
        status: 'APPROVED', decided_at: '2026-01-01T01:00:00Z', decided_by: 'bob', execution_status: 'FAILED', revoked_at: '2026-01-01T03:00:00Z',
        decisions: [
          { reviewer: 'alice', decision: 'APPROVE', note: 'fine', decided_at: '2026-01-01T00:30:00Z' },
          { reviewer: 'bob', decision: 'APPROVE', note: null, decided_at: '2026-01-01T01:00:00Z' },
        ],
        executions: [{
          execution_id: 'e1', approval_id: 'x', environment: 'dev', worker_id: 'agent-1', step: 0, command: 'docker restart web', status: 'FAILED', started_at: 's', finished_at: 'f',
          duration_ms: 1, exit_code: 137, output: 'one\ntwo\n', error_code: 'ENGINE_ERROR', receipt: null, resolution: null,
        }],
      }),
      PLAIN,
    );
    expect(text).toContain('by          alice: APPROVE 2026-01-01T00:30:00Z, fine\n');
    expect(text).toContain('decided     2026-01-01T01:00:00Z by bob\nrevoked     2026-01-01T03:00:00Z\n');
    expect(text).toMatch(/execution {3}e1 step 1 FAILED, exit 137, ENGINE_ERROR\n {12}one\n {12}two$/);
  });
});
