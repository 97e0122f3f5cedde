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
import { matchTemplate } from './template';
import type { Cursor } from '../cursor';
import type { Draft } from '../draft';
import type { Form } from './form';

const ALL: readonly Form[] = [...TEXT_FORMS, ...FILE_FORMS, ...CONTAINER_FORMS, ...HOST_FORMS, ...GIT_FORMS, ...DATABASE_FORMS, ...PACKAGE_FORMS];

/** @param isWhole whether the form must end where a clause may end */
export function takeForm(cursor: Cursor, isBoundary: () => boolean): readonly Draft[] | null {
  for (const { template, build } of ALL) {
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
