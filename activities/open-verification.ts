/** A claim in parts, with the probes that each part needs and who has to make them. */
import type { Pool } from 'pg';
import type { ClaimWorld, ParsedClaim, Probe, UnparsedCode } from '../domain/claim/claim';
import { isWingmanError } from '../domain/errors';
import { toTenantId } from '../domain/ids';
import { parseClaim } from '../domain/claim/parse';
import { probesOf } from '../domain/claim/probes-of';
import { WORKSPACE } from '../domain/claim/workspace';
import { readTypedClaims, withProposal } from '../domain/claim/read-typed-claims';
import { readClaim, type ClaimRow } from '../stores/claims';
import { readInventory } from '../stores/inventories';
import type { Proposal } from '../workflows/truth-messages';
import type { TruthActivities } from './truth-activities';

export interface OpenVerificationParts {
  readonly pool: Pool;
  /** Of claims that name no host. */
  readonly defaultHost: string;
}

const GATEWAY_KINDS: ReadonlySet<Probe['kind']> = new Set<Probe['kind']>(['container', 'image', 'network', 'volume']);

export function createOpenVerification({ pool, defaultHost }: OpenVerificationParts): TruthActivities['openVerification'] {
  return async ({ tenant: tenantText, claim_id, proposal }) => {
    const tenant = toTenantId(tenantText);
    const claim = await readClaim(pool, tenant, claim_id);
    if (claim === null) return null;
    const parsed = readParts(claim, await worldOf(pool, claim), proposal);
    const probes = distinct(parsed.parts.flatMap((part) => [...probesOf(part)]));
    return {
      parsed,
      host: claim.host ?? defaultHost,
      environment: claim.environment,
      // What an execution did stands in the ledger; nobody has to look.
      prober_probes: probes.filter(({ kind }) => !GATEWAY_KINDS.has(kind) && kind !== 'execution'),
      gateway_probes: probes.filter(({ kind }) => GATEWAY_KINDS.has(kind)),
    };
  };
}

/** The claim's own time is the parser's "now": "5 minutes ago" counts from when it was said. */
async function worldOf(pool: Pool, claim: ClaimRow): Promise<ClaimWorld> {
  const inventory = claim.environment === null ? null : await readInventory(pool, claim.environment);
  return { now: claim.claimed_at.toISOString(), registered: { workspace: WORKSPACE, ...(inventory === null ? {} : { containers: inventory.containers.map(({ name }) => name) }) } };
}

/** Never throws for what an agent or a model wrote: a text that breaks a rule's code would stop the watcher for everybody. */
function readParts(claim: ClaimRow, world: ClaimWorld, proposal: Proposal | null): ParsedClaim {
  try {
    // The API puts this sign where a character stood that no database can hold.
    if (claim.claim.includes('\uFFFD')) return unread(claim, 'HIDDEN_CHARACTER', 'it holds a character that cannot be written');
    if (claim.typed !== null) return { parts: claim.typed, unparsed: [] };
    const parsed = parseClaim(claim.claim, world);
    return proposal === null || 'fell_back' in proposal ? parsed : withProposal(claim.claim, world, parsed, proposedBy(proposal.answer));
  } catch (error) {
    if (isWingmanError(error) && error.code === 'DATABASE_UNAVAILABLE') throw error;
    return unread(claim, 'NOT_UNDERSTOOD', 'this could not be read');
  }
}

const unread = (claim: ClaimRow, code: UnparsedCode, reason: string): ParsedClaim => ({ parts: [], unparsed: [{ text: claim.claim.slice(0, 300), code, reason }] });

/** What a model answered that is no list of typed claims is no proposal. */
function proposedBy(answer: string): ReturnType<typeof readTypedClaims> {
  try {
    return readTypedClaims(JSON.parse(answer));
  } catch {
    return [];
  }
}

function distinct(probes: readonly Probe[]): readonly Probe[] {
  return [...new Map(probes.map((probe) => [JSON.stringify(probe), probe])).values()];
}
