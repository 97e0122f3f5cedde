/**
 * Ways of saying things, as templates: `permissions on {file} are set_to? {mode}`. Each word of the sentence must be a word of the template or
 * part of a slot, so that a template understands all or nothing, as every other rule of the grammar.
 */
import { isReserved } from '../markers';
import type { Cursor } from '../cursor';
import type { Token } from '../tokens';

/** What a slot took; null if it does not fit here. */
export type SlotReader<T> = (cursor: Cursor) => T | null;
export type SlotReaders = Readonly<Record<string, SlotReader<unknown>>>;

type Element =
  | { readonly kind: 'words'; readonly words: readonly (readonly string[])[]; readonly optional: boolean }
  | { readonly kind: 'slot'; readonly slot: string; readonly name: string; readonly optional: boolean };

export type Template = readonly Element[];

const MARKS = new Set([':', ',', '(', ')', '→', '—', '–', '-', '/', '|', '%']);

/** `a|b_c` are words, `{file}` or `{file:to}` a slot with its name, `?` behind either makes it optional. */
export function toTemplate(text: string): Template {
  return text.split(' ').map((piece): Element => {
    const optional = piece.length > 1 && piece.endsWith('?');
    const plain = optional ? piece.slice(0, -1) : piece;
    const slot = /^\{(\w+)(?::(\w+))?\}$/.exec(plain);
    if (slot !== null) return { kind: 'slot', slot: slot[1] ?? '', name: slot[2] ?? slot[1] ?? '', optional };
    const alternatives = plain === '|' ? [['|']] : plain.split('|').map((words) => words.split('_'));
    return { kind: 'words', words: alternatives.sort((a, b) => b.length - a.length), optional };
  });
}

/** The slots by name, or null with the cursor where it was. Tries optional elements with and without, so the number of tries is bounded by the template. */
export function matchTemplate(cursor: Cursor, template: Template, slots: SlotReaders): ReadonlyMap<string, unknown> | null {
  const found = new Map<string, unknown>();
  return cursor.attempt(() => (matchFrom(cursor, template, 0, slots, found) ? found : null));
}

function matchFrom(cursor: Cursor, template: Template, index: number, slots: SlotReaders, found: Map<string, unknown>): boolean {
  const element = template[index];
  if (element === undefined) return true;
  const from = cursor.at;
  if (element.kind === 'slot' && element.slot === 'thing') {
    // A description ends where the rest of the template begins to fit: tried from short to long.
    for (let words = 1; words <= MOST_DESCRIPTION && isDescribing(cursor.tokens[from + words - 1]); words += 1) {
      cursor.at = from + words;
      found.set(element.name, cursor.slice(from));
      if (matchFrom(cursor, template, index + 1, slots, found)) return true;
    }
    cursor.at = from;
    found.delete(element.name);
    return element.optional && matchFrom(cursor, template, index + 1, slots, found);
  }
  if (takeElement(cursor, element, slots, found)) {
    if (matchFrom(cursor, template, index + 1, slots, found)) return true;
    cursor.at = from;
    if (element.kind === 'slot') found.delete(element.name);
  }
  return element.optional && matchFrom(cursor, template, index + 1, slots, found);
}

interface Beginnings { readonly words: readonly string[]; readonly slots: readonly string[]; readonly isOpen: boolean }
const KNOWN = new WeakMap<Template, Beginnings>();
const RESTS = new WeakMap<Template, Template>();

function restOf(template: Template): Template {
  const known = RESTS.get(template) ?? template.slice(1);
  RESTS.set(template, known);
  return known;
}

/** With which words and slots a template may begin, optional elements skipped. */
export function beginnings(template: Template): Beginnings {
  const known = KNOWN.get(template) ?? findBeginnings(template);
  KNOWN.set(template, known);
  return known;
}

function findBeginnings(template: Template): Beginnings {
  const words: string[] = [];
  const slots: string[] = [];
  for (const element of template) {
    if (element.kind === 'words') words.push(...element.words.map(([first = '']) => first));
    else slots.push(element.slot);
    if (!element.optional) return { words, slots, isOpen: false };
  }
  // All of it is optional, or nothing is left: it may end here.
  return { words, slots, isOpen: true };
}

/** Whether the template's second element can stand where its first, in words, ends. Spares most of the forms that begin with "I". */
export function mayGoOn(cursor: Cursor, template: Template, slots: SlotReaders): boolean {
  const [first] = template;
  if (first?.kind !== 'words') return true;
  const from = cursor.at;
  const isTaken = first.words.some((words) => takeWords(cursor, words));
  const next = cursor.peek();
  const { words, slots: then, isOpen } = beginnings(isTaken ? restOf(template) : template);
  const fits = isOpen || (next !== undefined && next.kind !== 'quoted' && words.includes(next.lower)) || then.some((slot) => fitsSlot(cursor, slot, slots));
  cursor.at = from;
  return fits;
}

/** Whether the slot takes anything here; the cursor stays. */
export function fitsSlot(cursor: Cursor, slot: string, slots: SlotReaders): boolean {
  if (slot === 'thing') return isDescribing(cursor.peek());
  if (slot === 'http' && !cursor.hasUrl) return false;
  const from = cursor.at;
  const value = readSlot(cursor, slot, slots);
  cursor.at = from;
  return value !== null;
}

const MOST_DESCRIPTION = 5;
/** Words of the language that also describe. */
const DESCRIBES = /^(?:file|files|directory|folder|package|image|service|process|port|table|volume|network|container|database|command|commit|of|for|new|list|all)$/;

/** A word that describes something: none that denies, asserts or leads on. */
function isDescribing(token: Token | undefined): boolean {
  return token?.kind === 'word' && /^[A-Za-z][A-Za-z0-9'-]{0,24}$/.test(token.text) && (DESCRIBES.test(token.lower) || !isReserved(token.lower));
}

function takeElement(cursor: Cursor, element: Element, slots: SlotReaders, found: Map<string, unknown>): boolean {
  if (element.kind === 'words') return element.words.some((words) => takeWords(cursor, words));
  const value = readSlot(cursor, element.slot, slots);
  if (value === null) return false;
  found.set(element.name, value);
  return true;
}

/** Hundreds of forms look for the same few things at the same place. What "it" means is looked up each time. */
function readSlot(cursor: Cursor, slot: string, slots: SlotReaders): unknown {
  const word = cursor.peekWord();
  const read = (): unknown => slots[slot]?.(cursor) ?? null;
  if (word === 'it' || word === 'they' || word === 'them') return read();
  const here = cursor.slots.get(cursor.at) ?? new Map<string, { value: unknown; end: number }>();
  const known = here.get(slot);
  if (known !== undefined) {
    if (known.value !== null) cursor.at = known.end;
    return known.value;
  }
  cursor.slots.set(cursor.at, here);
  const value = read();
  here.set(slot, { value, end: cursor.at });
  return value;
}

function takeWords(cursor: Cursor, words: readonly string[]): boolean {
  const fits = words.every((word, ahead) => {
    const token = cursor.peek(ahead);
    if (token === undefined || token.kind === 'quoted') return false;
    return MARKS.has(word) ? token.text === word : token.kind !== 'mark' && token.lower === word;
  });
  if (fits) cursor.at += words.length;
  return fits;
}
