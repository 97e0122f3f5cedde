/** The table of rooms in docs/architecture.md, as data: the page is the rule, and the test reads it there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, targetOf, type Import } from './source-imports';

/** By room, such as `domain/plan`: the rooms of the same house that it may know. */
export type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

export function readRooms(): Rooms {
  const page = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
  const section = page.slice(page.indexOf('### Rooms'), page.indexOf('## Where a rule lives'));
  const rooms = new Map<string, ReadonlySet<string>>();
  for (const [, room = '', knows = ''] of section.matchAll(/^\| `([a-z]+\/[a-z]+)` \| ([a-z, -]+) \|/gm)) {
    const house = room.slice(0, room.indexOf('/'));
    rooms.set(room, new Set(knows.trim() === '-' ? [] : knows.split(',').map((name) => `${house}/${name.trim()}`)));
  }
  return rooms;
}

export const houseOf = (path: string): string => path.split('/')[0] ?? '';

/** The room that a file (or what it imports) is in; null for what lies beside the rooms, and for all other houses. */
export function roomOf(path: string, rooms: Rooms): string | null {
  const parts = path.split('/');
  const room = parts.slice(0, 2).join('/');
  return parts.length > 2 && rooms.has(room) ? room : null;
}

/** The arrow from room to room that an import draws; null where it draws none. */
export function arrowOf(one: Pick<Import, 'file' | 'from'>, rooms: Rooms): { readonly from: string; readonly to: string } | null {
  const target = targetOf(one);
  const [from, to] = [roomOf(one.file, rooms), target === null ? null : roomOf(target, rooms)];
  if (from === null || to === null || from === to || houseOf(from) !== houseOf(to)) return null;
  return { from, to };
}

export const isAllowedArrow = ({ from, to }: { readonly from: string; readonly to: string }, rooms: Rooms): boolean => rooms.get(from)?.has(to) === true;
