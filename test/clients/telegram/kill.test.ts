import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until';
import { openBotWorld, TOKEN, type BotWorld } from './bot-world';

const OPS = -5001;
const MAIN = join(process.env['WINGMAN_TEST_DIST'] ?? join(__dirname, '..', '..', '..', 'dist'), 'clients', 'telegram', 'main.js');

describe('kill -9 of the bot', () => {
  let world: BotWorld;
  let child: ChildProcess | null = null;
  const stateDir = mkdtempSync(join(tmpdir(), 'wingman-telegram-'));

  beforeAll(async () => {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not built; run \`npm run build\` before this suite`);
    world = await openBotWorld();
  });
  afterAll(async () => {
    await kill();
    await world?.close();
  });

  const start = (): void => {
    child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], WINGMAN_URL: world.stack.url, WINGMAN_KEY: world.stack.telegram_key, WINGMAN_TELEGRAM_TOKEN: TOKEN, WINGMAN_TELEGRAM_API_ROOT: world.telegram.url, WINGMAN_STATE_DIR: stateDir },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };

  it('loses no card, doubles none without saying so, and hears what was said meanwhile', async () => {
    start();
    await world.link('alice', 1001, OPS);
    const ids: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const calls = world.telegram.calls.length;
      for (let n = 0; n < 4; n += 1) ids.push(await world.ask([`docker restart c${String(round)}-${String(n)}`]));
      // In the middle of the sending: at another call in each round.
      await until('it has begun', () => world.telegram.calls.slice(calls).filter(({ method }) => method === 'sendMessage').length > round % 4 || world.cards(ids.at(-1) ?? '', OPS).length > 0);
      await kill();
      start();
    }
    const first = await world.card(ids[0] ?? '', OPS);
    await kill();
    world.telegram.press(first, 'Approve', 1001);
    start();
    await until('the tap is heard', async () => (await world.statusOf(ids[0] ?? '')) === 'APPROVED');
    for (const id of ids) await world.card(id, OPS);
    await until('the card says so', () => first.text.includes('APPROVED by alice'));
    // As they were sent: a later edit takes the line away.
    for (const id of ids) expect(world.cards(id, OPS).slice(1).map(({ payload }) => String(payload['text'])).filter((text) => !text.includes('Sent again'))).toEqual([]);
    expect(ids.filter((id) => world.cards(id, OPS).length > 1).length).toBeLessThanOrEqual(5);
  }, 60_000);
});
