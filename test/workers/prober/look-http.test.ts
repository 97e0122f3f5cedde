import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createPlainServer, type AddressInfo, type Server as PlainServer, type Socket } from 'node:net';
import type { Lookup } from '../../../platform/guarded-request';
import { HTTP_LIMITS, lookAtHttp } from '../../../workers/prober/look-http';
import { toRegisteredUrl, type HttpTarget } from '../../../workers/prober/http-target';

/** Names to addresses, as a DNS of ours says; each call is counted. */
function dns(answers: Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>): { readonly lookup: Lookup; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    lookup: async (name) => {
      const times = asked.filter((one) => one === name).length;
      asked.push(name);
      const answer = answers[name];
      if (answer === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      const list = (Array.isArray(answer[0]) ? (answer[Math.min(times, answer.length - 1)] ?? []) : answer) as readonly string[];
      return list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  };
}

let server: Server;
let port: number;
let hits: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, done));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  hits = [];
  answer = (_, response) => response.end('it works');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const target = (url: string, more: Partial<HttpTarget> = {}): HttpTarget => ({ url, private: true, query: false, ...more });

async function look(url: string, targets: readonly HttpTarget[], lookup: Lookup = dns({}).lookup, limits = HTTP_LIMITS): Promise<Record<string, unknown>> {
  const registered = toRegisteredUrl(url, targets);
  if (registered === null) return { blind: 'HTTP_NOT_REGISTERED' };
  const seen = await lookAtHttp(registered, lookup, limits);
  return 'seen' in seen ? { ...seen.seen } : { blind: seen.blind };
}

