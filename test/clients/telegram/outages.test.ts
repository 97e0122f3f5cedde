import { createServer } from 'node:http';
import { until } from '../../support/until';
import { createTelegramCalls, TelegramProblem } from '../../../clients/telegram/telegram-calls';
import { openBotWorld, TOKEN, type BotWorld } from './bot-world';

const OPS = -5001;
const HOME = 2002;
const ALICE = 1001;

describe('cards through restarts and outages', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await openBotWorld();
    await world.startBot();
    await world.link('alice', ALICE, OPS);
    await world.link('bob', 1006, HOME);
  });
  afterAll(() => world?.close());

  it('sends what was asked while the bot was down, once, and edits what was decided meanwhile', async () => {
    const known = await world.ask(['docker restart web']);
    const card = await world.card(known, OPS);
    // A chat that has not got it by then gets none: it is decided when the bot is back.
    await world.card(known, HOME);
    await world.stopBot();
    expect(await world.stack.call('POST', `/approvals/${known}/approve`, world.stack.reviewer_key, {})).toMatchObject({ status: 200 });
    const missed = await world.ask(['docker stop web']);
    await world.startBot();
    await world.card(missed, OPS);
    await until('the old card is edited', () => card.text.includes('APPROVED by owner'));
    await world.stopBot();
    await world.startBot();
    const later = await world.ask(['docker stop db']);
    await world.card(later, HOME);
    expect([known, missed, later].map((id) => [world.cards(id, OPS).length, world.cards(id, HOME).length])).toEqual([[1, 1], [1, 1], [1, 1]]);
  });

  it('keeps its place while Telegram is away', async () => {
    world.telegram.down = true;
    const ids = [await world.ask(['docker pause web']), await world.ask(['docker pause db'])];
    await until('the bot tried', async () => (await world.statusOf(ids[0] ?? '')) === 'PENDING');
    world.telegram.down = false;
    for (const id of ids) {
      await world.card(id, OPS);
      await world.card(id, HOME);
    }
    world.telegram.press(await world.card(ids[0] ?? '', OPS), 'Approve', ALICE);
    await until('a tap is heard again', async () => (await world.statusOf(ids[0] ?? '')) === 'APPROVED');
  });

  it('waits as long as Telegram says, for that chat alone', async () => {
    world.telegram.failNext('sendMessage', 429, { retryAfter: 2, chat: OPS, description: 'Too Many Requests: retry after 2' });
    const from = Date.now();
    const id = await world.ask(['docker unpause web']);
    await world.card(id, HOME);
    expect(world.cards(id, OPS)).toHaveLength(0);
    await world.card(id, OPS);
    expect(Date.now() - from).toBeGreaterThanOrEqual(1_900);
    expect([world.cards(id, OPS).length, world.cards(id, HOME).length]).toEqual([1, 1]);
  });

  it('sends a card that Telegram refuses once more, in simpler words, and never twice', async () => {
    world.telegram.failNext('sendMessage', 400, { chat: OPS, description: "Bad Request: can't parse entities" });
    const id = await world.ask(['docker restart db'], { instruction: 'Words of the agent.' });
    const card = await world.card(id, OPS);
    expect(card.text).not.toContain('Words of the agent.');
    expect(card.text).toContain('Step 1: docker restart db');
    expect(world.cards(id, OPS)).toHaveLength(1);
  });

  it('sends again, and says so, what may or may not have been sent', async () => {
    world.telegram.failNext('sendMessage', 502, { chat: OPS, after: true });
    const id = await world.ask(['docker restart cache']);
    const copies = await until(() => `the second copy; ${world.telegram.said(id)}`, () => world.cards(id, OPS).length === 2 && world.cards(id, OPS));
    expect(copies[1]?.text).toContain('Sent again after an interruption');
  });

  it('goes on without a chat that threw it out', async () => {
    world.telegram.failNext('sendMessage', 403, { chat: HOME, description: 'Forbidden: bot was kicked from the group chat' });
    const id = await world.ask(['docker stop cache']);
    await world.card(id, OPS);
    const next = await world.ask(['docker stop other']);
    await world.card(next, HOME);
    expect(world.cards(id, HOME)).toHaveLength(0);
  });

  it('goes on after another program took its updates', async () => {
    world.telegram.failNext('getUpdates', 409, { description: 'Conflict: terminated by other getUpdates request' });
    const id = await world.ask(['docker restart other']);
    world.telegram.press(await world.card(id, OPS), 'Approve', ALICE);
    await until('a tap is heard', async () => (await world.statusOf(id)) === 'APPROVED');
  });

  it('handles an update that Telegram delivers again after a crash only once', async () => {
    const id = await world.ask(['docker rename web web2']);
    await world.card(id, OPS);
    const seen = world.telegram.say('/help', { user: ALICE, chat: OPS });
    await world.idle();
    const before = world.telegram.inChat(OPS).length;
    world.telegram.inject({ update_id: seen, message: { message_id: 1, from: { id: ALICE }, chat: { id: OPS }, text: `/reject ${id}` } });
    await world.idle();
    expect([await world.statusOf(id), world.telegram.inChat(OPS).length]).toEqual(['PENDING', before]);
  });

  it('asks for reasons over a restart', async () => {
    const id = await world.ask(['docker restart web web2']);
    world.telegram.press(await world.card(id, OPS), 'Reject', ALICE);
    const question = await world.message(OPS, new RegExp(`Rejecting [\\s\\S]*${id}`));
    await world.stopBot();
    await world.startBot();
    world.telegram.say('too late today', { user: ALICE, chat: OPS, reply_to_message: { message_id: question.message_id } });
    await until('it is rejected', async () => (await world.statusOf(id)) === 'REJECTED');
  });

  it('sends no cards to a chat whose only reviewer is disabled', async () => {
    await world.stack.call('POST', '/reviewers/bob/disable', world.stack.operator_key, {});
    const id = await world.ask(['docker kill web']);
    await world.card(id, OPS);
    expect(world.cards(id, HOME)).toHaveLength(0);
  });
});

describe('a token that Telegram does not know', () => {
  it('stops the start with one clear line', async () => {
    const world = await openBotWorld();
    await expect(world.startBot({ token: `${'9'.repeat(9)}:${'x'.repeat(35)}` })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('@BotFather') as string });
    await world.close();
  });
});

describe('what a call to Telegram ends with', () => {
  const failing = async (calls: ReturnType<typeof createTelegramCalls>): Promise<TelegramProblem> => {
    const error: unknown = await calls.send(1, { text: 'x' }).then(() => null, (caught: unknown) => caught);
    if (!(error instanceof TelegramProblem)) throw new Error(`not a problem of Telegram’s: ${String(error)}`);
    return error;
  };

  it('never says the token, and says that nothing was done when nobody listens', async () => {
    const problem = await failing(createTelegramCalls({ token: TOKEN, apiRoot: 'http://127.0.0.1:9' }));
    expect([problem.kind, problem.certain]).toEqual(['away', true]);
    expect(problem.message).not.toContain(TOKEN.slice(10));
  });

  it('is over when its time is, whatever Telegram does', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const problem = await failing(createTelegramCalls({ token: TOKEN, apiRoot: `http://127.0.0.1:${String(port)}`, callMs: 200 }));
    expect([problem.kind, problem.certain]).toEqual(['away', false]);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});
