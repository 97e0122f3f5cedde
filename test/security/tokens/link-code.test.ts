import { createLinkCode, hashLinkCode } from '../../../security/tokens/link-code';
import { codeOf } from '../test-keys';

describe('a link code', () => {
  test('is short, and its hash is found again however it is typed', () => {
    for (let run = 0; run < 200; run += 1) {
      const { code, hash } = createLinkCode();
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
      const typed = [
        code,
        code.toLowerCase(),
        code.replace('-', ''),
        ` ${code.replace('-', ' ')}\n`,
        code.replaceAll('0', 'O'),
        code.replaceAll('1', 'l'),
        code.replaceAll('1', 'I'),
      ];
      for (const text of typed) expect(hashLinkCode(text)).toBe(hash);
    }
  });

  test('is another one each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => createLinkCode().hash)).size).toBe(1_000);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 1234567890],
    ['an empty text', ''],
    ['nine characters', '7K3QX-M9P2'],
    ['eleven', '7K3QX-M9P2DD'],
    ['a U', '7K3QX-M9P2U'],
    ['a dot', '7K3QX.M9P2D'],
    ['other digits', '７K3QX-M9P2D'],
    ['a long text', '7K3QX-M9P2D'.repeat(1_000)],
    ['blanks alone', ' '.repeat(10)],
  ])('of %s is refused', async (_, text) => {
    expect(await codeOf(() => hashLinkCode(text))).toBe('LINK_CODE_INVALID');
  });
});
