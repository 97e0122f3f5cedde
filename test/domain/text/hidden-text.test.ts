import { foldLookalikes, hasHidden, showHidden, showOnOneLine } from '../../../domain/text/hidden-text';

describe('hidden characters', () => {
  it.each([
    ['zero-width space', 'a\u200bb', 'a\\u{200B}b'],
    ['right-to-left override', 'stop \u202ebew', 'stop \\u{202E}bew'],
    ['isolates', 'a\u2066c\u2069', 'a\\u{2066}c\\u{2069}'],
    ['word joiner', 'web\u2060', 'web\\u{2060}'],
    ['byte order mark', '\ufeffweb', '\\u{FEFF}web'],
    ['escape', '\u001b[31mred', '\\u{001B}[31mred'],
    ['carriage return', 'real\rfake', 'real\\u{000D}fake'],
    ['NUL', 'web\0-prod', 'web\\u{0000}-prod'],
    ['soft hyphen', 'we\u00adb', 'we\\u{00AD}b'],
    ['tag letters', 'web\u{e0061}', 'web\\u{E0061}'],
    ['Hangul filler', 'a\u3164b', 'a\\u{3164}b'],
    ['ideographic space', 'docker\u3000stop', 'docker\\u{3000}stop'],
    ['no-break space', 'docker\u00a0stop', 'docker\\u{00A0}stop'],
    ['braille blank', 'a\u2800b', 'a\\u{2800}b'],
    ['line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a character', 'a\ud800b', 'a\\u{D800}b'],
  ])('such as %s are shown as escapes', (_name, text, shown) => {
    expect(showHidden(text)).toBe(shown);
    expect(showOnOneLine(text)).toBe(shown);
  });

  it('leave layout alone in a text, and make one line of it where one line is wanted', () => {
    expect(showHidden('a\n\tb')).toBe('a\n\tb');
    expect(showOnOneLine('agent:a1\nRISK: LOW')).toBe('agent:a1\\u{000A}RISK: LOW');
  });

  it.each(['plain text\r\nwith\ttabs', 'Größe, 日本語, Привет', 'done 👍🏽 👩‍💻 ❤️', 'a\u00a0b'])(
    'are not found in %j',
    (text) => {
      expect(hasHidden(text)).toBe(false);
    },
  );

  it.each(['a\u200bb', '\u202e', 'a\u0007', 'x\u{e0061}', 'a\u200db'])('are found in %j', (text) => {
    expect(hasHidden(text)).toBe(true);
  });
});

describe('look-alikes', () => {
  it.each([
    ['d\u0435lete', 'delete'],
    ['D\u0395LIVERABLES', 'DELIVERABLES'],
    ['ｒｍ －ｒｆ', 'rm -rf'],
    ['de\u200blete', 'delete'],
    ['rm\u3000-rf', 'rm -rf'],
    ['plain\n\ttext', 'plain\n\ttext'],
  ])('in %j are read as %j', (text, folded) => {
    expect(foldLookalikes(text)).toBe(folded);
  });
});
