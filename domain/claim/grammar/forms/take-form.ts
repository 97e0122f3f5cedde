/** The forms of all subjects, by the first word where they have one: most sentences begin with none of them. */
import { draftsOf } from '../draft';
import { CONTAINER_FORMS } from './container-forms';
import { DATABASE_FORMS } from './database-forms';
import { FILE_FORMS } from './file-forms';
import { GIT_FORMS } from './git-forms';
import { HOST_FORMS } from './host-forms';
import { PACKAGE_FORMS } from './package-forms';
import { TEXT_FORMS } from './text-forms';
import { Taken } from './form';
import { SLOTS } from './slots';
import { beginnings, fitsSlot, matchTemplate, mayGoOn } from './template';
import type { Cursor } from '../cursor';
import type { Draft } from '../draft';
import type { Form } from './form';

const ALL: readonly Form[] = [...TEXT_FORMS, ...FILE_FORMS, ...CONTAINER_FORMS, ...HOST_FORMS, ...GIT_FORMS, ...DATABASE_FORMS, ...PACKAGE_FORMS];

/** The forms by how they may begin, so that of hundreds only those are tried that can fit. */
const BY_WORD = new Map<string, number[]>();
const BY_SLOT = new Map<string, number[]>();
for (const [at, { template }] of ALL.entries()) {
  const { words, slots } = beginnings(template);
  for (const word of new Set(words)) BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), at]);
  for (const slot of new Set(slots)) BY_SLOT.set(slot, [...(BY_SLOT.get(slot) ?? []), at]);
}

function candidates(cursor: Cursor): readonly Form[] {
  const first = cursor.peek();
  if (first === undefined) return [];
  const found = new Set(first.kind === 'quoted' ? [] : (BY_WORD.get(first.lower) ?? []));
  for (const [slot, at] of BY_SLOT) if (fitsSlot(cursor, slot, SLOTS)) for (const one of at) found.add(one);
  return [...found].sort((a, b) => a - b).flatMap((at) => ALL[at] ?? []).filter(({ template }) => mayGoOn(cursor, template, SLOTS));
}

/** @param isBoundary whether a clause may end where the form did */
export function takeForm(cursor: Cursor, isBoundary: () => boolean): readonly Draft[] | null {
  for (const { template, build } of candidates(cursor)) {
    const drafts = cursor.attempt(() => {
      const found = matchTemplate(cursor, template, SLOTS);
      if (found === null || !isBoundary()) return null;
      const built = build(new Taken(found));
      if (built === null) return null;
      const all: Draft[] = [];
      for (const { nouns, says, deed, time, refutes } of built) {
        const made = draftsOf(cursor, nouns, () => says, time);
        if (made === null) return null;
        all.push(...made.map((draft): Draft => ({ ...draft, ...(deed === undefined ? {} : { deed }), ...(refutes === undefined ? {} : { refutes }) })));
      }
      return all;
    });
    if (drafts !== null) return drafts;
  }
  return null;
}
