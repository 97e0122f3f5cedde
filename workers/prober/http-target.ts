/** Which registered target a URL is, decided by its text alone: no name is resolved for one that is none. */
import { toPlainUrl } from '../../platform/plain-url';

export interface HttpTarget {
  readonly url: string;
  readonly private: boolean;
  readonly query: boolean;
}

export interface RegisteredUrl {
  readonly url: URL;
  readonly isPrivateAllowed: boolean;
}

/** Null for what is no plain URL, another scheme or host, a query that is not registered, and a path outside the registered one. */
export function toRegisteredUrl(text: string, targets: readonly HttpTarget[]): RegisteredUrl | null {
  const url = toPlainUrl(text);
  if (url === null) return null;
  const target = targets.find((one) => covers(new URL(one.url), url) && (one.query || !text.includes('?')));
  return target === undefined ? null : { url, isPrivateAllowed: target.private };
}

function covers(target: URL, url: URL): boolean {
  if (target.origin !== url.origin) return false;
  const prefix = target.pathname.endsWith('/') ? target.pathname : `${target.pathname}/`;
  return url.pathname === target.pathname || url.pathname.startsWith(prefix);
}
