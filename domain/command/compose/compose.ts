/** `docker compose` over projects that an operator registered: files pinned by their hash, verbs from a closed list. */
import type { Action, Inventory } from '../action';
import type { Reversibility } from '../reversibility';
import type { Json } from '../../text/canonical-json';
import { buildsOf, serviceBuilds, type ServiceBuild } from './builds';
import { composeVerb, isComposeVerb, type ComposeVerb } from './verbs';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import type { ComposeProject, Registry } from '../registry';
import { parseCount } from '../require-operands';
import { build } from '../verbs/build';

export type PinnedFile = { readonly name: string; readonly sha256: string };

export type ComposeArgs = {
  readonly project: string;
  readonly dir: string;
  readonly files: readonly PinnedFile[];
  /** Files with variables that the files name. */
  readonly env_files?: readonly PinnedFile[];
  readonly verb: string;
  /** Already in the spelling that is handed over. */
  readonly flags: readonly string[];
  /** Empty: every service of the project. */
  readonly services: readonly string[];
  /** Of `build` alone. */
  readonly builds?: readonly ServiceBuild[];
};

const GLOBAL_FLAGS = {
  '--project-name': { short: '-p', value: true },
  '--file': { short: '-f', value: true, repeat: true },
} as const;

/** @throws WingmanError COMMAND_COMPOSE, COMMAND_UNKNOWN_FLAG, COMMAND_FLAG_VALUE */
export function parseCompose(argv: readonly string[], registry: Registry): Action {
  const before = readFlags(argv.slice(2), GLOBAL_FLAGS, true);
  const [verbName, ...rest] = before.operands;
  if (verbName === undefined) throw refused('name a verb, such as `docker compose ps`', 'compose');
  const verb = composeVerb(verbName);
  const { name, project } = projectOf(before.value('--project-name'), registry);
  const files = filesOf(before.values('--file'), name, project);
  const given = readFlags(rest, verb.flags);
  if (verb.needs?.some((flag) => given.has(flag)) === false) {
    throw refused(`docker compose ${verbName} needs ${verb.needs.join(' or ')}`, verbName);
  }
  const envFiles = project.env_files ?? [];
  const services = servicesOf(verbName, verb, given.operands, project);
  const args: ComposeArgs = {
    project: name,
    dir: project.dir,
    files: files.map(({ name: file, sha256 }) => ({ name: file, sha256 })),
    ...(envFiles.length === 0 ? {} : { env_files: envFiles.map(({ name: file, sha256 }) => ({ name: file, sha256 })) }),
    verb: verbName,
    flags: flagsOf(verb, given),
    services,
    ...(verbName === 'build' ? { builds: serviceBuilds(project, services, registry) } : {}),
  };
  return { program: 'compose', verb: `compose ${verbName}`, argv, args };
}

function projectOf(
  name: string | null,
  { compose }: Registry,
): { readonly name: string; readonly project: ComposeProject } {
  if (name !== null) {
    const project = Object.hasOwn(compose, name) ? compose[name] : undefined;
    if (project === undefined)
      throw refused(`project ${name} is not registered; an operator adds it under registry.compose`, name);
    return { name, project };
  }
  const [found, second] = Object.entries(compose).filter(([, project]) => project.default);
  if (found === undefined || second !== undefined) throw refused('say which registered project with -p', 'compose');
  return { name: found[0], project: found[1] };
}

/** All registered files when none is said; else a beginning of their list, in its order, as it was registered. */
function filesOf(said: readonly string[], name: string, project: ComposeProject): ComposeProject['files'] {
  if (said.length === 0) return project.files;
  const files = project.files.slice(0, said.length);
  const fits = said.length <= project.files.length && said.every((file, at) => file === files[at]?.name);
  if (!fits)
    throw refused(
      `the files of project ${name} are ${project.files.map((file) => file.name).join(', ')}, in this order`,
      said.join(' '),
    );
  return files;
}

function flagsOf(verb: ComposeVerb, given: ReturnType<typeof readFlags>): readonly string[] {
  const flags: string[] = [];
  for (const [flag, { value }] of Object.entries(verb.flags)) {
    if (value === true) {
      const text = given.value(flag);
      if (text !== null) flags.push(flag, String(parseCount(flag, text, 0, 100_000)));
    } else if (given.has(flag)) flags.push(flag);
  }
  return [...flags, ...(verb.always ?? []).filter((flag) => !flags.includes(flag))];
}

function servicesOf(
  verbName: string,
  verb: ComposeVerb,
  words: readonly string[],
  project: ComposeProject,
): readonly string[] {
  if (words.length > 0 && !verb.services) throw refused(`docker compose ${verbName} takes no services`, words[0] ?? '');
  const unknown = words.find((word) => !project.services.includes(word));
  if (unknown !== undefined)
    throw refused(`${unknown} is not a service of this project; there are ${project.services.join(', ')}`, unknown);
  return [...words];
}

/** Of an action that `parseCompose` made. @throws TypeError for any other: a programmer's mistake */
export function toComposeArgs(args: Json): ComposeArgs {
  if (!isComposeArgs(args)) throw new TypeError('these are not the arguments of a compose action');
  return args;
}

function isComposeArgs(args: Json): args is ComposeArgs {
  if (args === null || typeof args !== 'object' || !('verb' in args) || !('files' in args)) return false;
  return typeof args.verb === 'string' && isComposeVerb(args.verb) && Array.isArray(args.files);
}

/**
 * The words after the compose program; docker-compose 1.29 and the plugin of today read them the same.
 * @param place absolute paths of the checked copies of its files, in order, and of an empty file of variables
 */
export function composeArgv({ project, dir, verb, flags, services }: ComposeArgs, place: { readonly files: readonly string[]; readonly envFile: string }): string[] {
  const pinned = place.files.flatMap((file) => ['-f', file]);
  return ['--ansi', 'never', '--project-directory', dir, '--env-file', place.envFile, '-p', project, ...pinned, verb, ...flags, ...services];
}

export function composeReversibility({ verb }: ComposeArgs): Reversibility {
  return composeVerb(verb).reversibility;
}

export function renderCompose(args: ComposeArgs, inventory: Inventory | null): string {
  const { project, files, verb, flags, services: said } = args;
  const builds = buildsOf(args);
  const services = builds.length === 0 ? said : builds.flatMap((one) => one.services);
  const what = services.length === 0 ? 'every service' : services.join(', ');
  const how = flags.length === 0 ? '' : `, ${flags.join(' ')}`;
  const { says } = composeVerb(verb);
  const whole = `${says} ${what} of compose project ${project} (${files.map(({ name }) => name).join(', ')}${how})`;
  const each = builds.map((one) => `for ${one.services.join(', ')} it ${build.render(one, inventory)}`);
  return [whole, each.join('; ')].filter((text) => text !== '').join(': ');
}

const refused = (message: string, part: string) => refusal('COMMAND_COMPOSE', message, { part: part.slice(0, 100) });
