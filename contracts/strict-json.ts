/**
 * JSON as only one reader can understand it: no member twice, none that would reach a prototype, no more than 32 levels.
 * `JSON.parse` does the parsing; a linear scan of the same text finds what it would hide (the last of two members wins there).
 */
import { refusal } from '../domain/errors';

const MAX_DEPTH = 32;

/** @throws WingmanError MALFORMED_JSON, DUPLICATE_MEMBER, BODY_TOO_DEEP, UNKNOWN_FIELD */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal('MALFORMED_JSON', 'the body is not valid JSON');
  }
  scanMembers(text);
  return value;
}

/** The text is valid JSON here, so quotes, braces and backslashes are where they must be. */
function scanMembers(text: string): void {
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  for (let i = 0; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
      case 0x5b: // [
        open.push(text[i] === '{' ? new Set() : null);
        if (open.length > MAX_DEPTH) throw refusal('BODY_TOO_DEEP', `the body is nested deeper than ${String(MAX_DEPTH)} levels`);
        expectsName = text[i] === '{';
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        expectsName = false;
        break;
      case 0x2c: // ,
        expectsName = open.at(-1) !== null;
        break;
      case 0x22: {
        const end = endOfString(text, i);
        if (expectsName) checkName(JSON.parse(text.slice(i, end + 1)) as string, open.at(-1));
        expectsName = false;
        i = end;
        break;
      }
      default:
    }
  }
}

/** From one quotation mark to the next, and back over what escapes it: no character of a text is looked at twice. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}

function checkName(name: string, seen: Set<string> | null | undefined): void {
  if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
    throw refusal('UNKNOWN_FIELD', `${name} is not a field of anything here`, { field: name });
  }
  if (seen?.has(name) === true) throw refusal('DUPLICATE_MEMBER', `the member ${name.slice(0, 64)} is there twice`, { field: name.slice(0, 64) });
  seen?.add(name);
}
