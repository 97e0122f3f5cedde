/** What may stand next on a command line, from the program's own tree: whatever is added to the tree is offered at once. */
import type { Argument, Command, Option } from 'commander';

/** Names that only a server knows, by the command they are for; null: there are none to ask for. */
export type Lookup = (path: readonly string[]) => Promise<readonly string[]>;

/** @param words what stands after `wingman`; the last one, perhaps empty, is being typed */
export async function candidates(program: Command, words: readonly string[], lookup: Lookup): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const { command, path, taken, waiting } = walk(program, words.slice(0, -1));
  const all = waiting !== null ? (waiting.argChoices ?? []) : typed.startsWith('-') ? optionsOf(command) : [...namesOf(command), ...(await valuesOf(command, path, taken, lookup))];
  return [...new Set(all)].filter((one) => one.startsWith(typed)).sort();
}

interface Place {
  readonly command: Command;
  readonly path: readonly string[];
  /** Arguments of the command that are typed already. */
  readonly taken: number;
  /** The option whose value is being typed. */
  readonly waiting: Option | null;
}

function walk(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, path: [], taken: 0, waiting: null };
  for (const word of words) {
    if (place.waiting !== null) place = { ...place, waiting: null };
    else if (word.startsWith('-')) place = { ...place, waiting: findOption(place.command, word) };
    else {
      const next = place.taken > 0 ? undefined : place.command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      place = next === undefined ? { ...place, taken: place.taken + 1 } : { command: next, path: [...place.path, next.name()], taken: 0, waiting: null };
    }
  }
  return place;
}

const lineage = (command: Command): readonly Command[] => (command.parent === null ? [command] : [command, ...lineage(command.parent)]);
const visibleOptions = (command: Command): readonly Option[] => lineage(command).flatMap((one) => one.createHelp().visibleOptions(one));

/** Null for one that takes no value, or has it already (`--env=dev`). */
function findOption(command: Command, word: string): Option | null {
  const option = visibleOptions(command).find((one) => one.long === word || one.short === word);
  return option !== undefined && (option.required || option.optional) ? option : null;
}

const optionsOf = (command: Command): readonly string[] => visibleOptions(command).flatMap(({ long, short }) => [long, short].filter((name) => name !== undefined && name !== null));

const namesOf = (command: Command): readonly string[] => command.createHelp().visibleCommands(command).map((one) => one.name());

async function valuesOf({ registeredArguments }: Command, path: readonly string[], taken: number, lookup: Lookup): Promise<readonly string[]> {
  const last: Argument | undefined = registeredArguments.at(-1);
  const argument = registeredArguments[taken] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return [];
  return argument.argChoices ?? (await lookup(path));
}
