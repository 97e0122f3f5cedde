/**
 * One HTTP exchange with a host that somebody else named: no cookies, no redirects, no proxy. The name is resolved once, every
 * address of the answer is judged, and the connection goes to one that was: whoever owns the name's DNS cannot change his mind in
 * between. Of the answer nothing is kept but its status, its length and its digest.
 */
import { createHash } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { classOfAddress, type AddressClass } from './address-class';

export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface GuardedTarget {
  /** As `toPlainUrl` gives it. */
  readonly url: URL;
  readonly allowed: readonly Exclude<AddressClass, 'never'>[];
}

export interface GuardedLimits {
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

export interface GuardedMessage {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates to trust besides the system's; for private endpoints. */
  readonly ca?: string | undefined;
}

export type Unanswered = 'LATE' | 'NAME_UNRESOLVED' | 'ADDRESS_REFUSED' | 'REFUSED' | 'CLOSED' | 'PROTOCOL' | 'TLS' | 'UNREACHABLE' | 'FAILED';

export type GuardedAnswer =
  | { readonly answered: true; readonly status: number; readonly bytes: number; readonly complete: boolean; readonly sha256: string | null }
  | { readonly answered: false; readonly reason: Unanswered };

const MAX_HEADER_BYTES = 16_384;

/** Follows /etc/hosts too, as every other program of the host does. */
export const systemLookup: Lookup = (hostname) => resolveName(hostname, { all: true, verbatim: true });

const unanswered = (reason: Unanswered): GuardedAnswer => ({ answered: false, reason });

export async function sendGuarded(target: GuardedTarget, message: GuardedMessage, lookup: Lookup, limits: GuardedLimits): Promise<GuardedAnswer> {
  const given = new AbortController();
  const late = setTimeout(() => given.abort(), limits.timeoutMs);
  try {
    const resolved = await orLate(resolve(target.url, lookup), given.signal);
    if (resolved === 'late') return unanswered('LATE');
    if (resolved.length === 0) return unanswered('NAME_UNRESOLVED');
    const [pinned] = resolved;
    // One lie among the answers is enough: an honest name does not lead to both sides.
    if (pinned === undefined || !resolved.every(({ address }) => isAllowed(address, target))) return unanswered('ADDRESS_REFUSED');
    return await ask(target.url, message, pinned, limits, given.signal);
  } finally {
    clearTimeout(late);
  }
}

function isAllowed(address: string, { allowed }: GuardedTarget): boolean {
  const kind = classOfAddress(address);
  return kind !== 'never' && allowed.includes(kind);
}

async function resolve(url: URL, lookup: Lookup): Promise<readonly LookupAddress[]> {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await lookup(host);
  } catch {
    // No such name, no answer, no network: all the same to who asks, there is nobody to connect to.
    return [];
  }
}

function orLate<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'late'> {
  return Promise.race([work, new Promise<'late'>((done) => signal.addEventListener('abort', () => done('late'), { once: true }))]);
}

/** Connects to the address and speaks to the name: nothing is looked up again. */
function ask(url: URL, { method, headers, body, ca }: GuardedMessage, { address }: LookupAddress, { maxBodyBytes }: GuardedLimits, signal: AbortSignal): Promise<GuardedAnswer> {
  return new Promise((done) => {
    const isTls = url.protocol === 'https:';
    const isName = isIP(url.hostname) === 0 && !url.hostname.startsWith('[');
    const options = {
      host: address,
      port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      method,
      headers: { host: url.host, ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }), connection: 'close' },
      agent: false as const,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(isTls && isName ? { servername: url.hostname } : {}),
      ...(ca === undefined ? {} : { ca }),
    };
    const sent: ClientRequest = isTls ? requestHttps(options) : requestHttp(options);
    const end = (answer: GuardedAnswer): void => {
      signal.removeEventListener('abort', onLate);
      sent.destroy();
      done(answer);
    };
    const onLate = (): void => end(unanswered('LATE'));
    signal.addEventListener('abort', onLate, { once: true });
    sent.on('error', (error: NodeJS.ErrnoException) => end(unanswered(toReason(error))));
    sent.once('response', (answer) => {
      if (answer.socket.remoteAddress !== undefined && classOfAddress(answer.socket.remoteAddress) !== classOfAddress(address)) end(unanswered('ADDRESS_REFUSED'));
      else readBody(answer, maxBodyBytes, end);
    });
    // 101 is no answer to what was asked.
    sent.once('upgrade', () => end(unanswered('PROTOCOL')));
    sent.end(body);
  });
}

function readBody(answer: IncomingMessage, maxBytes: number, end: (answer: GuardedAnswer) => void): void {
  const status = answer.statusCode ?? 0;
  const hash = createHash('sha256');
  let bytes = 0;
  // Of a part, a digest would prove nothing about the whole.
  const tell = (complete: boolean): void => end({ answered: true, status, bytes, complete, sha256: complete ? hash.copy().digest('hex') : null });
  answer.on('data', (chunk: Buffer) => {
    if (bytes + chunk.length > maxBytes) {
      bytes = maxBytes;
      tell(false);
      return;
    }
    bytes += chunk.length;
    hash.update(chunk);
  });
  answer.once('end', () => tell(answer.complete));
  answer.once('error', () => tell(false));
}

function toReason(error: NodeJS.ErrnoException): Unanswered {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return 'REFUSED';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'CLOSED';
  if (code.startsWith('HPE_')) return 'PROTOCOL';
  if (code === 'ETIMEDOUT') return 'LATE';
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|HOSTNAME|EPROTO/.test(code)) return 'TLS';
  if (/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)$/.test(code)) return 'UNREACHABLE';
  return 'FAILED';
}
