import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWingmanError } from '../../domain/errors';
import { sendGuarded, type GuardedAnswer, type GuardedLimits, type Lookup } from '../../platform/guarded-request';
import { toWebhookTarget } from '../../platform/webhook-url';

/** Everything below must end without a connection to this witness, which listens on every address of this host, and would take any. */
let witness: Server;
let port: number;
let touched = 0;

const LIMITS: GuardedLimits = { timeoutMs: 3_000, maxBodyBytes: 65_536 };

beforeAll(async () => {
  witness = createServer((socket) => {
    touched += 1;
    // Unread, it would never be seen to end.
    socket.on('error', () => undefined).resume();
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((done) => witness.listen(0, '::', done));
  port = (witness.address() as AddressInfo).port;
});
afterAll(() => new Promise<unknown>((done) => witness.close(done)));
beforeEach(() => (touched = 0));

/** An attacker's DNS: each answer once, the last for ever. */
function dns(answers: Readonly<Record<string, readonly (readonly string[])[]>>): Lookup {
  const times = new Map<string, number>();
  return async (name) => {
    const list = answers[name];
    if (list === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const n = times.get(name) ?? 0;
    times.set(name, n + 1);
    return (list[Math.min(n, list.length - 1)] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
}

async function attempt(url: string, lookup: Lookup, isPrivate = false): Promise<string> {
  try {
    const answer: GuardedAnswer = await sendGuarded(toWebhookTarget(url, isPrivate), { method: 'POST', headers: {}, body: '{}' }, lookup, LIMITS);
    return answer.answered ? `ANSWERED ${String(answer.status)}` : answer.reason;
  } catch (error) {
    if (isWingmanError(error)) return error.code;
    throw error;
  }
}

/** `{port}` is the witness's. Names of an attacker resolve to what stands beside them. */
const URLS: readonly string[] = [
  // other schemes, and none
  'http://evil.example:{port}/', 'ftp://evil.example:{port}/', 'file:///etc/passwd', 'gopher://127.0.0.1:{port}/_x', 'javascript:alert(1)', 'data:text/plain,x', 'ws://127.0.0.1:{port}/', 'unix:///var/run/docker.sock', '//127.0.0.1:{port}/', '127.0.0.1:{port}', 'https:127.0.0.1:{port}', 'https:///127.0.0.1:{port}/', 'https:\\\\127.0.0.1:{port}\\',
  // the host of this machine, however it is written
  'https://127.0.0.1:{port}/', 'https://localhost:{port}/', 'https://LOCALHOST:{port}/', 'https://localhost.:{port}/', 'https://x.localhost:{port}/', 'https://localhost.localdomain:{port}/', 'https://127.1:{port}/', 'https://127.0.1:{port}/', 'https://2130706433:{port}/', 'https://0x7f000001:{port}/', 'https://0x7f.0.0.1:{port}/', 'https://0177.0.0.1:{port}/', 'https://017700000001:{port}/', 'https://0000177.0.0.01:{port}/', 'https://127.0.0.1.:{port}/', 'https://127。0。0。1:{port}/', 'https://①②⑦.0.0.1:{port}/', 'https://１２７.0.0.1:{port}/', 'https://127.255.255.254:{port}/', 'https://%31%32%37.0.0.1:{port}/',
  'https://0.0.0.0:{port}/', 'https://0:{port}/', 'https://0.0.0.0.:{port}/', 'https://[::]:{port}/', 'https://[::1]:{port}/', 'https://[0:0:0:0:0:0:0:1]:{port}/', 'https://[0000::1]:{port}/', 'https://[::1%25lo]:{port}/', 'https://[::127.0.0.1]:{port}/',
  // IPv4 in IPv6: mapped, NAT64, 6to4, Teredo
  'https://[::ffff:127.0.0.1]:{port}/', 'https://[::ffff:7f00:1]:{port}/', 'https://[0:0:0:0:0:ffff:7f00:0001]:{port}/', 'https://[64:ff9b::7f00:1]:{port}/', 'https://[64:ff9b::127.0.0.1]:{port}/', 'https://[64:ff9b:1::7f00:1]:{port}/', 'https://[2002:7f00:1::]:{port}/', 'https://[2001:0:7f00:1::]:{port}/',
  // private, link-local, and where clouds answer with secrets
  'https://10.0.0.1:{port}/', 'https://172.16.0.1:{port}/', 'https://172.31.255.255:{port}/', 'https://192.168.1.1:{port}/', 'https://100.64.0.1:{port}/', 'https://169.254.169.254/latest/meta-data/', 'https://169.254.170.2/', 'https://100.100.100.200/', 'https://168.63.129.16/', 'https://192.0.0.192/', 'https://[fe80::1]:{port}/', 'https://[fc00::1]:{port}/', 'https://[fd00:ec2::254]/', 'https://metadata.google.internal/', 'https://metadata/', 'https://instance-data.local/', 'https://224.0.0.1:{port}/', 'https://255.255.255.255:{port}/', 'https://240.0.0.1:{port}/', 'https://198.18.0.1:{port}/',
  // credentials, and what only looks like the host
  'https://user:pass@127.0.0.1:{port}/', 'https://good.example@127.0.0.1:{port}/', 'https://good.example:443@127.0.0.1:{port}/', 'https://127.0.0.1:{port}#@good.example/', 'https://127.0.0.1:{port}\\@good.example/', 'https://good.example\\@127.0.0.1:{port}/', 'https://@127.0.0.1:{port}/', 'https://good.example#@127.0.0.1:{port}/', 'https://good.example%40127.0.0.1:{port}/', 'https://good.example%23@127.0.0.1:{port}/', 'https://127.0.0.1%2f@good.example:{port}/',
  // blanks, controls, dots
  ' https://127.0.0.1:{port}/', 'https://127.0.0.1:{port}/\r\nHost: good.example', 'https://good.example\t.127.0.0.1:{port}/', 'https://good.example\u0000.127.0.0.1:{port}/', 'https://evil.example.:{port}/', 'https://.evil.example:{port}/', 'https://evil..example:{port}/', 'https://evil.example:{port}/../x', 'https://evil.example:{port}/%2e%2e/x', 'https://evil.example:{port}/a\\b',
  // ports of other protocols
  'https://evil.example:22/', 'https://evil.example:25/', 'https://evil.example:80/', 'https://evil.example:0/', 'https://evil.example:65536/', 'https://evil.example:-1/', 'https://evil.example: {port}/',
  // names whose DNS says something else than they do
  'https://evil.example:{port}/', 'https://mapped.example:{port}/', 'https://nat64.example:{port}/', 'https://sixtofour.example:{port}/', 'https://both.example:{port}/', 'https://meta.example:{port}/', 'https://zero.example:{port}/', 'https://six.example:{port}/', 'https://nothing.example:{port}/', 'https://odd.example:{port}/', 'https://zone.example:{port}/', 'https://127.0.0.1.nip.example:{port}/', 'https://xn--evil-9za.example:{port}/',
];
const ATTACKERS_DNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'evil.example': [['127.0.0.1']], 'mapped.example': [['::ffff:127.0.0.1']], 'nat64.example': [['64:ff9b::7f00:1']], 'sixtofour.example': [['2002:7f00:1::']], 'both.example': [['93.184.216.34', '127.0.0.1']],
  'meta.example': [['169.254.169.254']], 'zero.example': [['0.0.0.0']], 'six.example': [['::1']], 'nothing.example': [[]], 'odd.example': [['127.1']], 'zone.example': [['fe80::1%lo']], '127.0.0.1.nip.example': [['127.0.0.1']], 'xn--evil-9za.example': [['127.0.0.1']],
  'good.example': [['127.0.0.1']],
};

describe('what a webhook URL cannot reach', () => {
  it('has a witness that would notice', async () => {
    for (const host of ['127.0.0.1', '::1']) await new Promise<void>((done, fail) => {
      const socket = connect({ host, port }).once('error', fail);
      socket.once('data', () => {
        socket.destroy();
        done();
      });
    });
    expect(touched).toBe(2);
    expect(new Set(URLS).size).toBe(URLS.length);
    expect(URLS.length).toBeGreaterThanOrEqual(100);
  });

  it.each(URLS)('%j', async (written) => {
    const outcome = await attempt(written.replaceAll('{port}', String(port)), dns(ATTACKERS_DNS));
    expect(outcome).toMatch(/^(?:WEBHOOK_URL_REFUSED|ADDRESS_REFUSED|NAME_UNRESOLVED)$/);
    expect(touched).toBe(0);
  });

  it('is the address that was not judged: a name that changes its mind after the check is never asked again', async () => {
    let asked = 0;
    const lookup: Lookup = async () => {
      asked += 1;
      // An address of the documentation's (never reached) would be refused; this one is public, and nobody answers there at this port.
      return asked === 1 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '93.184.216.34', family: 4 }];
    };
    expect(await attempt(`https://rebind.example:${port}/`, lookup)).toBe('ADDRESS_REFUSED');
    expect([asked, touched]).toEqual([1, 0]);
    const back = dns({ 'rebind.example': [['93.184.216.34'], ['127.0.0.1']] });
    const given = await sendGuarded(toWebhookTarget(`https://rebind.example:${port}/`, false), { method: 'POST', headers: {}, body: '{}' }, back, { ...LIMITS, timeoutMs: 300 });
    expect(given.answered).toBe(false);
    expect(touched).toBe(0);
  });

  it('is not made reachable by an operator’s word for one endpoint: metadata and reserved addresses stay closed, and plain http stays inside', async () => {
    for (const url of ['http://169.254.169.254/', 'https://169.254.169.254/', 'http://0.0.0.0:{port}/', 'http://[::ffff:127.0.0.1]:{port}/', 'http://[64:ff9b::7f00:1]:{port}/', 'http://93.184.216.34:{port}/', 'http://user@127.0.0.1:{port}/', 'http://2130706433:{port}/', 'http://meta.example:{port}/', 'http://public.example:{port}/']) {
      expect([url, await attempt(url.replace('{port}', String(port)), dns({ ...ATTACKERS_DNS, 'public.example': [['93.184.216.34']] }), true)]).toEqual([url, expect.stringMatching(/REFUSED/)]);
    }
    expect(touched).toBe(0);
    expect(await attempt(`http://127.0.0.1:${port}/`, dns({}), true)).toBe('ANSWERED 200');
    expect(await attempt(`http://inner.example:${port}/`, dns({ 'inner.example': [['127.0.0.1']] }), true)).toBe('ANSWERED 200');
    expect(touched).toBe(2);
  });
});

describe('what an endpoint’s answer cannot do', () => {
  const started: Server[] = [];
  const sockets = new Set<Socket>();
  let cert: { readonly key: Buffer; readonly cert: Buffer };
  beforeAll(() => {
    const dir = mkdtempSync(join(tmpdir(), 'wingman-cert-'));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(dir, 'k'), '-out', join(dir, 'c'), '-days', '2', '-subj', '/CN=hooks.example', '-addext', 'subjectAltName=DNS:hooks.example'], { stdio: 'ignore' });
    cert = { key: readFileSync(join(dir, 'k')), cert: readFileSync(join(dir, 'c')) };
    rmSync(dir, { recursive: true });
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    return Promise.all(started.map((server) => new Promise((done) => server.close(done))));
  });
  const listen = async <T extends Server>(server: T): Promise<number> => {
    started.push(server);
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };

  it('lead anywhere: no redirect of any kind is followed', async () => {
    let status = 301;
    const at = await listen(createHttpServer((_, res) => res.writeHead(status, { location: `http://127.0.0.1:${String(port)}/`, refresh: `0;url=http://127.0.0.1:${String(port)}/`, 'alt-svc': `h3="127.0.0.1:${String(port)}"` }).end()));
    for (status of [300, 301, 302, 303, 305, 307, 308]) expect(await attempt(`http://127.0.0.1:${String(at)}/`, dns({}), true)).toBe(`ANSWERED ${String(status)}`);
    expect(touched).toBe(0);
  });

  it('fill memory or hold a place: 64 KiB are read, and then or after the time it is over', async () => {
    const flood = await listen(createHttpServer((_, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536)));
        if (!res.destroyed) res.once('drain', more);
      };
      more();
    }));
    const target = toWebhookTarget(`http://127.0.0.1:${String(flood)}/`, true);
    expect(await sendGuarded(target, { method: 'POST', headers: {}, body: '{}' }, dns({}), LIMITS)).toEqual({ answered: true, status: 200, bytes: 65_536, complete: false, sha256: null });
    const silent = await listen(createServer(() => undefined));
    expect(await sendGuarded(toWebhookTarget(`http://127.0.0.1:${String(silent)}/`, true), { method: 'POST', headers: {}, body: '{}' }, dns({}), { ...LIMITS, timeoutMs: 200 })).toEqual({ answered: false, reason: 'LATE' });
    expect(touched).toBe(0);
  });

  it('pass for the named host: the certificate must be the name’s, over the address that was judged', async () => {
    const at = await listen(createHttpsServer(cert, (_, res) => res.end()));
    const send = async (url: string, ca?: string): Promise<string> => {
      const answer = await sendGuarded(toWebhookTarget(url, true), { method: 'POST', headers: {}, body: '{}', ca }, dns({ 'hooks.example': [['127.0.0.1']], 'other.example': [['127.0.0.1']] }), LIMITS);
      return answer.answered ? String(answer.status) : answer.reason;
    };
    expect(await send(`https://hooks.example:${String(at)}/`, cert.cert.toString())).toBe('200');
    expect(await send(`https://other.example:${String(at)}/`, cert.cert.toString())).toBe('TLS');
    expect(await send(`https://hooks.example:${String(at)}/`)).toBe('TLS');
  });
});
