/** Cases for `wingman policy test`: requests, and what each should get. A file that an operator wrote. */
import { parse } from 'yaml';
import { assessRequest } from '../../domain/approval/assessment';
import { toEnvironment, toTenantId, toWorkerId } from '../../domain/ids';
import type { Policy } from '../../domain/policy/policy';
import { sha256Hex } from '../../security/digest';
import type { WingmanClient } from '../sdk/client';
import { CliFailure, EXIT } from './exit';

export interface PolicyCase {
  readonly name: string;
  readonly env: string | null;
  readonly worker: string;
  readonly task: string;
  readonly instruction: string;
  readonly commands: readonly string[] | null;
  readonly ordered: boolean;
  /** As if asked then, for freeze windows; null: now. */
  readonly at: string | null;
  readonly expect: Expected;
}

export interface Expected {
  readonly status: string;
  readonly risk: string | null;
  readonly quorum: number | null;
  /** One of the reasons of a refusal. */
  readonly code: string | null;
}

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly got: { readonly status: string; readonly risk: string; readonly quorum: number; readonly codes: readonly string[] };
  /** What was expected instead, in words. */
  readonly differs: readonly string[];
}

const MEMBERS = ['name', 'env', 'worker', 'task', 'instruction', 'commands', 'ordered', 'at', 'expect'];
const EXPECTED = ['status', 'risk', 'quorum', 'code'];
const STATUSES = ['AUTO_APPROVED', 'PENDING', 'AUTO_REJECTED'];
const RISKS = ['LOW', 'MEDIUM', 'HIGH'];

type Raw = Readonly<Record<string, unknown>>;

/** A policy has environments, cases have not. Which of the two a file is, is the commonest mistake. */
export function isPolicyText(text: string): boolean {
  const value = parseYaml(text);
  return isRecord(value) && 'environments' in value;
}

/** @throws CliFailure (usage) naming the case and what would be right */
export function parsePolicyCases(text: string, file: string): readonly PolicyCase[] {
  const value = parseYaml(text);
  const list: unknown = isRecord(value) ? value['cases'] : value;
  if (!Array.isArray(list) || list.length === 0) throw fault(file, 'it must be a list of cases, each { name, commands, expect: { status } }');
  return list.map((one: unknown, index) => {
    const where = `case ${String(index + 1)}`;
    if (!isRecord(one)) throw fault(file, `${where} is no mapping`);
    return toCase(one, (problem) => fault(file, `${where}: ${problem}`));
  });
}

function toCase(raw: Raw, wrong: (problem: string) => CliFailure): PolicyCase {
  const unknown = Object.keys(raw).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw wrong(`${unknown} is not known; it may have ${MEMBERS.join(', ')}`);
  const text = (name: string): string | null => {
    const value = raw[name] ?? null;
    if (value === null || typeof value === 'string') return value;
    throw wrong(`${name} must be a text`);
  };
  const { commands = null, ordered = false } = raw;
  if (commands !== null && !(Array.isArray(commands) && commands.every((command) => typeof command === 'string'))) throw wrong('commands must be a list of texts');
  if (typeof ordered !== 'boolean') throw wrong('ordered must be true or false');
  const name = text('name');
  if (name === null) throw wrong('it needs a name');
  const at = text('at');
  if (at !== null && Number.isNaN(Date.parse(at))) throw wrong('at must be a moment, such as 2026-12-24T18:00:00Z');
  return {
    name, ordered, at,
    env: text('env'),
    worker: text('worker') ?? 'agent-1',
    task: text('task') ?? name,
    instruction: text('instruction') ?? '',
    commands: commands,
    expect: toExpected(raw['expect'], wrong),
  };
}

function toExpected(raw: unknown, wrong: (problem: string) => CliFailure): Expected {
  if (!isRecord(raw)) throw wrong('it needs expect: { status: … }');
  const unknown = Object.keys(raw).find((name) => !EXPECTED.includes(name));
  if (unknown !== undefined) throw wrong(`expect.${unknown} is not known; it may have ${EXPECTED.join(', ')}`);
  const { status, risk = null, quorum = null, code = null } = raw;
  if (typeof status !== 'string' || !STATUSES.includes(status)) throw wrong(`expect.status must be one of ${STATUSES.join(', ')}`);
  if (risk !== null && (typeof risk !== 'string' || !RISKS.includes(risk))) throw wrong(`expect.risk must be one of ${RISKS.join(', ')}`);
  if (quorum !== null && typeof quorum !== 'number') throw wrong('expect.quorum must be a number');
  if (code !== null && typeof code !== 'string') throw wrong('expect.code must be a text');
  return { status, risk, quorum, code };
}

/** Here, without a server; names of containers are not looked up. @param now milliseconds since 1970 */
export function judgeByPolicy(cases: readonly PolicyCase[], policy: Policy, now: number): readonly CaseResult[] {
  const [first] = Object.keys(policy.environments);
  return cases.map((one) => {
    const { status, risk_level, outcome, reasons } = assessRequest({
      tenant: toTenantId('default'),
      environment: toEnvironment(one.env ?? first),
      worker_id: toWorkerId(one.worker),
      task_name: one.task,
      instruction: one.instruction,
      commands: one.commands,
      ordered: one.ordered,
      policy,
      inventory: null,
      now: one.at === null ? now : Date.parse(one.at),
      sha256: sha256Hex,
    });
    return compare(one, { status, risk: risk_level, quorum: outcome.quorum, codes: reasons.map(({ code }) => code) });
  });
}

/** By the policy in force, with what the engine holds now. @throws CliFailure for a case with `at` */
export async function judgeByServer(cases: readonly PolicyCase[], client: WingmanClient): Promise<readonly CaseResult[]> {
  const timed = cases.find(({ at }) => at !== null);
  if (timed !== undefined) throw new CliFailure(`${timed.name}: a server judges by its own clock; cases with \`at\` need --policy FILE`, EXIT.usage);
  const results: CaseResult[] = [];
  for (const one of cases) {
    const { status, risk_level, card, reasons } = await client.explain({
      worker_id: one.worker, task_name: one.task, instruction: one.instruction, ordered: one.ordered,
      ...(one.commands === null ? {} : { commands: one.commands }),
      ...(one.env === null ? {} : { deployment_env: one.env }),
    });
    results.push(compare(one, { status, risk: risk_level, quorum: card.quorum, codes: reasons.map(({ code }) => code) }));
  }
  return results;
}

function compare({ name, expect }: PolicyCase, got: CaseResult['got']): CaseResult {
  const because = got.codes.length === 0 ? '' : `, got ${got.codes.join(', ')}`;
  const differs = [
    ...(expect.status === got.status ? [] : [`expected ${expect.status}${because}`]),
    ...(expect.risk === null || expect.risk === got.risk ? [] : [`expected risk ${expect.risk}`]),
    ...(expect.quorum === null || expect.quorum === got.quorum ? [] : [`expected a quorum of ${String(expect.quorum)}`]),
    ...(expect.code === null || got.codes.includes(expect.code) ? [] : [`expected ${expect.code}${because}`]),
  ];
  return { name, ok: differs.length === 0, got, differs };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new CliFailure(`this is not YAML: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`, EXIT.usage, { cause });
  }
}

const isRecord = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const fault = (file: string, problem: string): CliFailure => new CliFailure(`${file}: ${problem}`, EXIT.usage);