describe('a registered target', () => {
  it('is asked once, without credentials, and told by status, length and digest', async () => {
    const base = `http://127.0.0.1:${port}`;
    expect(await look(`${base}/health`, [target(base)])).toEqual({ responded: true, status: 200, redirect: false, bytes: 8, complete: true, sha256: createHash('sha256').update('it works').digest('hex') });
    expect(hits).toEqual([{ method: 'GET', url: '/health', headers: { host: `127.0.0.1:${port}`, 'user-agent': 'wingman-prober', accept: '*/*', 'accept-encoding': 'identity', connection: 'close' } }]);
    answer = (_, response) => response.writeHead(503).end();
    expect(await look(base, [target(base)])).toMatchObject({ responded: true, status: 503, bytes: 0 });
  });

  it('covers its path and what is below, and no more', async () => {
    const base = `http://127.0.0.1:${port}`;
    const below = [target(`${base}/shop`)];
    for (const path of ['/shop', '/shop/', '/shop/cart']) expect(await look(base + path, below)).toMatchObject({ status: 200 });
    hits = [];
    for (const path of ['', '/', '/shopping', '/admin', '/shop/../admin', '/shop/%2e%2e/admin', '/shop/..%2fadmin', '/shop/%5cadmin', '/shop\\..\\admin', '/shop/%00', '/shop/%252e%252e/admin', '/shop?x=1', '/shop#x', '//shop', '/shop/a b', '/shop/ü', '/./shop', '/shop/.']) {
      expect([path, await look(base + path, below)]).toEqual([path, { blind: 'HTTP_NOT_REGISTERED' }]);
    }
    expect(hits).toEqual([]);
    expect(await look(`${base}/shop?x=1`, [target(`${base}/shop`, { query: true })])).toMatchObject({ status: 200 });
  });

  it('with a public name reaches a public address only; a refused one says so without a connection', async () => {
    const names = dns({ 'inner.example': ['127.0.0.1'], 'both.example': ['93.184.216.34', '127.0.0.1'], 'gone.example': [] });
    for (const name of ['inner.example', 'both.example']) expect(await look(`http://${name}:${port}/`, [target(`http://${name}:${port}`, { private: false })], names.lookup)).toEqual({ blind: 'HTTP_ADDRESS_REFUSED' });
    for (const name of ['gone.example', 'unknown.example']) expect(await look(`http://${name}:${port}/`, [target(`http://${name}:${port}`)], names.lookup)).toEqual({ blind: 'HTTP_NAME_UNRESOLVED' });
    expect(hits).toEqual([]);
    expect(await look(`http://inner.example:${port}/`, [target(`http://inner.example:${port}`)], names.lookup)).toMatchObject({ status: 200 });
    expect(hits[0]?.headers.host).toBe(`inner.example:${port}`);
  });

  it('is resolved once: a name that changes its address between check and use is not asked again', async () => {
    const trap = createServer((_, response) => response.end('trap'));
    await new Promise<void>((done) => trap.listen(port, '127.0.0.2', done).once('error', () => done()));
    const names = dns({ 'rebind.example': [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.2']], 'late.example': [['169.254.169.254'], ['127.0.0.1']] });
    expect(await look(`http://rebind.example:${port}/`, [target(`http://rebind.example:${port}`)], names.lookup)).toMatchObject({ bytes: 8 });
    expect(await look(`http://late.example:${port}/`, [target(`http://late.example:${port}`)], names.lookup)).toEqual({ blind: 'HTTP_ADDRESS_REFUSED' });
    expect(names.asked).toEqual(['rebind.example', 'late.example']);
    expect(hits.length).toBe(1);
    trap.closeAllConnections();
    await new Promise((done) => (trap.listening ? trap.close(done) : done(null)));
  });

  it('that redirects is not followed', async () => {
    const base = `http://127.0.0.1:${port}`;
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    expect(await look(`${base}/redirect`, [target(base)])).toMatchObject({ status: 302, redirect: true });
    answer = (_, response) => response.writeHead(307, { location: `${base}/elsewhere` }).end();
    expect(await look(`${base}/redirect`, [target(base)])).toMatchObject({ status: 307, redirect: true });
    expect(hits.map(({ url }) => url)).toEqual(['/redirect', '/redirect']);
  });

  it('that sends 100 MB is read to 64 KiB and left', async () => {
    let sent = 0;
    answer = (_, response) => {
      const chunk = Buffer.alloc(1_048_576);
      const more = (): void => {
        while (sent < 100 * chunk.length && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    const base = `http://127.0.0.1:${port}`;
    expect(await look(base, [target(base)])).toEqual({ responded: true, status: 200, redirect: false, bytes: 65_536, complete: false, sha256: null });
    expect(sent).toBeLessThan(20 * 1_048_576);
  });

  it('that never answers, or a drop at a time, is given up; one whose name is never resolved too', async () => {
    const base = `http://127.0.0.1:${port}`;
    const short = { ...HTTP_LIMITS, timeoutMs: 300 };
    answer = () => undefined;
    expect(await look(base, [target(base)], undefined, short)).toEqual({ blind: 'PROBE_TIMED_OUT' });
    answer = (_, response) => {
      const drops = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drops));
    };
    expect(await look(base, [target(base)], undefined, short)).toEqual({ blind: 'PROBE_TIMED_OUT' });
    expect(await look('http://slow.example/', [target('http://slow.example')], () => new Promise(() => undefined), short)).toEqual({ blind: 'PROBE_TIMED_OUT' });
  });

  it('that speaks no HTTP, closes at once, sends a huge header or cuts its body is told as what it is', async () => {
    let speak = '';
    const sockets = new Set<Socket>();
    const plain: PlainServer = createPlainServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(speak));
    });
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const seen: unknown[] = [];
    for (speak of ['SSH-2.0-OpenSSH\r\n', '', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n']) {
      seen.push(await look(base, [target(base)]));
    }
    expect(seen).toEqual([
      { responded: false, reason: 'PROTOCOL' }, { responded: false, reason: 'CLOSED' }, { responded: false, reason: 'PROTOCOL' },
      { responded: true, status: 200, redirect: false, bytes: 5, complete: false, sha256: null }, { responded: false, reason: 'PROTOCOL' },
    ]);
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => plain.close(done));
    expect(await look(base, [target(base)])).toEqual({ responded: false, reason: 'REFUSED' });
  });
});

describe('an address that is not registered, or written otherwise than plainly', () => {
  /** Every way to write this machine or a metadata service that we know of. */
  const forms = (): readonly string[] => {
    const p = `:${port}`;
    return [
      ...['127.0.0.1', 'localhost', '127.1', '127.0.1', '0', '0.0.0.0', '2130706433', '017700000001', '0177.0.0.1', '0x7f.1', '0x7f000001', '0x7F.0x0.0x0.0x1', '00000177.0.0.1', '127.0.0.1.', 'localhost.', '127.000.000.001', '127.0.0.2',
        '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[::1%25lo]', '[fe80::1%25eth0]', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', 'loc%61lhost', 'LOCALHOST',
        'allowed.example@127.0.0.1', '127.0.0.1#@allowed.example', '127.0.0.1?@allowed.example', '127.0.0.1\\@allowed.example', 'allowed.example:80@127.0.0.1', 'user:pw@allowed.example', 'allowed.example.evil.example', 'xallowed.example', 'allowed.example.', 'allowed.example%00.evil.example', 'allowed.example\t',
      ].map((host) => `http://${host}${p}/`),
      'http://169.254.169.254/latest/meta-data/', 'http://0xA9FEA9FE/', 'http://2852039166/', 'http://[fd00:ec2::254]/', 'http://metadata.google.internal/', 'http://100.100.100.200/', 'http://[::1]:2375/', 'http://2130706433/', 'http://rebind.example/',
      'gopher://db:5432/_x', 'file:///etc/passwd', 'ftp://allowed.example/', 'dict://allowed.example/', 'data:text/plain,x', 'javascript:1', 'https://allowed.example/', 'http:allowed.example', 'http:/allowed.example', '//allowed.example/', 'http:\\\\allowed.example\\', 'http://allowed.example:0x50/', 'http://allowed.example:81/', 'http://', 'allowed.example', '',
      ` http://allowed.example:${port}/`, `http://allowed.example:${port}/\r\nx: y`,
    ];
  };

  it('never gets through: 0 names resolved, 0 connections', async () => {
    const names = dns({});
    const targets = [target(`http://allowed.example:${port}`), target('http://allowed.example')];
    const through: string[] = [];
    for (const url of forms()) {
      const seen = await look(url, targets, names.lookup);
      if (seen['blind'] !== 'HTTP_NOT_REGISTERED') through.push(`${url}: ${JSON.stringify(seen)}`);
    }
    console.log(`SSRF forms tried: ${forms().length}; through: ${through.length}`);
    expect(through).toEqual([]);
    expect(names.asked).toEqual([]);
    expect(hits).toEqual([]);
    expect(forms().length).toBeGreaterThanOrEqual(60);
  });

  it('is not reached by a registered name that leads to it either, not even where private ones are allowed', async () => {
    for (const address of ['169.254.169.254', '0.0.0.0', '::', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fe80::1', '224.0.0.1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::']) {
      const names = dns({ 'allowed.example': [address] });
      expect([address, await look(`http://allowed.example:${port}/`, [target(`http://allowed.example:${port}`)], names.lookup)]).toEqual([address, { blind: 'HTTP_ADDRESS_REFUSED' }]);
    }
    for (const host of ['127.0.0.1', '[::1]', '10.0.0.1', '192.168.1.1', '169.254.169.254']) {
      expect([host, await look(`http://${host}:${port}/`, [target(`http://${host}:${port}`, { private: false })])]).toEqual([host, { blind: 'HTTP_ADDRESS_REFUSED' }]);
    }
    expect(hits).toEqual([]);
  });
});
