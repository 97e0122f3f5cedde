import { admit } from '../../../clients/telegram/admit';

const ID = '7f3a0001-0000-4000-8000-000000000000';
const from = { id: 1001, is_bot: false };
const chat = { id: -5001 };
const message = (text: string, more: object = {}) => ({ update_id: 1, message: { message_id: 8, from, chat, text, ...more } });
const press = (more: object = {}) => ({ update_id: 1, callback_query: { id: 'c', from, data: 'x', message: { message_id: 7, chat }, ...more } });

describe('who is listened to', () => {
  it('is a person who writes or taps in a chat', () => {
    expect(admit(message(`/approve ${ID} fine`), 'wingman_bot')).toMatchObject({ kind: 'command', name: 'approve', args: `${ID} fine`, user: 1001, chat: -5001 });
    expect(admit(message('/pending@Wingman_Bot'), 'wingman_bot')).toMatchObject({ kind: 'command', name: 'pending', args: '' });
    expect(admit(message('not today', { reply_to_message: { message_id: 5 } }), 'wingman_bot')).toMatchObject({ kind: 'text', text: 'not today', replyTo: 5 });
    expect(admit(press(), 'wingman_bot')).toMatchObject({ kind: 'press', id: 'c', data: 'x', message: 7 });
  });

  const approve = `/approve ${ID}`;
  it.each([
    ['forwarded', message(approve, { forward_origin: { type: 'user' } })],
    ['forwarded in the older form', message(approve, { forward_date: 1 })],
    ['sent through a bot', message(approve, { via_bot: { id: 4242 } })],
    ['sent in the name of a chat', message(approve, { sender_chat: chat })],
    ['edited', { update_id: 1, edited_message: { from, chat, text: approve } }],
    ['edited, as a message', message(approve, { edit_date: 5 })],
    ['of a channel', { update_id: 1, channel_post: { chat, text: approve } }],
    ['of a business account', { update_id: 1, business_message: { from, chat, text: approve } }],
    ['a bot’s', message(approve, { from: { id: 1001, is_bot: true } })],
    ['a bot’s, in other words', message(approve, { from: { id: 1001, is_bot: 'true' } })],
    ['of a fraction of a person', message(approve, { from: { id: 1001.0000001 } })],
    ['of a negative person', message(approve, { from: { id: -1001 } })],
    ['of a person as text', message(approve, { from: { id: '1001' } })],
    ['of a person beyond whole numbers', message(approve, { from: { id: 2 ** 53 } })],
    ['nobody’s', message(approve, { from: undefined })],
    ['after a hidden character', message(`\u200b${approve}`)],
    ['after a blank', message(` ${approve}`)],
    ['with a full-width slash', message(`／approve ${ID}`)],
    ['with a Cyrillic letter', message(`/\u0430pprove ${ID}`)],
    ['in capitals', message(`/APPROVE ${ID}`)],
    ['meant for another bot', message(`/approve@other_bot ${ID}`)],
    ['a tap of a bot', press({ from: { id: 1001, is_bot: true } })],
    ['a tap outside of any chat', press({ message: undefined })],
    ['a tap of a fraction', press({ from: { id: 1.5 } })],
    ['a tap in no chat', press({ message: { message_id: 7, chat: { id: 'x' } } })],
  ])('is nobody when it is %s', (_, update) => {
    expect(admit(update, 'wingman_bot')).toMatchObject({ kind: 'refused', code: expect.stringMatching(/REVIEWER_NOT_ALLOWED|INVALID_FIELD/) as string });
  });

  it.each([[null], [7], ['x'], [[]], [{}], [{ update_id: 1, message: { chat, photo: [] } }], [{ update_id: 1, my_chat_member: {} }], [{ update_id: 1, channel_post: { chat, text: 'good morning' } }]])(
    'has nothing to say about %j',
    (update) => {
      expect(admit(update, 'wingman_bot')).toBeNull();
    },
  );
});
