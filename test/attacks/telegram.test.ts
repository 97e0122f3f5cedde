import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTelegramWorld, runTelegramEntry, type TelegramEntry, type TelegramWorld } from './run-telegram';

const file = process.env['WINGMAN_ATTACK_FILE'] ?? join(__dirname, 'data', 'attacks.jsonl');
const entries = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as TelegramEntry).filter(({ kind }) => kind === 'telegram');

/** Every `telegram` entry against the real bot, API and database: hostile ones decide nothing, change nothing and leave a row. */
describe('hostile Telegram updates', () => {
  let world: TelegramWorld;
  beforeAll(async () => {
    world = await openTelegramWorld();
  }, 60_000);
  afterAll(() => world?.close());

  it('are stopped, and what is benign passes', async () => {
    const differing: string[] = [];
    const counts = { reject: [0, 0], allow: [0, 0] };
    for (const entry of entries) {
      const count = counts[entry.expect === 'allow' ? 'allow' : 'reject'];
      const ok = await runTelegramEntry(entry, world).catch((error: unknown) => {
        differing.push(`${entry.id}: ${String(error)}`);
        return false;
      });
      count[1] = (count[1] ?? 0) + 1;
      if (ok) count[0] = (count[0] ?? 0) + 1;
      else differing.push(entry.id);
    }
    console.log(`telegram: hostile stopped ${counts.reject.join('/')}, benign passed ${counts.allow.join('/')}`);
    expect(differing).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  }, 180_000);

  it('would be told apart if they were not', async () => {
    const press = (user: number) => ({ update: { update_id: 100, callback_query: { id: 'c', from: { id: user }, data: '@approve:A1:mac', message: { message_id: 7, chat: { id: -5001 } } } } });
    const entry = (user: number, expect: string): TelegramEntry => ({ id: 'judge', kind: 'telegram', expect, input: press(user) });
    const verdicts = [];
    for (const [user, wish] of [[1001, 'reject'], [9999, 'allow'], [1001, 'allow'], [9999, 'reject'], [1004, 'reject']] as const) verdicts.push(await runTelegramEntry(entry(user, wish), world));
    expect(verdicts).toEqual([false, false, true, true, true]);
  });
});
