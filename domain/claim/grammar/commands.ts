/** Command lines in a claim: quoted, or bare from "docker" up to where the sentence goes on. */
import { takeTime } from './time';
import type { Cursor } from './cursor';

const PROGRAMS = ['docker', 'docker-compose'];
/** Where a bare command ends and the claim about it begins. */
const ENDS = new Set([
  'exited',
  'exit',
  'succeeded',
  'failed',
  'returned',
  'completed',
  'finished',
  'ran',
  'was',
  'were',
  'is',
  'has',
  'had',
  'and',
  'but',
  'then',
  'with',
  'successfully',
  'ended',
  'timed',
  'did',
  'which',
  'without',
  'not',
]);
const MAX_WORDS = 40;

/** The command line that stands here, its blanks made single. */
export function takeCommand(cursor: Cursor): string | null {
  return cursor.attempt(() => {
    const token = cursor.peek();
    if (token?.kind === 'quoted') {
      if (!PROGRAMS.includes(token.text.trim().split(/\s/, 1)[0] ?? '')) return null;
      cursor.at += 1;
      return plain(token.text);
    }
    const verb = cursor.peek(1);
    // "docker container web" is a container; a command has its verb right after the program.
    if (token?.kind !== 'word' || !PROGRAMS.includes(token.text) || verb?.kind !== 'word') return null;
    if (
      /^(?:containers?|images?|networks?|volumes?|engine|daemon|service|host)$/.test(verb.lower) &&
      !isManagement(cursor)
    )
      return null;
    const from = cursor.at;
    cursor.at += 1;
    for (let count = 0; count < MAX_WORDS; count += 1) {
      const next = cursor.peek();
      if (next === undefined || next.kind === 'mark' || (next.kind === 'word' && ENDS.has(next.lower))) break;
      const here = cursor.at;
      const isTime = takeTime(cursor) !== null;
      cursor.at = here;
      if (isTime) break;
      cursor.at += 1;
    }
    return cursor.at - from < 2 ? null : plain(cursor.slice(from));
  });
}

/** `docker container stop web` */
function isManagement(cursor: Cursor): boolean {
  return /^(?:stop|start|restart|rm|remove|kill|pause|unpause|run|ls|inspect|create|prune|rename|update|exec|logs|pull|tag|build|connect|disconnect)$/.test(
    cursor.peekWord(2) ?? '',
  );
}

function plain(command: string): string {
  return command.trim().replace(/\s+/g, ' ');
}
