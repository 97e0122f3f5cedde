/**
 * A request as text for a chat. What is known of it comes from the server's card; what the agent wrote stands behind a bar,
 * line by line. Commands and the plan's hash are never cut: what does not fit into one message goes on in the next.
 */
import { createHash } from 'node:crypto';
import { showHidden, showOnOneLine } from '../../domain/text/hidden-text';
import { reasonsBesideVotes } from '../sdk/card-reasons';
import type { ExecutionShape, RequestShape } from '../sdk/shapes';

/** Telegram's limit is 4096 UTF-16 units. */
const MAX_PART = 3900;
const AGENT_LINE = '│ ';
const OUTPUT_LINE = '┆ ';
const MAX_OUTPUT = 600;

export interface CardTextOptions {
  /** Characters of the agent's instruction on the card; the rest is counted and hashed. */
  readonly instruction: number;
}
export const ON_CARD: CardTextOptions = { instruction: 1500 };
export const IN_FULL: CardTextOptions = { instruction: 40_000 };

export function cardParts(request: RequestShape, options: CardTextOptions): readonly string[] {
  return pack([...head(request), ...grounds(request), ...plan(request), ...instruction(request, options), ...ending(request)], shortId(request.request_id));
}

/** The second question before a HIGH request is approved, with all that it is about; as many messages as that takes. */
export function questionParts(request: RequestShape, seconds: number): readonly string[] {
  const { card, plan_hash, request_id } = request;
  const lines = [`Approve this HIGH request? ${card.title}`, ...act(request), ...card.targets.map((target) => `Target: ${target}`), `Agent: ${card.worker_id} in ${card.environment}`, `Request: ${request_id}`, `Plan hash: ${plan_hash ?? 'no plan'}`];
  return pack([...lines, `Tap once more within ${String(seconds)} s; only the person who asked can.`], shortId(request_id));
}

export const shortId = (id: string): string => id.slice(0, 8);

/** The first screen of a phone: what will happen, to what, what breaks, what cannot be undone, who asks. */
function head(request: RequestShape): readonly string[] {
  const { card, status, request_id } = request;
  return [`${status}  ${card.title}`, ...act(request), ...card.warnings.map((warning) => `Warning: ${warning}`), ...recovery(card), `Agent: ${card.worker_id} in ${card.environment}`, `Request: ${request_id}`];
}

/** What is confirmed: every command, whole, and how far it reaches. */
function act({ card }: RequestShape): readonly string[] {
  return [
    ...(card.steps.length === 0 ? ['No commands: an approval executes nothing'] : card.steps.flatMap(({ number, command, says, reversibility }) => [`Step ${String(number)}: ${command}`, `  ${says} [${reversibility}]`])),
    ...(card.blast_radius == null ? [] : [`Reach: ${card.blast_radius.word}`, ...card.blast_radius.lines.map((line) => `  ${line}`)]),
  ];
}

function grounds({ card, quorum, expires_at }: RequestShape): readonly string[] {
  return [
    `Needs: ${quorum === 1 ? 'one reviewer' : `${String(quorum)} different reviewers`}, until ${minute(expires_at)}`,
    `Risk: ${[card.risk_level, ...reasonsBesideVotes(card)].join(': ')}`,
    `Effect: ${card.reversibility ?? 'none; there are no commands, so an approval executes nothing'}`,
    ...card.votes.map(({ voter, risk_level, reason }) => `Voter ${voter}: ${risk_level}, ${reason}`),
  ];
}

function recovery({ recovery: of }: RequestShape['card']): readonly string[] {
  if (of === undefined) return [];
  const drill = of.drill ? ['DRILL: nothing of this is executed'] : [];
  return [...drill, `Recovery: ${of.direction === 'undo' ? 'undo of ' : ''}stage ${String(of.stage)} of ${String(of.stages)}, ${of.name}`, ...of.earlier.map((line) => `Before: ${line}`)];
}

function plan({ card, plan_hash }: RequestShape): readonly string[] {
  return ['', ...card.targets.map((target) => `Target: ${target}`), `Plan hash: ${plan_hash ?? 'no plan'}`];
}

