/** The verbs of `docker compose` that are run, and their closed lists of flags. */
import type { Reversibility } from '../reversibility';
import { refusal } from '../../errors';
import type { FlagSpec } from '../read-flags';

export interface ComposeFlag extends FlagSpec {
  /** What its value looks like; a count where nothing is said. */
  readonly form?: RegExp;
  /** Nobody registered it, and a person is asked: what it does, for the card. */
  readonly asks?: string;
  /** A read without an end of its own. */
  readonly follows?: true;
  /** Understood, and not handed over: it means nothing here, or is done in another way. */
  readonly kept?: true;
}

export interface ComposeVerb {
  readonly flags: Readonly<Record<string, ComposeFlag>>;
  /** Always handed over, said or not. */
  readonly always?: readonly string[];
  /** `services`: any of them, or none for all. `command`: one, then an argument list. `copy`: two places. */
  readonly takes: 'nothing' | 'services' | 'command' | 'port' | 'scales' | 'copy';
  readonly reversibility: Reversibility;
  readonly says: string;
}

const WORD = /^[A-Za-z0-9][A-Za-z0-9_.,:/@*-]{0,199}$/;
const MOMENT = /^[0-9A-Za-z:.+-]{1,40}$/;
const TIMEOUT = { '--timeout': { short: '-t', value: true } } as const;
const QUIET = { '--quiet': { short: '-q' } } as const;
const WAITING = 'waits until the services are up and healthy';

const UP: Readonly<Record<string, ComposeFlag>> = {
  '--detach': { short: '-d' },
  '--no-build': {},
  '--build': { kept: true, asks: 'builds the images first' },
  '--wait': { kept: true, asks: WAITING },
  '--wait-timeout': { kept: true, value: true },
  '--no-deps': {},
  '--no-recreate': {},
  '--force-recreate': {},
  '--always-recreate-deps': { asks: 'makes what they depend on anew' },
  '--no-start': { asks: 'makes containers and does not start them' },
  '--renew-anon-volumes': { short: '-V', asks: 'gives them new unnamed volumes: what is in the old ones is lost to them' },
  '--remove-orphans': { asks: 'removes containers of the project that its files no longer name' },
  '--quiet-pull': { asks: 'pulls without progress' },
  '--no-color': { kept: true },
  '--no-log-prefix': { kept: true },
  '--pull': { kept: true, value: true, form: /^(?:missing|never|always|policy)$/, asks: 'decides when images are fetched' },
  '--abort-on-container-exit': { asks: 'stops all when one has ended' },
  '--exit-code-from': { value: true, form: WORD, asks: 'ends with the exit code of one of them' },
  '--attach': { kept: true, value: true, repeat: true, form: WORD },
  '--scale': { value: true, repeat: true, form: /^[A-Za-z0-9][A-Za-z0-9_.-]*=\d{1,2}$/, asks: 'runs several of one' },
  ...TIMEOUT,
};

const PROCESS: Readonly<Record<string, ComposeFlag>> = {
  '--detach': { short: '-d' },
  '--no-TTY': { short: '-T', kept: true },
  '--interactive': { short: '-i', kept: true },
  '--tty': { short: '-t', kept: true },
  '--user': { short: '-u', value: true, form: /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/ },
  '--workdir': { short: '-w', value: true, form: /^\/[^\0]*$/ },
  '--env': { short: '-e', value: true, repeat: true, form: /^[A-Za-z_][A-Za-z0-9_.-]*=/ },
  '--privileged': { never: 'hands the host over' },
};

