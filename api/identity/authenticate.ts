/**
 * Who asks. Tenant, environments and identity come from the credential and from nothing else: no header that names a user,
 * no body, no address. A key is 256 random bits, so its digest can be looked up; nothing is compared byte by byte.
 */
import type { Request } from 'express';
import type { Pool } from 'pg';
import { refusal } from '../../domain/errors';
import { toReviewerId, toTenantId, type ReviewerId, type TenantId } from '../../domain/ids';
import { parseApiKey } from '../../security/tokens/api-key';
import { findKey, type ApiKeyRow } from '../../stores/api-keys';
import { readReviewer, readReviewerOfTelegram } from '../../stores/reviewers';

interface Known {
  readonly tenant: TenantId;
  readonly keyId: string;
}
export interface AgentPrincipal extends Known {
  readonly kind: 'agent';
  readonly workerIds: readonly string[];
  readonly workerPrefixes: readonly string[];
  readonly environments: readonly string[];
  readonly owner: string | null;
}
export interface ReviewerPrincipal extends Known {
  readonly kind: 'reviewer';
  readonly reviewer: ReviewerId;
  readonly mayDecide: boolean;
  /** How they came: with a key of their own, or through the Telegram bot that vouches for them. */
  readonly via: 'key' | 'telegram';
}
export interface OperatorPrincipal extends Known {
  readonly kind: 'operator';
  readonly name: string;
}
/** The Telegram bot itself: may follow the feed and speak for linked reviewers, and decide nothing by its own name. */
export interface DelegatePrincipal extends Known {
  readonly kind: 'delegate';
  readonly name: string;
}
export type Principal = AgentPrincipal | ReviewerPrincipal | OperatorPrincipal | DelegatePrincipal;

/** The older headers carry the same keys. */
const KEY_HEADERS = ['x-wingman-approval-request-key', 'x-wingman-approval-read-key', 'x-wingman-approval-decide-key', 'x-wingman-approval-key'];
const ON_BEHALF = 'x-wingman-on-behalf-of';
/** Headers that two readers could take differently when they come twice. */
const SINGLE = new Set(['authorization', 'x-capability-token', 'content-type', 'idempotency-key', 'dpop', ON_BEHALF, ...KEY_HEADERS]);

/** @throws WingmanError UNAUTHENTICATED, KEY_REVOKED, HEADER_REPEATED, REVIEWER_NOT_ALLOWED, REVIEWER_DISABLED, DATABASE_UNAVAILABLE */
export async function authenticate(pool: Pool, req: Request): Promise<Principal> {
  requireSingleHeaders(req);
  const row = await findKey(pool, parseApiKey(presentedKey(req)).hash);
  if (row === null) throw refusal('UNAUTHENTICATED', 'this key is not known; send `Authorization: Bearer <key>`');
  if (row.revoked_at !== null) throw refusal('KEY_REVOKED', 'this key was revoked');
  return toPrincipal(pool, row, req.headers[ON_BEHALF]);
}

export function requireSingleHeaders(req: Request): void {
  const seen = new Set<string>();
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]?.toLowerCase() ?? '';
    if (SINGLE.has(name) && seen.has(name)) throw refusal('HEADER_REPEATED', `the header ${name} came more than once`);
    seen.add(name);
  }
}

function presentedKey(req: Request): string {
  const { authorization } = req.headers;
  const old = KEY_HEADERS.map((name) => req.headers[name]).filter((value) => typeof value === 'string');
  const bearer = authorization === undefined ? undefined : /^Bearer ([\x21-\x7e]+)$/.exec(authorization)?.[1];
  if (authorization !== undefined && bearer === undefined) throw refusal('UNAUTHENTICATED', 'send `Authorization: Bearer <key>`');
  const keys = new Set([...(bearer === undefined ? [] : [bearer]), ...old]);
  if (keys.size === 0) throw refusal('UNAUTHENTICATED', 'send `Authorization: Bearer <key>`; `wingman keys` makes one');
  if (keys.size > 1) throw refusal('UNAUTHENTICATED', 'two different keys came with one call');
  return [...keys][0] as string;
}

async function toPrincipal(pool: Pool, row: ApiKeyRow, onBehalf: string | string[] | undefined): Promise<Principal> {
  const known = { tenant: toTenantId(row.tenant), keyId: row.key_id };
  if (onBehalf !== undefined && row.kind !== 'delegate') throw refusal('FORBIDDEN', 'this key may not speak for anybody else');
  switch (row.kind) {
    case 'agent':
      return { ...known, kind: 'agent', workerIds: row.worker_ids, workerPrefixes: row.worker_prefixes, environments: row.environments, owner: row.owner };
    case 'operator':
      return { ...known, kind: 'operator', name: row.subject ?? row.key_id };
    case 'reviewer':
      return reviewer(known, await readReviewer(pool, known.tenant, row.subject ?? ''), 'key');
    case 'delegate': {
      if (onBehalf === undefined) return { ...known, kind: 'delegate', name: row.subject ?? row.key_id };
      const { user, chat } = parseOnBehalf(onBehalf);
      const linked = await readReviewerOfTelegram(pool, known.tenant, user);
      if (linked !== null && Number(linked.telegram_chat) !== chat) throw refusal('REVIEWER_NOT_ALLOWED', 'this reviewer is linked in another chat');
      return reviewer(known, linked, 'telegram');
    }
  }
}

function reviewer(known: Known, row: Awaited<ReturnType<typeof readReviewer>>, via: 'key' | 'telegram'): ReviewerPrincipal {
  if (row === null) throw refusal('REVIEWER_NOT_ALLOWED', 'this is no reviewer here');
  if (row.disabled) throw refusal('REVIEWER_DISABLED', `${row.reviewer} is disabled`);
  return { ...known, kind: 'reviewer', reviewer: toReviewerId(row.reviewer), mayDecide: row.may_decide, via };
}

/** `telegram:<user>:<chat>`, both whole numbers as Telegram sent them. */
function parseOnBehalf(value: string | string[]): { user: number; chat: number } {
  const match = /^telegram:([1-9][0-9]{0,15}):(-?[1-9][0-9]{0,15})$/.exec(String(value));
  if (match === null) throw refusal('INVALID_FIELD', 'X-Wingman-On-Behalf-Of must be telegram:<user>:<chat>', { field: ON_BEHALF });
  return { user: Number(match[1]), chat: Number(match[2]) };
}
