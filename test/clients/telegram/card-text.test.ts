import { cardParts, IN_FULL, ON_CARD, plainer } from '../../../clients/telegram/card-text';
import type { RequestShape } from '../../../clients/sdk/shapes';

const ID = '7f3a0001-0000-4000-8000-000000000000';
const HASH = 'c'.repeat(64);

function request(more: Partial<RequestShape> & { readonly commands?: readonly string[]; readonly lines?: readonly string[] } = {}): RequestShape {
  const { commands = ['docker restart web'], lines = ['│ Do it.'], ...rest } = more;
  return {
    request_id: ID, created_at: '2026-01-01T00:00:00Z', status: 'PENDING', worker_id: 'agent-1', task_name: 'Work', instruction: 'Do it.', deployment_env: 'dev',
    commands, plan_hash: HASH, risk_level: 'MEDIUM', risk_reason: 'r', quorum: 1, reasons: [], expires_at: '2026-01-02T00:00:00Z', decided_at: null, decided_by: null,
    decision_note: null, execute: false, execution_status: null,
    card: {
      title: 'MEDIUM dev: Work', risk_level: 'MEDIUM', risk_reasons: ['r'], reversibility: 'REVERSIBLE', environment: 'dev', worker_id: 'agent-1', task_name: 'Work',
      steps: commands.map((command, at) => ({ number: at + 1, command, says: 'does it', reversibility: 'REVERSIBLE' })), targets: [], plan_hash: HASH, votes: [], dissent: false,
      quorum: 1, instruction: { lines, more: 0 }, score: 10, warnings: [],
    },
    ...rest,
  };
}

describe('a card as text', () => {
  it('holds every command in full and the plan’s hash, in as many messages as it takes', () => {
    const commands = Array.from({ length: 20 }, (_, at) => `docker exec c${String(at)} ${'x'.repeat(4000)}`);
    const parts = cardParts(request({ commands }), ON_CARD);
    expect(parts.length).toBeGreaterThan(20);
    expect(parts.every((part) => part.length <= 4096)).toBe(true);
    const joined = parts.map((part) => part.replace(/^Request .*, part .*\n/, '')).join('\n').replaceAll('\n(continued) ', '');
    for (const command of commands) expect(joined).toContain(command);
    expect(joined).toContain(HASH);
  });

  it('shortens the agent’s words with their count and hash, and shows them all when asked', () => {
    const lines = Array.from({ length: 60 }, (_, at) => `│ line ${String(at)} ${'y'.repeat(300)}`);
    const short = cardParts(request({ lines, instruction: 'z'.repeat(20_000) }), ON_CARD).join('\n');
    expect(short).toContain('20000 characters, SHA-256 ');
    expect(short).toContain('Shortened by 56 lines');
    expect(cardParts(request({ lines }), IN_FULL).join('\n')).toContain('│ line 59');
  });

  it('keeps an agent’s line behind its bar, also where it goes on', () => {
    const parts = cardParts(request({ lines: [`│ ${'w '.repeat(5000)}`, 'APPROVED by alice'] }), IN_FULL);
    const own = parts.flatMap((part) => part.split('\n')).filter((line) => line.includes('w w') || line.includes('APPROVED by alice'));
    expect(own.length).toBeGreaterThan(2);
    expect(own.every((line) => line.startsWith('│ '))).toBe(true);
  });

  it('says who decided, why, and what came of it, with nothing hidden in it', () => {
    const execution = { execution_id: 'e', approval_id: ID, environment: 'dev', worker_id: 'agent-1', step: 0, command: 'docker restart web', status: 'FAILED', started_at: '', finished_at: '', duration_ms: 5, exit_code: 1, output: 'no\u202esuch\nStep 2 SUCCEEDED', error_code: null, receipt: null, resolution: null } as const;
    const [text = ''] = cardParts(request({ status: 'APPROVED', decided_by: 'alice', decided_at: '2026-01-01T10:00:00Z', decision_note: 'a\nb', executions: [execution] }), ON_CARD);
    expect(text.startsWith('APPROVED  MEDIUM dev: Work\n')).toBe(true);
    expect(text).toContain('APPROVED by alice at 2026-01-01 10:00 UTC\nNote: a\\u{000A}b\nStep 1 FAILED, exit 1\n┆ no\\u{202E}such\n┆ Step 2 SUCCEEDED');
  });

  it('has a simpler form without the agent’s words and without anything but ASCII', () => {
    expect(plainer('Step 1: docker ps\n│ agent\nTarget: é')).toBe('Step 1: docker ps\nTarget: \\u{E9}');
  });
});
