/** Files of attack entries and the fixture that says which world they assume; ours, or those named in the environment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackFixture as CommandFixture } from './fixture-registry';

export interface AttackEntry {
  readonly id: string;
  readonly category: string;
  readonly kind: string;
  readonly expect: string;
  readonly why: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface FixtureTenant {
  readonly agents: readonly string[];
  readonly approvers?: Readonly<Record<string, number>>;
  readonly readers?: Readonly<Record<string, number>>;
  readonly requesterHuman?: Readonly<Record<string, number>>;
  readonly disabled?: Readonly<Record<string, number>>;
}

export interface FixtureApproval {
  readonly tenant: string;
  readonly status: string;
  readonly agent: string;
  readonly env: string;
  readonly commands: readonly string[];
  readonly by?: string;
}

export interface AttackFixture extends CommandFixture {
  readonly tenants: Readonly<Record<string, FixtureTenant>>;
  readonly environments: readonly string[];
  readonly approvals: Readonly<Record<string, FixtureApproval>>;
  readonly token: { readonly validRequest: Readonly<Record<string, unknown>> };
}

const data = join(__dirname, 'data');

export function readAttackFile(): readonly AttackEntry[] {
  const text = readFileSync(process.env['WINGMAN_ATTACK_FILE'] ?? join(data, 'attacks.jsonl'), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as AttackEntry);
}

export function readAttackFixture(): AttackFixture {
  return JSON.parse(readFileSync(process.env['WINGMAN_ATTACK_FIXTURE'] ?? join(data, 'fixture.json'), 'utf8')) as AttackFixture;
}