function instruction({ card, instruction: text, request_id }: RequestShape, { instruction: limit }: CardTextOptions): readonly string[] {
  const shown: string[] = [];
  let length = 0;
  for (const line of card.instruction.lines) {
    length += line.length;
    if (length > limit) break;
    shown.push(line.startsWith(AGENT_LINE) ? line : AGENT_LINE + line);
  }
  const left = card.instruction.lines.length - shown.length + card.instruction.more;
  const all = `${String(text.length)} characters, SHA-256 ${createHash('sha256').update(text).digest('hex')}`;
  return [
    '',
    `The agent’s own words, between the bars (${all}):`,
    ...shown,
    ...(left === 0 ? [] : [`Shortened by ${String(left)} line${left === 1 ? '' : 's'}: /show ${shortId(request_id)} sends more, \`wingman show\` all.`]),
  ];
}

function ending(request: RequestShape): readonly string[] {
  const { status, decided_by, decided_at, decision_note, decisions = [], executions = [], quorum } = request;
  const votes = status === 'PENDING' ? decisions.map(({ reviewer, decision }) => `${decision === 'APPROVE' ? 'Approved' : 'Rejected'} by ${reviewer} (${String(decisions.length)} of ${String(quorum)})`) : [];
  const end = status === 'PENDING' ? [] : [`${status}${decided_by === null ? '' : ` by ${showOnOneLine(decided_by)}`}${decided_at === null ? '' : ` at ${minute(decided_at)}`}`];
  const others = status === 'APPROVED' ? decisions.filter(({ reviewer }) => reviewer !== decided_by).map(({ reviewer }) => `Approved by ${reviewer} too`) : [];
  const note = decision_note === null || decision_note === '' ? [] : [`Note: ${showOnOneLine(decision_note)}`];
  const lines = [...votes, ...end, ...others, ...note, ...executions.flatMap(executionLines)];
  return lines.length === 0 ? [] : ['', ...lines];
}

function executionLines({ step, status, exit_code, error_code, output, resolution }: ExecutionShape): readonly string[] {
  const text = output === null ? '' : output.trimEnd();
  const shown = text.length > MAX_OUTPUT ? `${text.slice(0, MAX_OUTPUT)}…` : text;
  return [
    `Step ${String(step + 1)} ${status}${exit_code === null ? '' : `, exit ${String(exit_code)}`}${error_code === null ? '' : `, ${error_code}`}`,
    ...(shown === '' ? [] : shown.split('\n').slice(0, 12).map((line) => OUTPUT_LINE + showHidden(line))),
    ...(resolution === null ? [] : [`Resolved as ${resolution.outcome} by ${resolution.by}: ${showOnOneLine(resolution.note)}`]),
  ];
}

/** Whole lines to a message as long as they fit; a longer one goes on in the next, and says so. */
function pack(lines: readonly string[], id: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const line of lines.flatMap(pieces)) {
    if (part !== '' && part.length + 1 + line.length > MAX_PART) {
      parts.push(part);
      part = '';
    }
    part = part === '' ? line : `${part}\n${line}`;
  }
  if (part !== '') parts.push(part);
  return parts.length === 1 ? parts : parts.map((text, at) => `Request ${id}, part ${String(at + 1)} of ${String(parts.length)}\n${text}`);
}

const CONTINUED = '(continued) ';

function pieces(line: string): readonly string[] {
  const room = MAX_PART - CONTINUED.length - 2;
  if (line.length <= room) return [line];
  const framed = line.startsWith(AGENT_LINE) ? AGENT_LINE : '';
  const cut: string[] = [];
  for (let at = 0; at < line.length; ) {
    // Not inside a character that takes two units.
    const end = at + room < line.length && /[\ud800-\udbff]/.test(line.charAt(at + room - 1)) ? at + room - 1 : at + room;
    cut.push((at === 0 ? '' : framed + CONTINUED) + line.slice(at, end));
    at = end;
  }
  return cut;
}

/** For a text that Telegram refuses: the same without the agent's words and with nothing but printable ASCII. */
export function plainer(text: string): string {
  const lines = text.split('\n').filter((line) => !line.startsWith(AGENT_LINE));
  const ascii = lines.join('\n').replace(/[^\x20-\x7e\n]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
  return ascii.length > 4096 ? text : ascii;
}

const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;
