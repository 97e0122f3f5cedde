/** A file with words before its name that describe it: "a new test file: `tests/a.py`", "the migration /srv/x/1.sql". */
import { isReserved } from '../markers';
import { takeNouns } from '../nouns';
import type { Cursor } from '../cursor';
import type { Noun } from '../noun';

const ARTICLES = ['the', 'a', 'an', 'my', 'our', 'all', 'both', 'following', 'two', 'three', 'four', 'five', 'these'];
/** What any file may be called without saying anything of it that could be false. */
const GENERIC =
  /^(?:new|old|following|updated|final|latest|required|requested|necessary|additional|corresponding|actual|main|whole|entire|existing|missing|file|files|script|scripts|module|modules|document|documents|doc|docs|page|source|text|config|configuration|configs|settings|data|output|report|reports|directory|folder|template|test|tests|suite|unit|migration|migrations|backup|dump|export|log|logs|workflow|ci|guide|deployment|bundle|production|build|artefacts|artifacts|archive|code|changes|schema|database|sql|json|yaml|yml|csv|markdown|python|shell|bash|html|css|certificate|key|image|header|handler|helper|helpers|component|class|function|package|manifest|compose|docker|coverage|results|result|summary|documentation|readme|changelog|license|entry|point|project|application|app|web|api|service|server|client|internal|small|simple|single|separate|second|first|dead|empty|static|temporary|generated|public|private)$/;
const MOST_WORDS = 6;

/** The files, with the description taken; words that describe must be generic or stand in the name. */
export function takeDescribedFile(cursor: Cursor): readonly Noun[] | null {
  return cursor.attempt(() => {
    while (cursor.take(...ARTICLES));
    const words: string[] = [];
    for (let count = 0; count < MOST_WORDS; count += 1) {
      const nouns = files(cursor) ?? (count === 0 ? called(cursor) : null);
      if (nouns !== null) return words.every((word) => isBorneOut(word, nouns)) ? nouns : null;
      const token = cursor.peek();
      if (token?.kind !== 'word' || !/^[A-Za-z][A-Za-z-]{0,24}$/.test(token.text)) break;
      if (!GENERIC.test(token.lower) && isReserved(token.lower)) break;
      words.push(token.lower);
      cursor.at += 1;
      if (cursor.mark(':')) {
        const named = files(cursor);
        return named !== null && words.every((word) => isBorneOut(word, named)) ? named : null;
      }
    }
    return null;
  });
}

/** "the changelog", "the README": files that everybody calls so. */
const CALLED: Readonly<Record<string, string>> = { changelog: 'CHANGELOG.md', readme: 'README.md' };

/** "the `public` directory", "the changelog", below the workspace. */
function called(cursor: Cursor): readonly Noun[] | null {
  const { workspace } = cursor.world.registered ?? {};
  const token = cursor.peek();
  if (workspace === undefined || token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return null;
  const next = cursor.peekWord(1);
  const isDirectory = (next === 'directory' || next === 'folder') && /^[a-z][\w-]{1,60}$/.test(token.text) && (token.kind === 'quoted' || (!GENERIC.test(token.lower) && !isReserved(token.lower)));
  const wellKnown = Object.hasOwn(CALLED, token.lower) ? CALLED[token.lower] : undefined;
  if (isDirectory) {
    cursor.at += 2;
    return [{ subject: { kind: 'directory', path: `${workspace}/${token.text}` }, extras: [], kind: { kind: 'directory' } }];
  }
  if (wellKnown === undefined || cursor.peek(1)?.kind === 'path') return null;
  cursor.at += 1;
  return [{ subject: { kind: 'file', path: `${workspace}/${wellKnown}` }, extras: [], kind: { kind: 'file' } }];
}

function files(cursor: Cursor): readonly Noun[] | null {
  return cursor.attempt(() => {
    const nouns = takeNouns(cursor);
    return nouns !== null && nouns.every((noun) => 'path' in noun.subject && noun.negated !== true) ? nouns : null;
  });
}

function isBorneOut(word: string, nouns: readonly Noun[]): boolean {
  if (GENERIC.test(word)) return true;
  const stem = word.slice(0, Math.max(4, Math.min(word.length, 6)));
  return nouns.every(({ subject }) => 'path' in subject && subject.path.toLowerCase().includes(stem));
}
