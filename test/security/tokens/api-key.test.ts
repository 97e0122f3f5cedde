import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { API_KEY_KINDS, API_KEY_PATTERN, createApiKey, hashApiKey, parseApiKey } from '../../../security/tokens/api-key';
import { codeOf } from '../test-keys';

describe('an API key', () => {
  test.each(API_KEY_KINDS)('of kind %s is read back as it was made', (kind) => {
    const { key, ...facts } = createApiKey(kind);
    expect(parseApiKey(key)).toEqual(facts);
    expect(facts.hash).toBe(createHash('sha256').update(key).digest('hex'));
    expect(facts.hash).toBe(hashApiKey(key));
    expect(key).toContain(`_${facts.keyId}_`);
    expect(key).toMatch(new RegExp(`^${API_KEY_PATTERN}$`));
  });

  test('is another one each time', () => {
    const keys = Array.from({ length: 1_000 }, () => createApiKey('agent'));
    expect(new Set(keys.map(({ hash }) => hash)).size).toBe(1_000);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1_000);
  });

  const { key } = createApiKey('agent');
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a number', 7],
    ['a list', [key]],
    ['an object', { toString: () => key }],
    ['a trailing newline', `${key}\n`],
    ['a leading blank', ` ${key}`],
    ['upper case', key.toUpperCase()],
    ['one character less', key.slice(0, -1)],
    ['one more', `${key}A`],
    ['an unknown kind', key.replace('wm_a', 'wm_z')],
    ['another kind', key.replace('wm_a', 'wm_o')],
    ['the key twice', `${key} ${key}`],
    ['padding', `${key}==`],
    ['a megabyte', key.repeat(20_000)],
    ['a NUL', `${key}\0`],
    ['look-alike letters', key.replace('wm', 'wм')],
  ])('that is or has %s is refused', async (_, text) => {
    expect(await codeOf(() => parseApiKey(text))).toBe('UNAUTHENTICATED');
  });

  test('is refused after any change of any one of its characters, and the refusal does not quote it', () => {
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.integer({ min: 32, max: 126 }), (at, byte) => {
        const changed = key.slice(0, at) + String.fromCharCode(byte) + key.slice(at + 1);
        fc.pre(changed !== key);
        expect(() => parseApiKey(changed)).toThrow(
          expect.objectContaining({
            code: 'UNAUTHENTICATED',
            message: expect.not.stringContaining(changed.slice(18, 40)),
          }),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
