/** `docker compose` over projects whose files are pinned by their hash, by an operator or by the card; verbs from a closed list. */
import type { Action, Inventory } from '../action';
import type { Reversibility } from '../reversibility';
import type { Json } from '../../text/canonical-json';
import { buildsOf, serviceBuilds, type ServiceBuild } from './builds';
import { filesOf, projectOf, type SaidProject } from './project';
import { canonicalComposeVerb, composeVerb, isComposeVerb, type ComposeVerb } from './verbs';
import { refusal } from '../../errors';
import { readFlags, type ReadFlags } from '../read-flags';
import type { Registry } from '../registry';
import { parseCount } from '../require-operands';
import { parsePublishFlag } from '../run/limits';
import { parseVolumeFlag, unregisteredMounts } from '../run/mounts';
import { requireAskable, type Unregistered } from '../unregistered';
import { build } from '../verbs/build';
import { cp } from '../verbs/host-files';
import { waitsForPerson } from '../waits-for-person';

export type PinnedFile = { readonly name: string; readonly sha256: string };

/** What is optional is there only if it was said: a plan that does not speak of it keeps its hash. */
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
  /** Of `build`, and of what builds before it brings up, in a registered project. */
  readonly builds?: readonly ServiceBuild[];
  /** Files that no operator registered: their pins are on the card. */
  readonly unregistered?: true;
  /** It builds first, as its files say. */
  readonly builds_from_files?: true;
  /** The pinned file of variables that its files are filled from; else `.env`, if that is pinned. */
  readonly variables?: string;
  readonly profiles?: readonly string[];
  /** Of `exec` and `run`. */
  readonly command?: readonly string[];
  /** What is done beside handing the verb over, by the flag that asks for it. */
  readonly beside?: readonly string[];
};

const GLOBAL_FLAGS = {
  '--project-name': { short: '-p', value: true },
  '--file': { short: '-f', value: true, repeat: true },
  '--env-file': { value: true },
  '--project-directory': { value: true },
  '--profile': { value: true, repeat: true },
  '--ansi': { value: true },
  '--progress': { value: true },
  '--parallel': { value: true },
  '--compatibility': {},
  '--verbose': {},
  /** Of Wingman's own: `NAME=SHA-256` of a file that lies in the project's directory, as whoever asks has read it. */
  '--pin': { value: true, repeat: true },
} as const;

