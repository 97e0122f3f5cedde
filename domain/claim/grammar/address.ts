/** URLs and addresses as agents write them. Whether one may be asked is the prober's registration; here only its form is settled. */
import type { Problem } from './cursor';

const FORM = /^(https?):\/\/([^/?#]*)([/?#].*)?$/i;
const HOST = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i;
const DOTTED = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** A plain http or https URL, or why it is none: other schemes, credentials and numbers that only some programs read as hosts. */
export function readUrl(written: string): { readonly url: string } | Problem {
  const problem = (reason: string): Problem => ({ code: 'ADDRESS', reason });
  const match = FORM.exec(written);
  if (match === null) return problem('only http and https addresses are asked');
  const authority = match[2] ?? '';
  if (authority.includes('@')) return problem('an address with credentials is not asked');
  if (/[^\x21-\x7e]/.test(written) || written.includes('\\'))
    return problem('the address holds characters that an address may not have');
  const host = HOST.exec(authority);
  if (host === null) return problem('the address has no plain host');
  if (host[1] !== undefined && !isPort(Number(host[1]))) return problem('the address has no such port');
  const name = authority.replace(/:\d+$/, '').toLowerCase();
  // 2130706433, 0x7f.1, 0177.0.0.1 and 127.1 are loopback to some resolvers and names to others.
  const last = name.split('.').at(-1) ?? '';
  if (!name.startsWith('[') && /^(?:\d+|0x[0-9a-f]*)$/.test(last) && !DOTTED.test(name))
    return problem('the host is a number in disguise');
  return { url: written };
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** `localhost:8080`, `127.0.0.1:5432`: a port with where it listens. */
export function readHostPort(written: string): { readonly port: number; readonly address: string } | null {
  const match = /^(localhost|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/i.exec(written);
  if (match === null || !isPort(Number(match[2]))) return null;
  const address = readAddress(match[1] ?? '');
  return address === null ? null : { port: Number(match[2]), address };
}

/** The address a port is said to listen on. */
export function readAddress(written: string): string | null {
  if (written.toLowerCase() === 'localhost') return '127.0.0.1';
  return DOTTED.test(written) ? written : null;
}
