/** The verbs of `docker compose` that are run, and their closed lists of flags: those that 1.29 and the plugin share. */
import type { Reversibility } from '../reversibility';
import { refusal } from '../../errors';
import type { FlagSpec } from '../read-flags';

export interface ComposeVerb {
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** At least one of these must be said. */
  readonly needs?: readonly string[];
  /** Always handed over, said or not. */
  readonly always?: readonly string[];
  readonly services: boolean;
  readonly reversibility: Reversibility;
  readonly says: string;
}

const TIMEOUT = { '--timeout': { short: '-t', value: true } } as const;
const QUIET = { '--quiet': { short: '-q' } } as const;

const VERBS: Readonly<Record<string, ComposeVerb>> = {
  ps: {
    flags: { ...QUIET, '--all': { short: '-a' }, '--services': {} },
    services: true,
    reversibility: 'READ_ONLY',
    says: 'lists containers of',
  },
  top: { flags: {}, services: true, reversibility: 'READ_ONLY', says: 'lists processes of' },
  images: { flags: QUIET, services: true, reversibility: 'READ_ONLY', says: 'lists images of' },
  config: {
    // Whole, it prints the values of the environment.
    flags: { ...QUIET, '--services': {}, '--volumes': {} },
    needs: ['--services', '--volumes', '--quiet'],
    services: false,
    reversibility: 'READ_ONLY',
    says: 'checks the files of',
  },
  logs: {
    flags: { '--tail': { value: true }, '--timestamps': { short: '-t' }, '--no-color': {} },
    always: ['--no-color'],
    services: true,
    reversibility: 'READ_ONLY',
    says: 'shows logs of',
  },
  up: {
    flags: {
      '--detach': { short: '-d' },
      '--no-build': {},
      '--no-deps': {},
      '--no-recreate': {},
      '--force-recreate': {},
      ...TIMEOUT,
    },
    needs: ['--detach'],
    // Without it a file with `build:` would build whatever lies in its directory by then.
    always: ['--no-build'],
    services: true,
    reversibility: 'REVERSIBLE',
    says: 'brings up',
  },
  // No flag changes what is built; Compose is not run for it (domain/command/compose/builds.ts).
  build: { flags: {}, services: true, reversibility: 'REVERSIBLE', says: 'builds' },
  start: { flags: {}, services: true, reversibility: 'REVERSIBLE', says: 'starts' },
  stop: { flags: TIMEOUT, services: true, reversibility: 'REVERSIBLE', says: 'stops' },
  restart: { flags: TIMEOUT, services: true, reversibility: 'REVERSIBLE', says: 'restarts' },
  pause: { flags: {}, services: true, reversibility: 'REVERSIBLE', says: 'pauses' },
  unpause: { flags: {}, services: true, reversibility: 'REVERSIBLE', says: 'resumes' },
  pull: { flags: QUIET, services: true, reversibility: 'REVERSIBLE', says: 'pulls images of' },
  rm: {
    flags: { '--force': { short: '-f' }, '--stop': { short: '-s' } },
    needs: ['--force'],
    services: true,
    reversibility: 'DESTRUCTIVE',
    says: 'removes containers of',
  },
  down: {
    flags: TIMEOUT,
    services: false,
    reversibility: 'DESTRUCTIVE',
    says: 'stops and removes containers and networks of',
  },
};

export const isComposeVerb = (name: string): boolean => Object.hasOwn(VERBS, name);

/** @throws WingmanError COMMAND_COMPOSE */
export function composeVerb(name: string): ComposeVerb {
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb !== undefined) return verb;
  const known = Object.keys(VERBS).join(', ');
  throw refusal('COMMAND_COMPOSE', `docker compose ${name} is not run; there are ${known}`, {
    part: name.slice(0, 100),
  });
}
