/** Requests by a part of their id, as people type them. */
import { isUuid } from '../../domain/ids';
import type { WingmanClient } from '../sdk/client';
import { CliFailure, EXIT } from './exit';

const MOST_LISTED = 500;

/**
 * A whole id as it is, or at least six characters that begin the id of exactly one waiting request. A decided one needs the
 * whole id: there are too many for a few characters to be safe.
 *
 * @throws CliFailure, usage
 */
export async function findRequestId(client: WingmanClient, typed: string): Promise<string> {
  const text = typed.toLowerCase();
  if (isUuid(text)) return text;
  if (!/^[0-9a-f-]{6,36}$/.test(text)) throw new CliFailure(`${typed} is no request id: give it whole, or at least its first 6 characters`, EXIT.usage);
  const { pending } = await client.pending(MOST_LISTED);
  const fitting = pending.filter(({ request_id }) => request_id.startsWith(text));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.request_id;
  const found = only === undefined ? 'no waiting request begins' : `${String(fitting.length)} waiting requests begin`;
  throw new CliFailure(`${found} with ${typed}: see \`wingman pending\`${only === undefined ? '; one that is decided needs its whole id' : ', and give more characters'}`, EXIT.usage);
}
