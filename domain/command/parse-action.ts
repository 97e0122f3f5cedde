/** From a command line to a typed action, and from the action to what its verb says about it. The grammar is closed. */
import type {
  Action,
  EngineCall,
  EngineReply,
  Inventory,
  ResolvedTargets,
  StepResult,
  TargetRef,
} from './action';
import { buildActions } from './compose/builds';
import { composeReversibility, parseCompose, renderCompose, toComposeArgs } from './compose/compose';
import { isWingmanError, refusal, WingmanError } from '../errors';
import { showOnOneLine } from '../text/hidden-text';
import { refuseNever } from './never';
import { parseRegistered, registeredReversibility, renderRegistered } from './registered-command';
import { refuseGlobalFlag } from './global-flags';
import type { Registry } from './registry';
import type { Reversibility } from './reversibility';
import { refuseSecrets } from './refuse-secrets';
import { tokenize } from './tokenize';
import { requireAskable } from './unregistered';
import { VERBS, type AnyVerb } from './verbs';

/** Verbs of Compose that are about no project. */
const COMPOSE_ALONE = ['version', 'ls'];

/** @param step index in the plan, for the refusal's details. @throws WingmanError COMMAND_… naming the offending part */
export function parseAction(command: string, registry: Registry, step?: number): Action {
  try {
    const action = parseWords(tokenize(command, registry.limits), registry);
    // As it is kept: a text in which a secret is blacked out is another command.
    if (action.program !== 'registered') refuseSecrets([command]);
    return action;
  } catch (error) {
    if (step === undefined || !isWingmanError(error)) throw error;
    throw new WingmanError(error.code, error.message, { ...error.details, step }, { cause: error });
  }
}

/** The words of one command, program first, as a program is handed them. Hostile like its text. @throws as {@link parseAction} */
export function parseWords(argv: readonly string[], registry: Registry): Action {
  const [program, first] = argv;
  if (program === 'docker' || program === 'docker-compose') refuseSecrets(argv);
  if (program === 'docker-compose') return parseDockerCompose(argv, registry);
  if (program !== 'docker') return parseRegistered(argv, registry);
  if (first === undefined)
    throw refusal('COMMAND_UNKNOWN_VERB', 'docker alone does nothing; name a verb, such as `docker ps`');
  refuseGlobalFlag(first);
  if (first === 'compose' && !COMPOSE_ALONE.includes(argv[2] ?? '')) return parseCompose(argv, argv.slice(2), registry);
  const { verb, words } = findVerb(argv.slice(1));
  const args = verb.parse(words, registry);
  const unregistered = requireAskable(verb.unregistered?.(args, registry) ?? [], registry);
  return { program: 'docker', verb: verb.verb, argv, args, ...(unregistered.length === 0 ? {} : { unregistered }) };
}

/** The program of before the plug-in: the same verbs, and its own version. */
function parseDockerCompose(argv: readonly string[], registry: Registry): Action {
  const words = argv.slice(1);
  const [first = ''] = words;
  if (COMPOSE_ALONE.includes(first) || first === '--version' || first === '-v') return { ...parseWords(['docker', 'compose', first.startsWith('-') ? 'version' : first, ...words.slice(1)], registry), argv };
  return parseCompose(argv, words, registry);
}

/** The longest spelling wins: `network ls` before any verb named `network`. */
function findVerb(words: readonly string[]): { readonly verb: AnyVerb; readonly words: readonly string[] } {
  refuseNever(words);
  for (const length of [2, 1]) {
    const verb = VERBS.find(({ spellings }) =>
      spellings.some((spelling) => spelling.length === length && spelling.every((word, at) => words[at] === word)),
    );
    if (verb !== undefined) return { verb, words: words.slice(length) };
  }
  const part = words.slice(0, 2).join(' ').slice(0, 60);
  throw refusal(
    'COMMAND_UNKNOWN_VERB',
    `docker ${part} is not a command that Wingman runs; docs/commands.md lists them`,
    { part },
  );
}

export function actionReversibility(action: Action): Reversibility {
  switch (action.program) {
    case 'docker':
      return verbOf(action).reversibility(action.args);
    case 'compose':
      return composeReversibility(toComposeArgs(action.args));
    case 'registered':
      return registeredReversibility(action);
  }
}

export function actionTargets(action: Action): readonly TargetRef[] {
  return action.program === 'docker' ? verbOf(action).targets(action.args) : [];
}

export function actionCreates(action: Action): readonly TargetRef[] {
  return action.program === 'docker' ? verbOf(action).creates(action.args) : buildActions(action).flatMap(actionCreates);
}

/** One line for the card, whatever the names in it hold: an image's may be an agent's. */
export function renderAction(action: Action, inventory: Inventory | null): string {
  return showOnOneLine(render(action, inventory));
}

function render(action: Action, inventory: Inventory | null): string {
  switch (action.program) {
    case 'docker':
      return verbOf(action).render(action.args, inventory);
    case 'compose':
      return renderCompose(toComposeArgs(action.args), inventory);
    case 'registered':
      return renderRegistered(action);
  }
}

/** The engine calls of a docker action. @throws TypeError for the other programs, which the gateway runs as processes */
export function runAction(action: Action, targets: ResolvedTargets): Generator<EngineCall, StepResult, EngineReply> {
  if (action.program !== 'docker') throw new TypeError(`${action.program} has no engine calls`);
  return verbOf(action).run(action.args, targets);
}

function verbOf(action: Action): AnyVerb {
  const verb = VERBS.find((known) => known.verb === action.verb);
  if (verb === undefined) throw refusal('COMMAND_UNKNOWN_VERB', `${action.verb} is not a verb`, { part: action.verb });
  return verb;
}
