/** Which registered target a URL is, decided by its text alone: no name is resolved for one that is none. */

export interface HttpTarget {
  readonly url: string;
  readonly private: boolean;
  readonly query: boolean;
}

export interface RegisteredUrl {
  readonly url: URL;
  readonly isPrivateAllowed: boolean;
}

/** Encoded dots, slashes, backslashes and NULs mean one thing to us and another to some server. */
const AMBIGUOUS = /%(?:2e|2f|5c|00|25)/i;

/**
 * Null for another scheme or host, credentials, a fragment, a query that is not registered, a path outside the registered one, and
 * every way of writing a host that a parser would put into another form (decimal, octal, full-width, a dot at the end).
 */
export function toRegisteredUrl(text: string, targets: readonly HttpTarget[]): RegisteredUrl | null {
  const written = /^(https?):\/\/([^/?#@\\]+)(\/[^?#\\]*)?(\?[^#\\]*)?$/i.exec(text);
  if (written === null || !/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return null;
  const [, , host = '', path = '/'] = written;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '' || AMBIGUOUS.test(path) || url.pathname !== path) return null;
  const withPort = [url.host, `${url.hostname}:${url.protocol === 'https:' ? '443' : '80'}`];
  if (!withPort.includes(host.toLowerCase())) return null;
  const target = targets.find((one) => covers(new URL(one.url), url) && (one.query || !text.includes('?')));
  return target === undefined ? null : { url, isPrivateAllowed: target.private };
}

function covers(target: URL, url: URL): boolean {
  if (target.origin !== url.origin) return false;
  const prefix = target.pathname.endsWith('/') ? target.pathname : `${target.pathname}/`;
  return url.pathname === target.pathname || url.pathname.startsWith(prefix);
}
