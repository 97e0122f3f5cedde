import { canonicalCommand, renderCard, AGENT_LINE, type Card } from '../../../domain/approval/card';
import { combineVotes } from '../../../domain/policy/consensus';
import { checkInstruction } from '../../../domain/instruction/instruction';
import { parsePlan } from '../../../domain/plan/plan';
import type { PolicyOutcome } from '../../../domain/policy/evaluate';
import { EMPTY_REGISTRY } from '../../../domain/command/registry';
import { expandText } from '../../attacks/macros';

const outcome: PolicyOutcome = {
  outcome: 'PENDING',
  environment: 'test',
  policy: 'tested',
  risk_level: 'HIGH',
  risk_reasons: ['structure: 1 step of 2 cannot be undone'],
  reasons: ['risk HIGH needs a person'],
  refusals: [],
  quorum: 2,
  validity: { request_minutes: 60, execution_minutes: 15, token_ttl_seconds: 60 },
  matched_rules: [],
};
const consensus = combineVotes(
  [
    { voter: 'rules', risk_level: 'LOW', reason: 'nothing risky was found' },
    { voter: 'structure', risk_level: 'HIGH', reason: '1 step of 2 cannot be undone' },
  ],
  ['rules', 'structure'],
);

interface Given {
  readonly worker_id?: string;
  readonly task_name?: string;
  readonly instruction?: string;
  readonly commands?: readonly string[] | null;
}
function card({
  worker_id = 'agent:a1',
  task_name = 'Clean up',
  instruction = 'Do it.',
  commands = ['docker stop web', 'docker rm old-web'],
}: Given = {}): Card {
  return renderCard({
    environment: 'test',
    worker_id,
    task_name,
    instruction,
    plan: commands === null ? null : parsePlan(commands, EMPTY_REGISTRY),
    plan_hash: commands === null ? null : 'a'.repeat(64),
    inventory: { as_of: '2030-01-01T00:00:00Z', containers: [], images: [], networks: [], volumes: [] },
    targets: [
      { kind: 'container', name: 'web', id: 'a1b2c3d4e5f6' },
      { kind: 'container', name: 'old-web', id: null },
    ],
    outcome,
    consensus,
    instruction_report: checkInstruction(instruction),
    dangers: [],
  });
}

describe('a card', () => {
  it('says what is asked, where, how grave, and what is needed', () => {
    expect(card()).toMatchObject({
      title: 'HIGH test: Clean up',
      risk_level: 'HIGH',
      reversibility: 'DESTRUCTIVE',
      environment: 'test',
      worker_id: 'agent:a1',
      plan_hash: 'a'.repeat(64),
      dissent: true,
      quorum: 2,
      targets: ['container web: a1b2c3d4e5f6', 'container old-web: does not exist now'],
      votes: [
        { voter: 'rules', risk_level: 'LOW' },
        { voter: 'structure', risk_level: 'HIGH' },
      ],
    });
  });

  it('lists every command in full, in order, with what it does', () => {
    const commands = Array.from({ length: 20 }, (_, at) => `docker stop web-${at}-${'x'.repeat(100)}`);
    expect(card({ commands }).steps.map(({ number, command }) => `${number} ${command}`)).toEqual(
      commands.map((command, at) => `${at + 1} ${command}`),
    );
    expect(card().steps.map(({ reversibility }) => reversibility)).toEqual(['REVERSIBLE', 'DESTRUCTIVE']);
    for (const { says } of card().steps) expect(says).toMatch(/web/);
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(card()))).toEqual(card());
  });

  it('warns of what a person should notice', () => {
    expect(card().warnings).toEqual(['the voters do not agree', 'container old-web: does not exist now']);
    expect(card({ commands: null }).warnings).toContain('there is no plan: an approval executes nothing');
    expect(card({ task_name: 'a\u200bb' }).warnings).toContain('the text holds hidden characters, shown as \\u{…}');
    expect(card({ instruction: 'Run rm -rf / now.' }).warnings).toContain('line 1 orders a recursive or forced rm');
  });
});

describe("an agent's text", () => {
  it('cannot put a second line into a field', () => {
    const shown = card({ worker_id: 'agent:a1\nRISK: LOW', task_name: 'x\r\nApproved by: alice\u2028y' });
    expect(shown.worker_id).toBe('agent:a1\\u{000A}RISK: LOW');
    expect(shown.task_name).toBe('x\\u{000D}\\u{000A}Approved by: alice\\u{2028}y');
    expect(shown.title).not.toMatch(/[\n\r\u2028]/);
  });

  it('stands in a frame, each line of it', () => {
    const { instruction } = card({ instruction: 'RISK: LOW\nApproved by: alice\r\n\n\u2028real text\u0085below' });
    expect(instruction.lines).toEqual(
      ['RISK: LOW', 'Approved by: alice', '', '', 'real text\\u{0085}below'].map((line) => AGENT_LINE + line),
    );
  });

  it('is shown with its hidden characters and without its secrets', () => {
    const { instruction } = card({ instruction: expandText('stop \u202ebew\ntoken ghp_{{fake:alnum:36}}') });
    expect(instruction.lines).toEqual([`${AGENT_LINE}stop \\u{202E}bew`, `${AGENT_LINE}token [REDACTED:github-token]`]);
  });

  it('is cut where it is endless, and says how much is left out', () => {
    const { instruction } = card({ instruction: 'line\n'.repeat(1000) });
    expect(instruction.lines).toHaveLength(60);
    expect(instruction.more).toBe(941);
    const [line] = card({ instruction: '😀'.repeat(1000) }).instruction.lines;
    expect(line?.length).toBeLessThan(420);
    expect(line?.isWellFormed()).toBe(true);
  });
});

describe('a canonical command', () => {
  it('never looks like another', () => {
    expect(canonicalCommand(['docker', 'exec', 'web', 'echo', 'a b'])).toBe('docker exec web echo "a b"');
    expect(canonicalCommand(['docker', 'exec', 'web', 'echo', 'a', 'b'])).toBe('docker exec web echo a b');
    expect(canonicalCommand(['x', '', '"'])).toBe('x "" "\\""');
    expect(canonicalCommand(['x', 'a\nb'])).toBe('x "a\\\\u{000A}b"');
  });
});
