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
import { parseRegistered, registeredReversibility, renderRegistered } from './registered-command';
import type { Registry } from './registry';
import type { Reversibility } from './reversibility';
import { tokenize } from './tokenize';
import { VERBS, type AnyVerb } from './verbs';

/** @param step index in the plan, for the refusal's details. @throws WingmanError COMMAND_… naming the offending part */
export function parseAction(command: string, registry: Registry, step?: number): Action {
  try {
    return parse(tokenize(command, registry.limits), registry);
  } catch (error) {
    if (step === undefined || !isWingmanError(error)) throw error;
    throw new WingmanError(error.code, error.message, { ...error.details, step }, { cause: error });
  }
}

function parse(argv: readonly string[], registry: Registry): Action {
  const [program, first] = argv;
  if (program !== 'docker') return parseRegistered(argv, registry);
  if (first === undefined)
    throw refusal('COMMAND_UNKNOWN_VERB', 'docker alone does nothing; name a verb, such as `docker ps`');
  if (first.startsWith('-')) {
    throw refusal(
      'COMMAND_UNKNOWN_FLAG',
      `${first} would change which engine or configuration docker uses; leave it out`,
      { flag: first },
    );
  }
  if (first === 'compose') return parseCompose(argv, registry);
  const { verb, words } = findVerb(argv.slice(1));
  return { program: 'docker', verb: verb.verb, argv, args: verb.parse(words, registry) };
}

/** The longest spelling wins: `network ls` before any verb named `network`. */
function findVerb(words: readonly string[]): { readonly verb: AnyVerb; readonly words: readonly string[] } {
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
