/** The instruction gate: does a request say what is to be done, within which limits, and what if it goes wrong? */
import { refusal } from '../errors';
import { foldLookalikes } from '../text/hidden-text';
import { findForbiddenActions } from './actions';
import { findBodyProblem, findCopies, readBody } from './body';
import {
  SECTIONS,
  type InstructionFinding,
  type InstructionReport,
  type PolicyChecks,
  type Section,
} from './report';
import { scanSections } from './sections';
import { findSecrets } from '../secrets/secrets';

/** Characters; the API's own limit on bodies is lower for most callers. */
export const MAX_INSTRUCTION_LENGTH = 256 * 1024;

/** @throws WingmanError INVALID_FIELD, BODY_TOO_LARGE */
export function toInstruction(value: unknown): string {
  if (typeof value !== 'string') throw refusal('INVALID_FIELD', 'instruction must be text', { field: 'instruction' });
  if (value.length > MAX_INSTRUCTION_LENGTH) {
    throw refusal('BODY_TOO_LARGE', `instruction may have ${MAX_INSTRUCTION_LENGTH} characters`, {
      length: value.length,
    });
  }
  if (!value.isWellFormed() || value.includes('\0')) {
    throw refusal('INVALID_FIELD', 'instruction holds a NUL or half a character', { field: 'instruction' });
  }
  return value;
}

/** Pure and linear: 256 kB take well under 100 ms whatever they hold. */
export function checkInstruction(instruction: string): InstructionReport {
  const folded = foldLookalikes(instruction);
  const { problems, lines } = checkSections(instruction);
  const secrets = secretFindings(instruction, folded);
  const actions = findForbiddenActions(folded).map(({ check, line, what }): InstructionFinding => ({
    check,
    line,
    message: `line ${line} orders ${what}`,
  }));
  const missing_sections = SECTIONS.filter((section) => problems.has(section));
  const policy_checks: PolicyChecks = {
    no_hardcoded_secrets: secrets.length === 0,
    no_forbidden_actions: !actions.some(({ check }) => check === 'no_forbidden_actions'),
    no_force_flags: !actions.some(({ check }) => check === 'no_force_flags'),
    has_mitigation_plan: !problems.has('MITIGATION'),
    has_boundaries: !problems.has('BOUNDARIES'),
    has_test_process: !problems.has('TEST_PROCESS'),
  };
  return {
    approved: missing_sections.length === 0 && Object.values(policy_checks).every(Boolean),
    score: 10 * (SECTIONS.length - missing_sections.length),
    missing_sections,
    validation: Object.fromEntries(SECTIONS.map((section) => [section, problems.get(section) ?? 'present'])) as Record<
      Section,
      string
    >,
    policy_checks,
    findings: [...sectionFindings(problems, lines), ...secrets, ...actions],
  };
}

interface SectionCheck {
  /** What is wrong, for the sections that do not count. */
  readonly problems: ReadonlyMap<Section, string>;
  readonly lines: ReadonlyMap<Section, number>;
}

function checkSections(instruction: string): SectionCheck {
  const { sections, nearMisses } = scanSections(instruction);
  const bodies = new Map([...sections].map(([section, { body }]) => [section, readBody(body)]));
  const copies = findCopies(bodies);
  const problems = new Map<Section, string>();
  for (const section of SECTIONS) {
    const found = sections.get(section);
    const why = nearMisses.get(section);
    const body = bodies.get(section);
    const problem = body === undefined ? null : findBodyProblem(section, body);
    const copy = copies.get(section);
    if (found === undefined)
      problems.set(section, why === undefined ? 'missing: no heading of this name' : `missing: ${why}`);
    else if (problem !== null) problems.set(section, `line ${found.line}: ${problem}`);
    else if (copy !== undefined) problems.set(section, `line ${found.line}: says the same as ${copy}`);
  }
  return { problems, lines: new Map([...sections].map(([section, { line }]) => [section, line])) };
}

function sectionFindings(
  problems: ReadonlyMap<Section, string>,
  lines: ReadonlyMap<Section, number>,
): InstructionFinding[] {
  return [...problems].map(([section, problem]) => {
    const line = lines.get(section);
    return { check: 'section', section, ...(line === undefined ? {} : { line }), message: `${section} ${problem}` };
  });
}

/** Looked for as written, and again as it reads without invisible characters and look-alikes. */
function secretFindings(instruction: string, folded: string): InstructionFinding[] {
  const written = findSecrets(instruction);
  const text = written.length > 0 ? instruction : folded;
  const found = text === instruction ? written : findSecrets(folded);
  return positions(
    text,
    found.map(({ start }) => start),
  ).map(({ line, column }, at): InstructionFinding => ({
    check: 'no_hardcoded_secrets',
    line,
    column,
    message: `line ${line}, column ${column} holds what looks like a secret (${found[at]?.kind ?? 'unknown'}); name a variable instead`,
  }));
}

/** Line and column of ascending offsets, in one pass over the text. */
function positions(text: string, offsets: readonly number[]): { line: number; column: number }[] {
  let line = 1;
  let start = 0;
  let next = text.indexOf('\n');
  return offsets.map((offset) => {
    while (next !== -1 && next < offset) {
      line++;
      start = next + 1;
      next = text.indexOf('\n', start);
    }
    return { line, column: offset - start + 1 };
  });
}
