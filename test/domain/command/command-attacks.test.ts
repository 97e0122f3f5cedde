/**
 * Every command of the attack file against the grammar alone: is there a plan that a person could have approved, and is the
 * asked command one of its steps? What needs state (decisions, order, quarantine) is tried against the running system.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsFromInstruction } from '../../../domain/instruction/commands-section';
import { isWingmanError } from '../../../domain/errors';
import { actionTargets, parseAction } from '../../../domain/command/parse-action';
import { parsePlan, type Plan } from '../../../domain/plan/plan';
import { targetName } from '../../../domain/command/read-names';
import { findTarget } from '../../../domain/plan/targets';
import { fixtureInventory, fixtureRegistry, type AttackFixture } from '../../attacks/fixture-registry';
import { expandText } from '../../attacks/macros';

interface CommandAttack {
  readonly id: string;
  readonly category: string;
  readonly kind: string;
  readonly expect: 'allow' | 'block';
  readonly why: string;
  readonly input: { readonly approved?: readonly string[]; readonly instruction?: string; readonly command: string };
}

const data = join(__dirname, '../../attacks/data');
const fixture = JSON.parse(readFileSync(process.env['WINGMAN_ATTACK_FIXTURE'] ?? join(data, 'fixture.json'), 'utf8')) as AttackFixture;
const attacks = readFileSync(process.env['WINGMAN_ATTACK_FILE'] ?? join(data, 'attacks.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CommandAttack)
  .filter(({ kind }) => kind === 'command');
const registry = fixtureRegistry(fixture);
const inventory = fixtureInventory(fixture);

const STATEFUL = ['scope-order', 'scope-state'];
const stateless = attacks.filter(({ category }) => !STATEFUL.includes(category));
const stateful = attacks.filter(({ category }) => STATEFUL.includes(category));

/** `allow`, or the code (`not a step`, `no plan`) that stops it. Any other error is a fault of ours and comes out. */
function judge({ input }: CommandAttack): string {
  try {
    const commands =
      input.instruction === undefined
        ? (input.approved ?? []).map((line) => expandText(line))
        : commandsFromInstruction(expandText(input.instruction));
    if (commands === null) return 'no plan';
    const plan = parsePlan(commands, registry);
    requireUnprotectedTargets(plan);
    const asked = parseAction(expandText(input.command), registry);
    return plan.steps.some(({ argv }) => JSON.stringify(argv) === JSON.stringify(asked.argv)) ? 'allow' : 'not a step';
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return error.code;
  }
}

/** As the gateway does: by the real name of what the engine takes the word for. */
function requireUnprotectedTargets(plan: Plan): void {
  for (const target of plan.steps.flatMap(actionTargets)) {
    const id = findTarget(target, inventory);
    const real = inventory.containers.find((container) => target.kind === 'container' && container.id === id);
    if (real !== undefined) targetName('container', real.name, registry);
  }
}

describe('a command of the attack file', () => {
  it.each(
    stateless
      .filter(({ expect: wanted }) => wanted === 'block')
      .map((attack) => [attack.id, attack.why, attack] as const),
  )('%s is stopped: %s', (_id, _why, attack) => {
    expect(judge(attack)).not.toBe('allow');
  });

  it.each(
    stateless
      .filter(({ expect: wanted }) => wanted === 'allow')
      .map((attack) => [attack.id, attack.why, attack] as const),
  )('%s passes: %s', (_id, _why, attack) => {
    expect(judge(attack)).toBe('allow');
  });

  it.each(stateful.map((attack) => [attack.id, attack.why, attack] as const))(
    '%s needs more than the grammar: %s',
    (_id, _why, attack) => {
      expect(judge(attack)).toBe('allow');
    },
  );

  it('is stopped or passes in every single case', () => {
    const share = (wanted: 'allow' | 'block') => {
      const all = stateless.filter(({ expect: expected }) => expected === wanted);
      const right = all.filter((attack) => (judge(attack) === 'allow') === (wanted === 'allow'));
      return [right.length, all.length] as const;
    };
    const [stopped, hostile] = share('block');
    const [passed, benign] = share('allow');
    process.stdout.write(`hostile stopped ${stopped}/${hostile}, benign passed ${passed}/${benign}\n`);
    expect([stopped, passed]).toEqual([hostile, benign]);
    expect(hostile).toBeGreaterThan(200);
    expect(benign).toBeGreaterThan(60);
  });
});
