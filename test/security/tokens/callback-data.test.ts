import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { toApprovalId } from '../../../domain/ids';
import { decodeCallback, deriveCallbackKey, encodeCallback, type CallbackVerb } from '../../../security/tokens/callback-data';
import { codeOf } from '../test-keys';

const key = deriveCallbackKey('a bot token that is long enough');
const verbs: readonly CallbackVerb[] = ['approve', 'confirm', 'reject', 'skip', 'back', 'show'];

describe('callback data', () => {
  test.each(verbs)('for %s comes back as it was, within 64 bytes', (verb) => {
    const approvalId = toApprovalId(randomUUID());
    const data = encodeCallback({ verb, approvalId }, key);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
    expect(decodeCallback(data, key)).toEqual({ verb, approvalId });
  });

  const data = encodeCallback({ verb: 'approve', approvalId: toApprovalId(randomUUID()) }, key);
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['a list', [data]],
    ['an empty text', ''],
    ['free text', 'approve:A1'],
    ['more', `${data}A`],
    ['less', data.slice(0, -1)],
    ['a newline', `${data}\n`],
    ['another verb under the same MAC', `r${data.slice(1)}`],
    ['an unknown verb', `z${data.slice(1)}`],
    ['no MAC', data.slice(0, 23)],
    ['an inherited name', 'constructor'],
  ])('that is or has %s is refused', async (_, text) => {
    expect(await codeOf(() => decodeCallback(text, key))).toBe('INVALID_FIELD');
  });

  test('of another bot is refused', async () => {
    expect(await codeOf(() => decodeCallback(data, deriveCallbackKey('another bot token, long enough')))).toBe(
      'INVALID_FIELD',
    );
    expect(() => deriveCallbackKey('short')).toThrow(TypeError);
  });

  test('is refused after any change of any one of its characters', () => {
    fc.assert(
      fc.property(fc.nat(data.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
        const changed = data.slice(0, at) + String.fromCharCode(byte) + data.slice(at + 1);
        fc.pre(changed !== data);
        expect(() => decodeCallback(changed, key)).toThrow(expect.objectContaining({ code: 'INVALID_FIELD' }));
      }),
      { numRuns: 2_000 },
    );
  });
});
