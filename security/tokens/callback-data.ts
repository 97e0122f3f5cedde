/**
 * What a button under a Telegram card says when it is tapped: verb and approval, under a MAC, in at most 64 bytes.
 *
 * Who tapped is checked by the linked account, not here. The MAC keeps a modified client from naming approvals that no card
 * ever showed it, and makes ids in buttons useless for probing.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { refusal } from '../../domain/errors';
import { toApprovalId, type ApprovalId } from '../../domain/ids';
import { decodeCanonicalBase64Url } from '../base64url';

/** `confirm`: the second tap that a HIGH card asks for. `skip`: reject without a reason. `back`: leave the question. */
const LETTERS = { approve: 'a', confirm: 'c', reject: 'r', skip: 's', back: 'b', show: 'v' } as const;
export type CallbackVerb = keyof typeof LETTERS;

export interface Callback {
  readonly verb: CallbackVerb;
  readonly approvalId: ApprovalId;
}

/** A MAC key from a secret that the process holds already, such as its bot token; nothing more has to be stored. */
export function deriveCallbackKey(secret: string): Buffer {
  if (secret.length < 16) throw new TypeError('a callback key needs a real secret');
  return Buffer.from(hkdfSync('sha256', secret, '', 'wingman callback data v1', 32));
}

/** 42 bytes: a letter, the id's 16 bytes and a MAC of 14 bytes in base64url. */
export function encodeCallback({ verb, approvalId }: Callback, key: Buffer): string {
  const id = Buffer.from(approvalId.replaceAll('-', ''), 'hex').toString('base64url');
  return `${LETTERS[verb]}${id}${mac(`${LETTERS[verb]}${id}`, key).toString('base64url')}`;
}

/**
 * @param data from an update: hostile, or of a card that was sent under an older key.
 * @throws WingmanError INVALID_FIELD
 */
export function decodeCallback(data: unknown, key: Buffer): Callback {
  const match = typeof data === 'string' ? FORM.exec(data) : null;
  const [, letter = '', id = '', tag = ''] = match ?? [];
  const idBytes = decodeCanonicalBase64Url(id);
  const tagBytes = decodeCanonicalBase64Url(tag);
  const verb = VERBS.get(letter);
  if (match === null || verb === undefined || idBytes?.length !== 16 || tagBytes?.length !== MAC_BYTES) throw refuse();
  if (!timingSafeEqual(tagBytes, mac(letter + id, key))) throw refuse();
  const hex = idBytes.toString('hex');
  return {
    verb,
    approvalId: toApprovalId(
      [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    ),
  };
}

/** 112 bits. Each guess costs a request to Telegram and one to us. */
const MAC_BYTES = 14;
const FORM = /^([a-z])([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{19})$/;
const VERBS: ReadonlyMap<string, CallbackVerb> = new Map(
  Object.entries(LETTERS).map(([verb, letter]) => [letter, verb as CallbackVerb]),
);

function mac(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest().subarray(0, MAC_BYTES);
}

function refuse() {
  return refusal('INVALID_FIELD', 'this button is not one of ours, or of a card that is too old: use /pending', {
    field: 'callback_data',
  });
}
