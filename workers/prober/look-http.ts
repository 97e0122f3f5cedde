/**
 * What a registered target answers: a GET without credentials, cookies or redirects. Its name is resolved once, every address of the
 * answer is judged, and the connection goes to one that was: whoever owns the name's DNS cannot change his mind in between.
 */
import { createHash } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Look } from '../../domain/blind';
import { classOfAddress } from './address-class';
import type { RegisteredUrl } from './http-target';

export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface HttpLimits {
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

export const HTTP_LIMITS: HttpLimits = { timeoutMs: 5_000, maxBodyBytes: 65_536 };
const MAX_HEADER_BYTES = 16_384;

/** Follows /etc/hosts too, as every other program of the host does. */
export const systemLookup: Lookup = (hostname) => resolveName(hostname, { all: true, verbatim: true });

export async function lookAtHttp(target: RegisteredUrl, lookup: Lookup, limits: HttpLimits = HTTP_LIMITS): Promise<Look<'http'>> {
  const given = new AbortController();
  const late = setTimeout(() => given.abort(), limits.timeoutMs);
  try {
    const resolved = await orLate(resolve(target.url, lookup), given.signal);
    if (resolved === 'late') return { blind: 'PROBE_TIMED_OUT' };
    if (resolved.length === 0) return { blind: 'HTTP_NAME_UNRESOLVED' };
    const [pinned] = resolved;
    // One lie among the answers is enough: an honest name does not lead to both sides.
    if (pinned === undefined || !resolved.every(({ address }) => isAllowed(address, target))) return { blind: 'HTTP_ADDRESS_REFUSED' };
    return await ask(target.url, pinned, limits, given.signal);
  } finally {
    clearTimeout(late);
  }
}

function isAllowed(address: string, { isPrivateAllowed }: RegisteredUrl): boolean {
  const kind = classOfAddress(address);
  return kind === 'public' || (kind === 'private' && isPrivateAllowed);
}

async function resolve(url: URL, lookup: Lookup): Promise<readonly LookupAddress[]> {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await lookup(host);
  } catch {
    // No such name, no answer, no network: all the same to the claim, which stays unproven.
    return [];
  }
}

function orLate<T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'late'> {
  return Promise.race([work, new Promise<'late'>((done) => signal.addEventListener('abort', () => done('late'), { once: true }))]);
}

/** Connects to the address and speaks to the name: nothing is looked up again. */
function ask(url: URL, { address }: LookupAddress, { maxBodyBytes }: HttpLimits, signal: AbortSignal): Promise<Look<'http'>> {
  return new Promise((done) => {
    const isTls = url.protocol === 'https:';
    const isName = isIP(url.hostname) === 0 && !url.hostname.startsWith('[');
    const options = {
      host: address,
      port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      method: 'GET',
      headers: { host: url.host, 'user-agent': 'wingman-prober', accept: '*/*', 'accept-encoding': 'identity', connection: 'close' },
      agent: false as const,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(isTls && isName ? { servername: url.hostname } : {}),
    };
    const sent: ClientRequest = isTls ? requestHttps(options) : requestHttp(options);
    const end = (look: Look<'http'>): void => {
      signal.removeEventListener('abort', onLate);
      sent.destroy();
      done(look);
    };
    const onLate = (): void => end({ blind: 'PROBE_TIMED_OUT' });
    signal.addEventListener('abort', onLate, { once: true });
    sent.on('error', (error: NodeJS.ErrnoException) => end(toLook(error)));
    sent.once('response', (answer) => {
      if (answer.socket.remoteAddress !== undefined && classOfAddress(answer.socket.remoteAddress) !== classOfAddress(address)) end({ blind: 'HTTP_ADDRESS_REFUSED' });
      else readBody(answer, maxBodyBytes, end);
    });
    // 101 is no answer to what was asked.
    sent.once('upgrade', () => end({ seen: { responded: false, reason: 'PROTOCOL' } }));
    sent.end();
  });
}

function readBody(answer: IncomingMessage, maxBytes: number, end: (look: Look<'http'>) => void): void {
  const status = answer.statusCode ?? 0;
  const hash = createHash('sha256');
  let bytes = 0;
  const tell = (isWhole: boolean): void =>
    end({
      seen: {
        responded: true,
        status,
        redirect: status >= 300 && status < 400,
        bytes,
        complete: isWhole,
        // Of a part it would prove nothing about the whole.
        sha256: isWhole ? hash.copy().digest('hex') : null,
      },
    });
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

/** A refusal is evidence that nobody answers there; anything that our own network may have caused is not. */
function toLook(error: NodeJS.ErrnoException): Look<'http'> {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return { seen: { responded: false, reason: 'REFUSED' } };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { seen: { responded: false, reason: 'CLOSED' } };
  if (code.startsWith('HPE_')) return { seen: { responded: false, reason: 'PROTOCOL' } };
  if (code === 'ETIMEDOUT') return { blind: 'PROBE_TIMED_OUT' };
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|HOSTNAME|EPROTO/.test(code)) return { blind: 'HTTP_TLS' };
  if (/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)$/.test(code)) return { blind: 'HTTP_UNREACHABLE' };
  return { blind: 'PROBE_FAILED' };
}
