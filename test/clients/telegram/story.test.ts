import { until } from '../../support/until';
import { openBotWorld, type BotWorld } from './bot-world';

const OPS = -5001;
const HOME = 2002;
const ALICE = 1001;
const BOB = 1006;

describe('deciding in Telegram', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await openBotWorld();
    await world.startBot({ stepUpMs: 3_000 });
    await world.link('alice', ALICE, OPS);
    await world.link('bob', BOB, HOME);
  });
  afterAll(() => world?.close());

  it('shows a card in every linked chat, and edits all of them when one person approves', async () => {
    const id = await world.ask(['docker restart web']);
    const card = await world.card(id, OPS);
    const other = await world.card(id, HOME);
    const { body } = await world.stack.call('GET', `/approvals/${id}`, world.stack.operator_key);
    expect(card.text).toContain('Step 1: docker restart web');
    expect(card.text).toContain(`Plan hash: ${String(body['plan_hash'])}`);
    expect(card.buttons.map(({ text }) => text)).toEqual(['Approve', 'Reject', 'Show']);
    world.telegram.press(card, 'Approve', ALICE);
    await until('both cards say who decided', () => [card, other].every(({ text, buttons }) => text.includes('APPROVED by alice') && buttons.length === 0));
    const { body: after } = await world.stack.call('GET', `/approvals/${id}`, world.stack.operator_key);
    expect([after['status'], after['decided_by']]).toEqual(['APPROVED', 'alice']);
    expect([world.cards(id, OPS).length, world.cards(id, HOME).length]).toEqual([1, 1]);
  });

  it('asks for a second tap on HIGH, of the same person', async () => {
    const id = await world.ask(['docker rm web']);
    const card = await world.card(id, OPS);
    world.telegram.press(card, 'Approve', ALICE);
    const question = await world.message(OPS, new RegExp(`Approve this HIGH request\\?[\\s\\S]*${id}`));
    expect(await world.statusOf(id)).toBe('PENDING');
    await world.link('carol', 1007, OPS);
    const before = await world.refusals('STEP_UP_REQUIRED');
    world.telegram.press(question, 'Approve HIGH', 1007);
    await until('the other person is refused', async () => (await world.refusals('STEP_UP_REQUIRED')) > before);
    expect(await world.statusOf(id)).toBe('PENDING');
    world.telegram.press(question, 'Approve HIGH', ALICE);
    await until('it is approved', async () => (await world.statusOf(id)) === 'APPROVED');
    await until('the card says so', () => card.text.includes('APPROVED by alice'));
  });

  it('decides nothing when the second tap does not come, and keeps a row of it', async () => {
    const id = await world.ask(['docker rm db']);
    const before = await world.refusals('STEP_UP_REQUIRED');
    world.telegram.say(`/approve ${id} fine`, { user: ALICE, chat: OPS });
    const question = await world.message(OPS, new RegExp(`Approve this HIGH request\\?[\\s\\S]*${id}`));
    await until('the question ends', () => question.text.includes('no second tap') && question.buttons.length === 0);
    expect(await world.statusOf(id)).toBe('PENDING');
    await until('a row', async () => (await world.refusals('STEP_UP_REQUIRED')) > before);
  });

  it('asks why a request is rejected, and takes the reply as the reason', async () => {
    const id = await world.ask(['docker stop web']);
    world.telegram.press(await world.card(id, OPS), 'Reject', ALICE);
    const question = await world.message(OPS, new RegExp(`Rejecting [\\s\\S]*${id}`));
    expect(await world.statusOf(id)).toBe('PENDING');
    world.telegram.say('not a reply to it', { user: ALICE, chat: OPS });
    world.telegram.say('not today', { user: ALICE, chat: OPS, reply_to_message: { message_id: question.message_id } });
    await until('it is rejected', async () => (await world.statusOf(id)) === 'REJECTED');
    const card = await world.card(id, HOME);
    await until('the card shows the reason', () => card.text.includes('REJECTED by alice') && card.text.includes('Note: not today'));
  });

  it('lets the reason be skipped', async () => {
    const id = await world.ask(['docker stop db']);
    world.telegram.press(await world.card(id, HOME), 'Reject', BOB);
    world.telegram.press(await world.message(HOME, new RegExp(`Rejecting [\\s\\S]*${id}`)), 'Skip', BOB);
    await until('it is rejected', async () => (await world.statusOf(id)) === 'REJECTED');
  });

  it('edits the card of what was decided elsewhere', async () => {
    const id = await world.ask(['docker stop cache']);
    const card = await world.card(id, OPS);
    await world.stack.call('POST', `/approvals/${id}/reject`, world.stack.reviewer_key, { note: 'by hand' });
    await until('the card says so', () => card.text.startsWith('REJECTED') && card.text.includes('REJECTED by owner') && card.buttons.length === 0);
  });

  it('knows the commands, by whole ids and by beginnings', async () => {
    const id = await world.ask(['docker pause web']);
    await world.card(id, OPS);
    world.telegram.say('/pending', { user: ALICE, chat: OPS });
    await world.message(OPS, new RegExp(`${id.slice(0, 8)} {2}MEDIUM dev`));
    world.telegram.say(`/show ${id.slice(0, 8)}`, { user: ALICE, chat: OPS });
    await until('it is shown once more', () => world.cards(id, OPS).length === 2);
    world.telegram.say('/status', { user: ALICE, chat: OPS });
    await world.message(OPS, /Wingman: healthy, database connected/);
    world.telegram.say('/stats', { user: ALICE, chat: OPS });
    await world.message(OPS, /24 h: 0 verified/);
    for (const bad of ['/approve', `/approve ${id.slice(0, 5)}`, '/approve ffffff', '/exec ls']) world.telegram.say(bad, { user: ALICE, chat: OPS });
    await world.message(OPS, /there is no \/exec/);
    expect(await world.statusOf(id)).toBe('PENDING');
    world.telegram.say(`/reject ${id.slice(0, 6)} no need`, { user: ALICE, chat: OPS });
    await until('it is rejected', async () => (await world.statusOf(id)) === 'REJECTED');
    await until('card and copy say so', () => world.cards(id, OPS).every(({ text, buttons }) => text.startsWith('REJECTED') && buttons.length === 0));
  });

  it('gives strangers help and nothing else, and keeps rows of them', async () => {
    const before = await world.refusals('REVIEWER_NOT_ALLOWED');
    for (const text of ['/pending', '/status', '/approve 123456', '/help']) world.telegram.say(text, { user: 9999, chat: 9999 });
    await world.message(9999, /Wingman asks people/);
    expect(world.telegram.inChat(9999)).toHaveLength(1);
    expect(await world.refusals('REVIEWER_NOT_ALLOWED')).toBeGreaterThanOrEqual(before + 3);
  });
});
