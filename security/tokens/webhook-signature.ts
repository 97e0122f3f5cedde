/**
 * Standard Webhooks 1.0: `whsec_` secrets, and `v1` signatures (HMAC-SHA256 over id, timestamp and body, base64). Receivers check
 * them with any library of that name. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, randomBytes } from 'node:crypto';
import { WingmanError } from '../../domain/errors';
import { isPlainObject } from '../plain-object';
import type { PublicOkpJwk } from '../keys/keyset';
import { sealFor, unseal } from './seal';
import type { UnsealKey } from '../keys/unseal-key';

const PREFIX = 'whsec_';
const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;

/** 256 random bits. */
export const createWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

export interface SignedContent {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature`: one signature for each secret, so that a receiver may hold the old or the new one. */
export function signWebhook(secrets: readonly string[], { id, timestamp, body }: SignedContent): string {
  if (secrets.length === 0) throw new TypeError('nothing goes out unsigned');
  const content = `${id}.${String(timestamp)}.${body}`;
  return secrets.map((secret) => `v1,${createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64')).update(content, 'utf8').digest('base64')}`).join(' ');
}

export interface SecretOwner {
  readonly tenant: string;
  readonly endpoint_id: string;
}

/** Sealed together with whose it is: moved to another row, it does not open. */
export function sealWebhookSecret(key: PublicOkpJwk, { tenant, endpoint_id }: SecretOwner, secret: string): Promise<string> {
  return sealFor(key, JSON.stringify({ tenant, endpoint_id, secret }), { purpose: 'webhook-secret' });
}

/** @throws WingmanError SEAL_INVALID: sealed for a key that is not held here, altered, or another endpoint's */
export async function openWebhookSecret(keys: readonly UnsealKey[], { tenant, endpoint_id }: SecretOwner, sealed: string): Promise<string> {
  const content: unknown = JSON.parse(await unseal(keys, sealed, { purpose: 'webhook-secret' }));
  if (!isPlainObject(content) || content['tenant'] !== tenant || content['endpoint_id'] !== endpoint_id || typeof content['secret'] !== 'string' || !SECRET.test(content['secret'])) {
    throw new WingmanError('SEAL_INVALID', 'the sealed text was refused: it is not the secret of this endpoint');
  }
  return content['secret'];
}
