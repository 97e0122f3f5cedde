/** The questions of `wingman init`; an answer that was given as an option is not asked for. */
import { askPerson } from '../ask';
import { commaList } from '../cli';
import { CliFailure, EXIT } from '../exit';
import type { PersonFor, Quorum } from './draft-policy';

export interface InitOptions {
  readonly environment?: readonly string[];
  readonly containers?: readonly string[];
  readonly personFor?: PersonFor;
  readonly quorum?: Quorum;
  readonly reviewer?: string;
  readonly telegram?: true;
  readonly agent?: string;
  readonly policyFile?: string;
}

/** Null: nothing is to be changed, or nobody is to be added. */
export interface InitAnswers {
  readonly environments: readonly string[];
  readonly containers: readonly string[] | null;
  readonly personFor: PersonFor | null;
  readonly quorum: Quorum | null;
  readonly reviewer: string | null;
  readonly telegram: boolean;
  readonly agent: string | null;
  readonly policyFile: string;
}

export interface Known {
  readonly environments: readonly string[];
  /** Containers that run in an environment, and those that the policy has it answer for. */
  readonly running: (environments: readonly string[]) => Promise<readonly string[]>;
  readonly governed: (environment: string) => readonly string[];
}

const DEFAULT_FILE = 'wingman-policy.yaml';

/** Without questions: what was not said stays as it is. */
export const withoutQuestions = (options: InitOptions, { environments }: Known): InitAnswers => ({
  environments: options.environment ?? environments.slice(0, 1),
  containers: options.containers ?? null,
  personFor: options.personFor ?? null,
  quorum: options.quorum ?? null,
  reviewer: options.reviewer ?? null,
  telegram: options.telegram === true,
  agent: options.agent ?? null,
  policyFile: options.policyFile ?? DEFAULT_FILE,
});

/** Nothing is changed before the last of them is answered. */
export async function askQuestions(options: InitOptions, known: Known): Promise<InitAnswers> {
  const environments = options.environment ?? commaList(await ask(`Environments, with commas (the policy has ${known.environments.join(', ')})`, known.environments[0] ?? 'dev'));
  const containers = options.containers ?? (await askContainers(environments, known));
  const personFor = options.personFor ?? (await parsed('A person decides on: changes, everything, or on these verbs too, with commas (logs,exec); Enter leaves it', parsePersonFor));
  const quorum = options.quorum ?? (await parsed('How many people must approve: one number, or LOW,MEDIUM,HIGH; Enter leaves it', parseQuorum));
  const reviewer = options.reviewer ?? orNull(await ask('A reviewer to add (the person’s name); Enter adds nobody', ''));
  const telegram = options.telegram ?? (reviewer !== null && /^y(?:es)?$/i.test(await ask('A code that links the reviewer’s Telegram account? y/N', 'n')));
  const agent = options.agent ?? orNull(await ask('An agent to make a key for, such as deployer; Enter makes none', ''));
  return { environments, containers, personFor, quorum, reviewer, telegram, agent, policyFile: options.policyFile ?? (await ask('The policy is written to', DEFAULT_FILE)) };
}

async function askContainers(environments: readonly string[], { running, governed }: Known): Promise<readonly string[]> {
  const seen = await running(environments);
  const now = governed(environments[0] ?? '');
  const shown = seen.length === 0 ? 'none is seen' : `running: ${seen.join(', ')}`;
  return commaList(await ask(`Containers that agents may touch, with commas (${shown})`, now.join(',')));
}

const orNull = (text: string): string | null => (text === '' ? null : text);

async function parsed<T>(question: string, parse: (text: string) => T): Promise<T | null> {
  const text = await ask(question, '');
  return text === '' ? null : parse(text);
}

/** @throws CliFailure at Ctrl-D, which is no answer */
async function ask(question: string, usual: string): Promise<string> {
  const answer = await askPerson(`${question}${usual === '' ? '' : ` [${usual}]`}: `);
  if (answer === null) throw new CliFailure('\nnothing was changed', EXIT.interrupted);
  return answer === '' ? usual : answer;
}

export function parsePersonFor(text: string): PersonFor {
  return text === 'changes' || text === 'everything' ? text : commaList(text);
}

/** @throws CliFailure for what is no quorum */
export function parseQuorum(text: string): Quorum {
  const numbers = commaList(text).map(Number);
  const [low = NaN, medium = low, high = low] = numbers;
  if (![1, 3].includes(numbers.length) || [low, medium, high].some((number) => !Number.isInteger(number) || number < 1 || number > 10)) {
    throw new CliFailure('a quorum is a number from 1 to 10, or three of them for LOW,MEDIUM,HIGH, such as 1,1,2', EXIT.usage);
  }
  return [low, medium, high];
}
