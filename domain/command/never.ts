/** Verbs of Docker that nobody may approve, each with its reason and what to do instead. */
import { refusal } from '../errors';

interface Never {
  readonly words: readonly string[];
  readonly why: string;
}

const never = (words: string, why: string): Never => ({ words: words.split(' '), why });

const NEVER: readonly Never[] = [
  never('system prune', 'clears whatever the whole engine does not use at that moment; ask for `container prune`, `image prune`, `network prune` or `volume prune`, one at a time'),
  never('system dial-stdio', 'is a raw way to the engine, past every rule'),
  ...['attach', 'container attach'].map((words) => never(words, 'waits for a person at a terminal; `docker logs` shows what it prints')),
  ...['login', 'logout'].map((words) => never(words, 'handles credentials; an operator logs the engine in')),
  ...['context create', 'context use', 'context update', 'context import', 'context export', 'context rm'].map((words) => never(words, 'changes or tells which engine docker speaks to; there is one here, and Wingman chose it')),
  ...['swarm', 'service', 'stack', 'node', 'secret', 'config'].map((words) => never(words, 'is for a cluster, which Wingman does not govern')),
  ...['plugin install', 'plugin enable', 'plugin disable', 'plugin rm', 'plugin set', 'plugin upgrade', 'plugin create'].map((words) => never(words, 'changes what the engine itself can do')),
  ...['buildx create', 'buildx use', 'buildx rm', 'buildx bake', 'buildx stop', 'buildx install'].map((words) => never(words, 'works with builders beside the engine; `docker build` uses the engine’s own')),
  never('trust', 'changes whose images are trusted'),
];

/** @param words after `docker`. @throws WingmanError COMMAND_UNKNOWN_VERB saying why */
export function refuseNever(words: readonly string[]): void {
  const found = NEVER.find((one) => one.words.every((word, at) => words[at] === word));
  if (found !== undefined) throw refusal('COMMAND_UNKNOWN_VERB', `docker ${found.words.join(' ')} ${found.why}`, { part: found.words.join(' ') });
}
