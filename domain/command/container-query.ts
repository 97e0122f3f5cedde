/**
 * `$(docker ps -qf name=web)` in the place of a container: Wingman looks it up itself, and what is asked for are the names that it
 * found. So the card shows them, rules and protection see them, and what has another name by then is not touched. Hostile: an agent's.
 */
import type { ContainerFacts, Inventory } from './action';
import { refusal } from '../errors';
import { EMPTY_REGISTRY } from './registry';
import { ps } from './verbs/ps';

const WORD = '(?:[\\w.:=/*-]+|"[\\w.:=/* -]+"|\'[\\w.:=/* -]+\')';
const QUERY = new RegExp(`(?<= )("?)\\$\\(docker (?:ps|container ls)((?: ${WORD})+)\\)\\1(?= |$)`, 'g');
/** Verbs whose words are containers; of `exec` and the like the first one is. */
const OF_CONTAINERS = /^docker (?:container )?(?:stop|start|restart|kill|rm|pause|unpause|inspect|stats|wait|update) /;
/** A second name would be taken for something else. */
const OF_FIRST = /^docker (?:container )?(?:exec|commit|rename|logs|top|port)(?: -{1,2}\S+(?: [\w.=:/-]+)??)* $/;

/** @throws WingmanError TARGET_UNRESOLVED for one that finds nothing, COMMAND_EVERYTHING for one without a filter, COMMAND_… of its words */
export function expandQueries(command: string, inventory: Inventory | null): string {
  if (!command.includes('$(docker ') || inventory === null) return command;
  return command.replace(QUERY, (whole, _quote: string, words: string, at: number) => {
    const before = command.slice(0, at);
    const isQuoted = (before.match(/'/g) ?? []).length % 2 === 1 || (before.match(/"/g) ?? []).length % 2 === 1;
    // Anywhere else it is text, or what only a shell could mean: the tokenizer says which.
    if (isQuoted || !(OF_CONTAINERS.test(before) || OF_FIRST.test(before))) return whole;
    const found = findContainers(words.match(new RegExp(WORD, 'g')) ?? [], inventory, whole);
    if (found.length > 1 && !OF_CONTAINERS.test(before)) throw refusal('TARGET_UNRESOLVED', `${whole} finds ${found.join(', ')}, and one is meant here`, { target: whole });
    return found.join(' ');
  });
}

function findContainers(words: readonly string[], { containers }: Inventory, whole: string): readonly string[] {
  const { filters, quiet, all, last } = ps.parse(words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')), EMPTY_REGISTRY) as unknown as { readonly filters: readonly string[]; readonly quiet: boolean; readonly all: boolean; readonly last: number | null };
  if (!quiet || last !== null) throw refusal('COMMAND_ARGUMENTS', `${whole} does not give containers alone: say -q and what they are, such as -f name=web`, { part: whole });
  if (filters.length === 0) throw refusal('COMMAND_EVERYTHING', `${whole} takes whatever the engine holds; say what is meant, such as -f name=web`, { part: whole });
  const byKey = new Map<string, string[]>();
  for (const filter of filters) byKey.set(filter.slice(0, filter.indexOf('=')), [...(byKey.get(filter.slice(0, filter.indexOf('='))) ?? []), filter.slice(filter.indexOf('=') + 1)]);
  const isLive = ({ state }: ContainerFacts): boolean => all || byKey.has('status') || ['running', 'paused', 'restarting'].includes(state);
  const found = containers.filter((one) => isLive(one) && [...byKey].every(([key, values]) => values.some((value) => fits(one, key, value))));
  if (found.length === 0) throw refusal('TARGET_UNRESOLVED', `${whole} finds no container now; look with docker ps`, { target: whole });
  return found.map(({ name }) => name).sort();
}

function fits({ id, name, image, state, project, service }: ContainerFacts, key: string, value: string): boolean {
  switch (key) {
    case 'name':
      return name.includes(value.replace(/^\//, ''));
    case 'id':
      return id.startsWith(value);
    case 'status':
      return state === value;
    case 'ancestor':
      return image === value || image.startsWith(`${value}:`);
    case 'label':
      return value === `com.docker.compose.project=${project ?? ''}` || value === `com.docker.compose.service=${service ?? ''}`;
    default:
      throw refusal('COMMAND_FLAG_VALUE', `containers are not looked up by ${key} here; there are name, id, status, ancestor and the labels of Compose`, { flag: '--filter', part: key });
  }
}
