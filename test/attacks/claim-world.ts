/** What the fixture's claims are about, on real parts: files and links below a root, containers, and one run in the ledger. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Running } from '../../platform/running';
import { startStackProber } from '../support/stack-prober';
import type { AttackFixture } from './attack-file';
import { openAttackWorld, type AttackWorld } from './world';

export interface ClaimFixture {
  /** With `<tenant>` in it. */
  readonly root: string;
  /** "120 bytes, older than the task". */
  readonly present: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
  readonly special: Readonly<Record<string, string>>;
  readonly containers: Readonly<Record<string, string>>;
  readonly httpAllowedHosts: readonly string[];
  readonly executions: Readonly<Record<string, string>>;
}

export interface ClaimWorld {
  readonly world: AttackWorld;
  /** Replaced wherever they occur in a claim: the fixture's root by ours, and digests of its files. */
  readonly inside: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const HOME = 'acme';

export async function openClaimWorld(fixture: AttackFixture & { readonly claims: ClaimFixture }): Promise<ClaimWorld> {
  const { claims } = fixture;
  const dir = mkdtempSync('/tmp/wm-claims-');
  const tenants = Object.keys(fixture.tenants);
  const base = claims.root.slice(0, claims.root.indexOf('<tenant>'));
  const rootOf = (tenant: string): string => join(dir, 'ws', tenant);
  for (const tenant of tenants) mkdirSync(rootOf(tenant), { recursive: true });
  const inside: Record<string, string> = { [base]: `${join(dir, 'ws')}/` };
  for (const [name, what] of Object.entries(claims.present)) {
    const file = join(rootOf(HOME), name);
    const content = 'x'.repeat(Number(/^(\d+) bytes/.exec(what)?.[1] ?? 0));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (what.includes('older')) utimesSync(file, new Date(Date.now() - 3_600_000), new Date(Date.now() - 3_600_000));
    inside[`@sha256-of-${name.replace(/\..*$/, '').replaceAll('/', '-')}`] = createHash('sha256').update(content).digest('hex');
  }
  for (const [name, to] of Object.entries(claims.links)) symlinkSync(to, join(rootOf(HOME), name));
  for (const name of Object.keys(claims.special)) execFileSync('mkfifo', [join(rootOf(HOME), name)]);
  for (const tenant of tenants.filter((one) => one !== HOME)) writeFileSync(join(rootOf(tenant), 'secret.json'), '{}');

  const world = await openAttackWorld(fixture, []);
  let prober: Running | null = null;
  const close = async (): Promise<void> => {
    await prober?.close();
    await world.close();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    prober = await startStackProber(world.stack, Object.fromEntries(tenants.map((tenant) => [tenant, { roots: [rootOf(tenant)], http: claims.httpAllowedHosts.map((host) => ({ url: `http://${host}` })) }])));
    for (const command of Object.keys(claims.executions).filter((one) => one.startsWith('docker '))) await runOnce(world, command);
    await world.settle();
  } catch (error) {
    await close();
    throw error;
  }
  return { world, inside, close };
}

/** One run of the fixture's, through approval and gateway. */
async function runOnce(world: AttackWorld, command: string): Promise<void> {
  const { fixture, stack } = world;
  const agent = fixture.tenants[HOME]?.agents[0] ?? '';
  const { id } = await world.makeApproval({ tenant: HOME, agent, environment: fixture.environments[0] ?? '', commands: [command], status: 'APPROVED' });
  const { body } = await stack.call('POST', `/approvals/${String(id)}/execute`, world.keyOf(`${agent}@${HOME}`), {});
  if (body['execution_status'] !== 'SUCCEEDED') throw new Error(`the fixture's ${command} ended ${JSON.stringify(body).slice(0, 200)}`);
}
