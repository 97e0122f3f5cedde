/** A URL that every reader takes the same way, decided by its text alone: no name is resolved for one that is none. */

/** Encoded dots, slashes, backslashes and NULs mean one thing to us and another to some server. */
const AMBIGUOUS = /%(?:2e|2f|5c|00|25)/i;

/**
 * Null for another scheme than http and https, credentials, a fragment, a path that a parser would change, and every way of writing a
 * host that a parser would put into another form (decimal, octal, full-width, mapped).
 */
export function toPlainUrl(text: string): URL | null {
  const written = /^(https?):\/\/([^/?#@\\]+)(\/[^?#\\]*)?(\?[^#\\]*)?$/i.exec(text);
  if (written === null || !/^[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return null;
  const [, , host = '', path = '/'] = written;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '' || AMBIGUOUS.test(path) || url.pathname !== path) return null;
  const withPort = [url.host, `${url.hostname}:${url.protocol === 'https:' ? '443' : '80'}`];
  return withPort.includes(host.toLowerCase()) ? url : null;
}
