/** Which URL a webhook endpoint may have. An operator writes it; the answer of its name's DNS is judged again at every sending. */
import { isIP } from 'node:net';
import { refusal } from '../domain/errors';
import { classOfAddress } from './address-class';
import type { GuardedTarget } from './guarded-request';
import { toPlainUrl } from './plain-url';

const MAX_LENGTH = 2_048;
/** Below 1024 only https's own: mail, shells and databases take a POST for a conversation. */
const FIRST_FREE_PORT = 1_024;
/** Names that mean a host near by, whatever a DNS answers. */
const NEAR = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|localdomain|home\.arpa)$/;

/**
 * https to public addresses. With `isPrivate`, which an operator allows for one endpoint, private addresses as well, and plain http to
 * those alone. Link-local, multicast and reserved addresses, where clouds keep their secrets, are never reached.
 *
 * @throws WingmanError WEBHOOK_URL_REFUSED
 */
export function toWebhookTarget(text: string, isPrivate: boolean): GuardedTarget {
  const url = text.length > MAX_LENGTH ? null : toPlainUrl(text);
  if (url === null) throw refused('write it plainly, as https://host/path: no credentials, no fragment, no dot segments, the host as it is');
  if (url.protocol !== 'https:' && !isPrivate) throw refused('it must be https; plain http is for endpoints that an operator allowed as private');
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (url.port !== '' && Number(url.port) < FIRST_FREE_PORT) throw refused(`port ${url.port} is not for webhooks: use 443 or one from ${String(FIRST_FREE_PORT)}`);
  const allowed = url.protocol === 'http:' ? (['private'] as const) : isPrivate ? (['public', 'private'] as const) : (['public'] as const);
  if (isIP(host) === 0) requireName(host, isPrivate);
  else requireAddress(host, allowed);
  return { url, allowed };
}

function requireName(host: string, isPrivate: boolean): void {
  if (!/^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) throw refused('the host is no name: letters, digits and dashes, without a dot at its end');
  if (!isPrivate && (!host.includes('.') || NEAR.test(host))) throw refused(`${host} is a private name; an operator can allow it for one endpoint (--private)`);
}

function requireAddress(host: string, allowed: GuardedTarget['allowed']): void {
  const kind = classOfAddress(host);
  if (kind === 'never') throw refused(`${host} is reserved, link-local or multicast; nothing is ever sent there`);
  if (!allowed.includes(kind)) throw refused(kind === 'private' ? `${host} is a private address; an operator can allow it for one endpoint (--private)` : `${host} is a public address, and plain http goes to private ones alone: use https`);
}

const refused = (why: string) => refusal('WEBHOOK_URL_REFUSED', `this URL cannot be a webhook endpoint: ${why}`, { field: 'url' });
