/** `npm run attacks`: every entry of the file against the product as it runs, and what each of them came to. */
import { readAttackFile, readAttackFixture, type AttackEntry } from './attack-file';
import { runCommandEntry } from './run-command';
import { runTokenEntry } from './run-token';
import { openAttackWorld, type AttackWorld } from './world';

type Judge = (entry: AttackEntry, world: AttackWorld) => Promise<string | null>;

const JUDGES: Readonly<Record<string, Judge>> = { command: runCommandEntry, token: runTokenEntry };

const entries = readAttackFile();

describe('the attack file, end to end', () => {
  let world: AttackWorld;
  const differing: string[] = [];
  const counts = new Map<string, { hostile: [number, number]; benign: [number, number] }>();

  beforeAll(async () => {
    world = await openAttackWorld(readAttackFixture(), entries);
  }, 300_000);
  afterAll(async () => {
    await world?.close();
    for (const line of differing) process.stdout.write(`DIFFERS ${line}\n`);
    for (const [kind, { hostile, benign }] of counts) process.stdout.write(`${kind}: hostile stopped ${hostile.join('/')}, benign passed ${benign.join('/')}\n`);
  }, 60_000);

  const judge = async (entry: AttackEntry, run: Judge): Promise<void> => {
    const told = await run(entry, world).catch((error: unknown) => `the entry could not be judged: ${String(error)}`);
    for (const kind of [entry.kind, 'all']) {
      const count = counts.get(kind) ?? { hostile: [0, 0], benign: [0, 0] };
      counts.set(kind, count);
      const share = entry.expect === 'allow' ? count.benign : count.hostile;
      share[1] += 1;
      if (told === null) share[0] += 1;
    }
    if (told !== null) differing.push(`${entry.id} (${entry.why}): ${told}`);
  };

  it.each(Object.entries(JUDGES))('%s: every hostile entry is stopped and every benign one passes', async (kind, run) => {
    const before = differing.length;
    for (const entry of entries) if (entry.kind === kind) await judge(entry, run);
    expect(differing.slice(before)).toEqual([]);
  }, 300_000);
});
