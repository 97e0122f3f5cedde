/**
 * One-time codes that a reviewer types to the Telegram bot, so that the bot knows whose taps are whose.
 *
 * 50 random bits, meant to live for ten minutes and a handful of tries: short enough to type, and no target for guessing
 * online. The stored hash alone could be searched in hours, by which time the code is long dead.
 */
import { randomInt } from 'node:crypto';
import { refusal } from '../../domain/errors';
import type { Sha256Hex } from '../../domain/ids';
import { sha256Hex } from '../digest';

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;

/** `code` is for the person, such as `7K3QX-M9P2D`; only `hash` is stored. */
export function createLinkCode(): { readonly code: string; readonly hash: Sha256Hex } {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return { code: `${letters.slice(0, 5)}-${letters.slice(5)}`, hash: hashLetters(letters) };
}

/**
 * Forgives what people do when they type: case, dashes, blanks, O for 0, I and L for 1.
 *
 * @param text from a chat message: hostile. @throws WingmanError LINK_CODE_INVALID
 */
export function hashLinkCode(text: unknown): Sha256Hex {
  const letters = typeof text === 'string' && text.length <= 64 ? normal(text) : '';
  if (letters.length !== LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter))) {
    throw refusal('LINK_CODE_INVALID', 'this is not a link code: it has ten letters and digits, such as 7K3QX-M9P2D');
  }
  return hashLetters(letters);
}

function normal(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** Under a label, so that no hash of anything else of ours is the hash of a code. */
function hashLetters(letters: string): Sha256Hex {
  return sha256Hex(`wingman link code ${letters}`);
}
