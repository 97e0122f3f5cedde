/** Judges `claim` entries: said over HTTP by their agent, and looked into by a real prober and a real gateway. */
import type { Answer } from '../support/stack';
import type { AttackEntry } from './attack-file';
import type { ClaimWorld } from './claim-world';
import { expandMacros } from './macros';

const KNOWN = ['tenant', 'worker', 'auth', 'claim', 'host', 'use_enhanced', 'assert'];
const WANTED: Readonly<Record<string, string>> = { allow: 'TRUE', false: 'FALSE', unverifiable: 'UNVERIFIABLE' };

/** Null when the entry came out as expected; else what happened. */
export async function runClaimEntry(entry: AttackEntry, claims: ClaimWorld): Promise<string | null> {
  const unknown = Object.keys(entry.input).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) return `the runner does not know ${unknown.join(', ')}`;
  const input = expandMacros(entry.input, { inside: claims.inside }) as { readonly tenant: string; readonly worker: string; readonly auth?: string; readonly claim: string; readonly host?: string; readonly use_enhanced?: boolean };
  const left = /@sha256-of-[\w-]+/.exec(input.claim)?.[0];
  if (left !== undefined) return `no runner knows the macro ${left}`;
  const { stack } = claims.world;
  const who = input.auth ?? `${input.worker}@${input.tenant}`;
  const key = claims.world.keyOf(who);
  if (entry.expect === 'reject') {
    // A tenant has no place on the wire: the nearest that a caller can come is a name of it in the worker's.
    const before = await stack.sql(`select 1 from wingman.claims`);
    const answer = await stack.call('POST', '/log_claim', key, { worker_id: who.endsWith(`@${input.tenant}`) ? input.worker : `${input.tenant}/${input.worker}`, claim: input.claim });
    const after = await stack.sql(`select 1 from wingman.claims`);
    if (answer.status < 400 || answer.status >= 500) return `answered ${String(answer.status)}`;
    return after.length === before.length ? null : 'a claim was written';
  }
  const wanted = WANTED[entry.expect];
  if (wanted === undefined) return `no runner knows the expectation ${entry.expect}`;
  const answer = await stack.call('POST', '/verify', key, {
    claim: input.claim, ...(input.host === undefined ? {} : { host: input.host }), ...(input.use_enhanced === undefined ? {} : { use_enhanced: input.use_enhanced }),
  });
  return tell(answer, wanted);
}

/** A text that is refused before anybody looks has no verdict, which is as good as UNVERIFIABLE. */
function tell({ status, body }: Answer, wanted: string): string | null {
  if (status >= 500) return `a fault: ${String(status)} ${String(body['error'])}`;
  if (status >= 400) return wanted === 'UNVERIFIABLE' ? null : `refused: ${String(status)} ${String(body['error'])}`;
  if (body['verdict'] === wanted) return null;
  const looks = JSON.stringify((body['probes'] as readonly { blind?: unknown; seen?: unknown }[]).map(({ blind, seen }) => blind ?? seen)).slice(0, 300);
  return `${String(body['verdict'])}: ${String(body['details']).slice(0, 200)} ${looks}`;
}
