/** The names that Compose files give to what they make, as the engine will know them. */
import { refusal } from '../../errors';

export interface DeclaredNames {
  /** By service; a service that names none gets its project's. */
  readonly container_names: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** What is needed of a parsed file. Hostile: whoever can write in the project's directory wrote it, until its hash was pinned. */
export interface NamingFile {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly networks?: unknown;
  readonly volumes?: unknown;
}

/** @param files in the order in which Compose merges them. @throws WingmanError COMMAND_COMPOSE for a name that cannot be known beforehand */
export function declaredNames(project: string, files: readonly NamingFile[]): DeclaredNames {
  const container_names: Record<string, string> = {};
  for (const { services } of files) {
    for (const [service, one] of Object.entries(services)) {
      if (one['container_name'] !== undefined && one['container_name'] !== null) container_names[service] = plainName(one['container_name'], `container_name of ${service}`);
    }
  }
  return {
    container_names,
    networks: [...new Set([`${project}_default`, ...files.flatMap(({ networks }) => resourceNames(project, networks, 'network'))])],
    volumes: [...new Set(files.flatMap(({ volumes }) => resourceNames(project, volumes, 'volume')))],
  };
}

/** `name` says it whole; an external one without a name has that of its key; every other is prefixed by the project. */
function resourceNames(project: string, all: unknown, kind: string): readonly string[] {
  if (!isObject(all)) return [];
  return Object.entries(all).map(([key, one]) => {
    if (!isObject(one)) return `${project}_${key}`;
    if (one['name'] !== undefined && one['name'] !== null) return plainName(one['name'], `name of ${kind} ${key}`);
    const { external } = one;
    if (isObject(external) && external['name'] !== undefined) return plainName(external['name'], `name of ${kind} ${key}`);
    return external === undefined || external === false ? `${project}_${key}` : key;
  });
}

function plainName(value: unknown, what: string): string {
  if (typeof value === 'string' && !value.includes('$')) return value;
  throw refusal('COMMAND_COMPOSE', `the ${what} is ${typeof value === 'string' ? value : 'no text'}: which thing that is has to be known beforehand; write the name itself`, { part: what.slice(0, 100) });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
