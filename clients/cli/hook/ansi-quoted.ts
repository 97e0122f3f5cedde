/** What `$'…'` means in bash and zsh: `$'\x64ocker'` is `docker`. */
const NAMED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', e: '\u001b', E: '\u001b', f: '\f', v: '\v' };

/** @param text between the quotes */
export function decodeAnsiQuoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(.)|([^]))/g, (whole, hex?: string, short?: string, long?: string, octal?: string, control?: string, other?: string) => {
    const digits = hex ?? short ?? long;
    if (digits !== undefined) return fromCode(parseInt(digits, 16), whole);
    if (octal !== undefined) return fromCode(parseInt(octal, 8) & 0xff, whole);
    if (control !== undefined) return fromCode(control.charCodeAt(0) & 0x1f, whole);
    return NAMED[other ?? ''] ?? other ?? whole;
  });
}

const fromCode = (code: number, whole: string): string => (code > 0x10ffff ? whole : String.fromCodePoint(code));
