/**
 * Characters that people cannot see, or that change how the rest is shown: control, bidirectional, zero-width, tag and
 * variation characters, blanks that are not a space, private use, unassigned, lone surrogates. Agents write the texts that
 * pass through here, and a reviewer must see what the server sees.
 */

/** Default_Ignorable covers zero-width, soft hyphen, bidi marks, Hangul fillers, tags and variation selectors in one word. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const HIDDEN_ALL = new RegExp(HIDDEN.source, 'gu');
/** Line feed, carriage return and tab are layout, not disguise. */
const LAYOUT = /[\n\r\t]/;
/** Emoji put together with joiners and selectors: the hidden characters are part of one visible sign. */
const EMOJI = /\p{Extended_Pictographic}(?:\ufe0f?\u200d\p{Extended_Pictographic})*\ufe0f?/gu;
/** A no-break space comes from word processors: shown, but no reason to raise an alarm. */
const HARMLESS = '\u00a0';

/** Makes every hidden character visible as `\u{200B}`; line feed and tab stay. For cards, lists and messages. */
export function showHidden(text: string): string {
  return text.replace(HIDDEN_ALL, (character) =>
    character === '\n' || character === '\t' ? character : escapeCharacter(character),
  );
}

/** Like {@link showHidden}, with line feeds and tabs escaped too: the result is one line, whatever was written. */
export function showOnOneLine(text: string): string {
  return text.replace(HIDDEN_ALL, escapeCharacter);
}

/** True if the text holds a hidden character other than line feed, carriage return or tab. */
export function hasHidden(text: string): boolean {
  if (isPlain(text)) return false;
  for (const [character] of text.replace(EMOJI, '').matchAll(HIDDEN_ALL)) {
    if (!LAYOUT.test(character) && character !== HARMLESS) return true;
  }
  return false;
}

/** Printable ASCII and layout: the usual case, found out in one pass. */
function isPlain(text: string): boolean {
  return /^[\t\n\r\x20-\x7e]*$/.test(text);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16).toUpperCase().padStart(4, '0')}}`;
}

/**
 * The text as a reader would take it: compatibility forms made plain, hidden characters dropped, Cyrillic and Greek
 * letters that look Latin read as Latin. For looking for words only; never for comparing names or commands.
 */
export function foldLookalikes(text: string): string {
  if (isPlain(text)) return text;
  return text
    .normalize('NFKC')
    .replace(HIDDEN_ALL, (character) => (LAYOUT.test(character) ? character : /\s/u.test(character) ? ' ' : ''))
    .replace(/[\u0370-\u03ff\u0400-\u052f]/gu, (character) => LOOKALIKES.get(character) ?? character);
}

/** Position by position: what is read as what. */
const FOREIGN = 'АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухԁԛԝһӏѵгпΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχσϲ';
const LATIN = 'ABESIJKMHOPCTYXabesijkmhopctyxdqwhlvrnABEZHIKMNOPTYXaeikvoptuxoc';

const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Array.from(FOREIGN, (character, at) => [character, LATIN.charAt(at)]),
);