const VERBS: Readonly<Record<string, ComposeVerb>> = {
  ps: {
    flags: { ...QUIET, '--all': { short: '-a' }, '--services': {}, '--format': { value: true, form: /^(?:table|json)$/ }, '--filter': { value: true, form: WORD }, '--status': { value: true, repeat: true, form: WORD }, '--no-trunc': {}, '--orphans': {} },
    takes: 'services',
    reversibility: 'READ_ONLY',
    says: 'lists containers of',
  },
  top: { flags: {}, takes: 'services', reversibility: 'READ_ONLY', says: 'lists processes of' },
  images: { flags: { ...QUIET, '--format': { value: true, form: /^(?:table|json)$/ } }, takes: 'services', reversibility: 'READ_ONLY', says: 'lists images of' },
  port: { flags: { '--protocol': { value: true, form: /^(?:tcp|udp)$/ }, '--index': { value: true } }, takes: 'port', reversibility: 'READ_ONLY', says: 'shows a published port of' },
  config: {
    flags: { ...QUIET, '--services': {}, '--volumes': {}, '--images': {}, '--profiles': {}, '--no-interpolate': {}, '--format': { value: true, form: /^(?:yaml|json)$/ }, '--hash': { value: true, form: WORD }, '--environment': { never: 'prints the environment, where secrets are' } },
    takes: 'services',
    reversibility: 'READ_ONLY',
    says: 'shows the files of',
  },
  logs: {
    flags: {
      '--tail': { short: '-n', value: true, form: /^(?:all|\d{1,6})$/ }, '--timestamps': { short: '-t' }, '--no-color': {}, '--follow': { short: '-f', follows: true, kept: true },
      '--since': { value: true, form: MOMENT }, '--until': { value: true, form: MOMENT }, '--no-log-prefix': {}, '--index': { value: true },
    },
    always: ['--no-color'],
    takes: 'services',
    reversibility: 'READ_ONLY',
    says: 'shows logs of',
  },
  up: {
    flags: UP,
    // Without it a file with `build:` would build whatever lies in its directory by then.
    always: ['--no-build'],
    takes: 'services',
    reversibility: 'REVERSIBLE',
    says: 'brings up',
  },
  create: { flags: { '--no-build': {}, '--force-recreate': {}, '--no-recreate': {} }, always: ['--no-build'], takes: 'services', reversibility: 'REVERSIBLE', says: 'makes containers of' },
  // No flag changes what is built; Compose is not run for it (domain/command/compose/builds.ts).
  build: { flags: { '--quiet': { short: '-q', kept: true, asks: 'builds without progress' }, '--pull': { kept: true, asks: 'fetches base images anew' }, '--no-cache': { kept: true, asks: 'builds every layer anew' } }, takes: 'services', reversibility: 'REVERSIBLE', says: 'builds' },
  start: { flags: {}, takes: 'services', reversibility: 'REVERSIBLE', says: 'starts' },
  stop: { flags: TIMEOUT, takes: 'services', reversibility: 'REVERSIBLE', says: 'stops' },
  restart: { flags: { ...TIMEOUT, '--no-deps': { asks: 'leaves what they depend on alone' } }, takes: 'services', reversibility: 'REVERSIBLE', says: 'restarts' },
  kill: { flags: { '--signal': { short: '-s', value: true, form: /^(?:SIG)?[A-Z0-9]{1,8}$/ } }, takes: 'services', reversibility: 'REVERSIBLE', says: 'sends a signal to' },
  pause: { flags: {}, takes: 'services', reversibility: 'REVERSIBLE', says: 'pauses' },
  unpause: { flags: {}, takes: 'services', reversibility: 'REVERSIBLE', says: 'resumes' },
  pull: { flags: { ...QUIET, '--ignore-pull-failures': { asks: 'goes on where an image cannot be fetched' }, '--include-deps': { asks: 'pulls what they depend on as well' } }, takes: 'services', reversibility: 'REVERSIBLE', says: 'pulls images of' },
  exec: { flags: { ...PROCESS, '--index': { value: true } }, always: ['-T'], takes: 'command', reversibility: 'REVERSIBLE', says: 'runs a command in' },
  run: {
    flags: {
      ...PROCESS, '--rm': {}, '--no-deps': {}, '--service-ports': { asks: 'publishes the service’s ports' }, '--use-aliases': { asks: 'takes the service’s names in its networks' }, '--quiet-pull': {}, '--build': { kept: true, asks: 'builds the images first' },
      '--name': { value: true, form: WORD }, '--entrypoint': { value: true, form: /^[^\0]+$/ }, '--label': { short: '-l', value: true, repeat: true, form: /^[A-Za-z0-9][^\0]*$/ },
      '--volume': { short: '-v', value: true, repeat: true, form: /^[^\0]+$/ }, '--publish': { short: '-p', value: true, repeat: true, form: /^[^\0]+$/ }, '--remove-orphans': { kept: true, asks: 'removes containers of the project that its files no longer name' },
    },
    always: ['-T'],
    takes: 'command',
    reversibility: 'REVERSIBLE',
    says: 'runs a command in a container of its own of',
  },
  // Not given to Compose: it is `docker cp` with the service's container.
  cp: { flags: { '--index': { kept: true, value: true }, '--archive': { short: '-a', kept: true }, '--follow-link': { short: '-L', kept: true } }, takes: 'copy', reversibility: 'DESTRUCTIVE', says: 'copies files between the host and' },
  scale: { flags: { '--no-deps': {} }, takes: 'scales', reversibility: 'REVERSIBLE', says: 'changes how many there are of' },
  rm: {
    flags: { '--force': { short: '-f' }, '--stop': { short: '-s' }, '--volumes': { short: '-v', asks: 'removes their unnamed volumes, and all data in them' } },
    // There is no terminal to ask at; the approval is the answer.
    always: ['--force'],
    takes: 'services',
    reversibility: 'DESTRUCTIVE',
    says: 'removes containers of',
  },
  down: {
    flags: {
      ...TIMEOUT,
      '--volumes': { short: '-v', asks: 'removes its volumes, and all data in them' },
      '--remove-orphans': { asks: 'removes containers of the project that its files no longer name' },
      '--rmi': { value: true, form: /^(?:all|local)$/, asks: 'removes its images' },
    },
    takes: 'services',
    reversibility: 'DESTRUCTIVE',
    says: 'stops and removes containers and networks of',
  },
};

/** Of 1.29 and of the plugin. */
const ALIASES: Readonly<Record<string, string>> = { convert: 'config' };
const NEVER: Readonly<Record<string, string>> = {
  attach: 'waits for a person at a terminal; `docker compose logs` shows what it prints',
  watch: 'runs until somebody ends it, and changes containers with every file that is written',
  publish: 'sends the project away',
  alpha: 'is not settled yet in Compose itself',
};

export const isComposeVerb = (name: string): boolean => Object.hasOwn(VERBS, name);

/** The canonical name and what is known of it. @throws WingmanError COMMAND_COMPOSE */
export function composeVerb(name: string): ComposeVerb {
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb !== undefined) return verb;
  const why = Object.hasOwn(NEVER, name) ? NEVER[name] : undefined;
  if (why !== undefined) throw refusal('COMMAND_COMPOSE', `docker compose ${name} ${why}`, { part: name });
  const known = Object.keys(VERBS).join(', ');
  throw refusal('COMMAND_COMPOSE', `docker compose ${name} is not run; there are ${known}`, {
    part: name.slice(0, 100),
  });
}

export const canonicalComposeVerb = (name: string): string => (Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name);