/** @param words after `docker compose`. @throws WingmanError COMMAND_COMPOSE, COMMAND_UNKNOWN_FLAG, COMMAND_FLAG_VALUE */
export function parseCompose(argv: readonly string[], words: readonly string[], registry: Registry): Action {
  const before = readFlags(words, GLOBAL_FLAGS, true);
  const [said, ...rest] = before.operands;
  if (said === undefined) throw refused('name a verb, such as `docker compose ps`', 'compose');
  const verbName = canonicalComposeVerb(said);
  const verb = composeVerb(verbName);
  const found = projectOf({ name: before.value('--project-name'), dir: before.value('--project-directory'), pins: before.values('--pin') }, registry);
  const { name, project } = found;
  const files = filesOf(before.values('--file'), name, project);
  const given = readFlags(rest, verb.flags, verb.takes === 'command');
  const { services, command } = operandsOf(verbName, verb, given.operands, found, registry);
  if (command !== undefined && verb.takes === 'command') refuseWaiting(command, given);
  const envFiles = project.env_files ?? [];
  const variables = before.value('--env-file');
  if (variables !== null && !envFiles.some(({ name: file }) => file === variables.replace(/^\.\//, ''))) throw refused(`${variables} is pinned by no hash; register it under env_files of the project`, variables);
  const globals = ['--parallel', '--compatibility', '--verbose'].filter((flag) => before.values(flag).length > 0);
  if (globals.length > 0) requireAskable([{ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says: `${globals.join(', ')} means nothing here`, part: globals[0] ?? '' }], registry);
  const profiles = before.values('--profile').map(toProfile);
  const builds = verbName === 'build' || given.has('--build');
  const fromFiles = !found.registered || project.builds_from_files === true;
  const beside = Object.entries(verb.flags).flatMap(([flag, { kept }]) => (kept === true && given.values(flag).length > 0 && !['--no-TTY', '--interactive', '--tty'].includes(flag) ? [given.value(flag) === 'true' ? flag : `${flag} ${given.values(flag).join(' ')}`] : []));
  const args: ComposeArgs = {
    project: name,
    dir: project.dir,
    files: files.map(({ name: file, sha256 }) => ({ name: file, sha256 })),
    ...(envFiles.length === 0 ? {} : { env_files: envFiles.map(({ name: file, sha256 }) => ({ name: file, sha256 })) }),
    verb: verbName,
    flags: flagsOf(verbName, verb, given),
    services,
    ...(builds && !fromFiles ? { builds: serviceBuilds(project, verbName === 'build' ? services : [], registry) } : {}),
    ...(found.registered ? {} : { unregistered: true }),
    ...(builds && fromFiles ? { builds_from_files: true } : {}),
    ...(variables === null ? {} : { variables: variables.replace(/^\.\//, '') }),
    ...(profiles.length === 0 ? {} : { profiles }),
    ...(command === undefined ? {} : { command }),
    ...(beside.length === 0 ? {} : { beside }),
  };
  const unregistered = requireAskable(unregisteredOf(args, verb, given, registry), registry);
  return { program: 'compose', verb: `compose ${verbName}`, argv, args, ...(unregistered.length === 0 ? {} : { unregistered }) };
}

function unregisteredOf(args: ComposeArgs, verb: ComposeVerb, given: ReadFlags, registry: Registry): readonly Unregistered[] {
  const option = (says: string, part: string): Unregistered => ({ kind: 'option', code: 'COMMAND_COMPOSE', says, part });
  const asked = Object.entries(verb.flags).filter(([flag]) => given.values(flag).length > 0);
  const reads = verb.reversibility === 'READ_ONLY';
  return [
    // Whoever pins files has read them; to look at the project needs nobody.
    ...(args.unregistered === true ? [{ kind: reads ? 'following' as const : 'compose' as const, code: 'COMMAND_COMPOSE' as const, says: `project ${args.project} in ${args.dir} is not registered (compose): its files are pinned by this card, and what they name of the host is not`, part: args.project }] : []),
    ...(args.builds_from_files === true ? [{ kind: 'build' as const, code: 'COMMAND_COMPOSE' as const, says: 'it builds from what the directories that its files name hold when it runs', part: args.project }] : []),
    ...(args.variables === undefined ? [] : [{ kind: reads ? 'following' as const : 'option' as const, code: 'COMMAND_COMPOSE' as const, says: `its files are filled from ${args.variables}`, part: args.variables }]),
    ...(args.profiles ?? []).map((profile): Unregistered => ({ kind: reads ? 'following' : 'option', code: 'COMMAND_COMPOSE', says: `with the services of profile ${profile}`, part: profile })),
    ...(args.command === undefined || verb.takes === 'port' ? [] : verb.takes === 'copy' ? [option(`it ${args.command[0] === 'in' ? 'reads' : 'writes'} ${args.command[2] ?? ''} of the host`, args.command[2] ?? '')] : [{ kind: 'exec' as const, code: 'COMMAND_COMPOSE' as const, says: `this argument list is not registered for ${args.services[0] ?? ''}: it can do anything the container’s user can`, part: args.command[0] ?? '' }]),
    ...asked.flatMap(([flag, { asks, follows }]): readonly Unregistered[] => [
      ...(asks === undefined ? [] : [option(asks, flag)]),
      ...(follows === undefined ? [] : [{ kind: 'following' as const, code: 'COMMAND_UNKNOWN_FLAG' as const, says: `${flag} follows without an end`, part: flag }]),
    ]),
    ...given.values('--env').map((value): Unregistered => ({ kind: 'env', code: 'COMMAND_COMPOSE', says: `the value of ${value.split('=')[0] ?? ''} is written by the agent`, part: value.split('=')[0] ?? '' })),
    ...unregisteredMounts(given.values('--volume').map((value) => parseVolumeFlag(value, registry)), registry),
    ...given.values('--publish').flatMap((value) => parsePublishFlag(value)).map(({ host_ip, container_port }) => option(`publishes port ${String(container_port)} on ${host_ip}`, String(container_port))),
  ];
}

/** Compose gives a terminal unless it is told not to. */
function refuseWaiting(command: readonly string[], given: ReadFlags): void {
  if (command.length === 0 || given.has('--no-TTY') || given.has('--detach') || given.value('--tty') === 'false' || !waitsForPerson(command)) return;
  throw refusal('COMMAND_WAITS', `${command.join(' ')} waits for a person at a terminal, and there is none; say what it shall do, such as \`${command[0] ?? 'sh'} -c '…'\``, { part: command[0] });
}

function toProfile(profile: string): string {
  if (!/^(?:\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,62})$/.test(profile)) throw refused(`${profile} is no profile`, profile);
  return profile;
}

function flagsOf(verbName: string, verb: ComposeVerb, given: ReadFlags): readonly string[] {
  const flags: string[] = [];
  for (const [flag, { value, kept, form }] of Object.entries(verb.flags)) {
    if (value === true) {
      const texts = given.values(flag).map((text) => checkedValue(flag, text, form));
      if (kept !== true) flags.push(...texts.flatMap((text) => [flag, text]));
    } else if (kept !== true && given.has(flag)) flags.push(flag);
  }
  const always = [...(verb.always ?? []), ...(verbName === 'up' && !inForeground(given) ? ['--detach'] : [])];
  return [...flags, ...always.filter((flag) => !flags.includes(flag))];
}

function checkedValue(flag: string, text: string, form: RegExp | undefined): string {
  if (form === undefined) return String(parseCount(flag, text, 0, 100_000));
  if (!form.test(text)) throw refusal('COMMAND_FLAG_VALUE', `${flag} ${text}: it is not what this flag takes`, { flag, part: text });
  return text;
}

/** It ends by itself when one of its containers does. Whatever else would run on at a terminal stays in the background. */
const inForeground = (given: ReadFlags): boolean => given.has('--abort-on-container-exit') || given.has('--no-start') || given.values('--exit-code-from').length > 0;

function operandsOf(verbName: string, verb: ComposeVerb, words: readonly string[], found: SaidProject, registry: Registry): { readonly services: readonly string[]; readonly command?: readonly string[] } {
  switch (verb.takes) {
    case 'nothing':
      if (words.length > 0) throw refused(`docker compose ${verbName} takes no services`, words[0] ?? '');
      return { services: [] };
    case 'services':
      return { services: requireServices(words, found) };
    case 'command': {
      const [service, ...command] = words;
      if (service === undefined) throw refused(`docker compose ${verbName} takes a service and a command`, verbName);
      if (command.length === 0 && verbName === 'exec') throw refused('docker compose exec takes a service and a command', verbName);
      return { services: requireServices([service], found), command };
    }
    case 'port': {
      const [service = '', port = '', more] = words;
      if (!/^\d{1,5}$/.test(port) || more !== undefined) throw refused('docker compose port takes a service and a port', verbName);
      return { services: requireServices([service], found), command: [port] };
    }
    case 'copy': {
      const { container, args } = readCopy(words, registry);
      return { services: requireServices([container], found), command: args };
    }
    case 'scales': {
      const wrong = words.find((word) => !/^[A-Za-z0-9][A-Za-z0-9_.-]*=\d{1,2}$/.test(word));
      if (words.length === 0 || wrong !== undefined) throw refused('docker compose scale takes service=number', wrong ?? verbName);
      requireServices(words.map((word) => word.slice(0, word.indexOf('='))), found);
      return { services: [...words] };
    }
  }
}

/** By the reader of `docker cp`, with a service for the container. */
function readCopy(words: readonly string[], registry: Registry): { readonly container: string; readonly args: readonly string[] } {
  const { container, inside, path, direction } = cp.parse(words, registry);
  return { container, args: [direction, inside, path] };
}

/** Whose files nobody registered has the services that its files say, which Compose looks up. */
function requireServices(words: readonly string[], { project, registered }: SaidProject): readonly string[] {
  const unknown = words.find((word) => (registered ? !project.services.includes(word) : !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(word)));
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
export function composeArgv({ project, dir, verb, flags, services, command = [], profiles = [] }: ComposeArgs, place: { readonly files: readonly string[]; readonly envFile: string }): string[] {
  const pinned = place.files.flatMap((file) => ['-f', file]);
  const chosen = profiles.flatMap((profile) => ['--profile', profile]);
  return ['--ansi', 'never', '--project-directory', dir, '--env-file', place.envFile, '-p', project, ...pinned, ...chosen, verb, ...flags, ...services, ...command];
}

export function composeReversibility({ verb }: ComposeArgs): Reversibility {
  return composeVerb(verb).reversibility;
}

export function renderCompose(args: ComposeArgs, inventory: Inventory | null): string {
  const { project, files, verb, flags, services: said, command = [], profiles = [], beside = [] } = args;
  const builds = buildsOf(args);
  const services = builds.length === 0 || verb !== 'build' ? said : builds.flatMap((one) => one.services);
  const what = services.length === 0 ? 'every service' : services.join(', ');
  const how = [...(args.variables === undefined ? [] : [`variables of ${args.variables}`]), ...flags, ...beside, ...profiles.map((profile) => `profile ${profile}`)].map((one) => `, ${one}`).join('').replace(/^, /, ', ');
  const { says } = composeVerb(verb);
  const argv = command.length === 0 ? '' : `: ${command.map((word) => JSON.stringify(word)).join(' ')}`;
  const whole = `${says} ${what} of compose project ${project} (${files.map(({ name }) => name).join(', ')}${how})${argv}`;
  const each = builds.map((one) => `for ${one.services.join(', ')} it ${build.render(one, inventory)}`);
  return [whole, each.join('; ')].filter((text) => text !== '').join(': ');
}

const refused = (message: string, part: string) => refusal('COMMAND_COMPOSE', message, { part: part.slice(0, 100) });
