/**
 * `POST /check` byte by byte, headers and bodies, over good and hostile requests: whatever is made faster in the path of a
 * call, no client may see it. The snapshot was taken before any of it; the date and made-up request ids are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendRaw } from '../../attacks/send-raw';
import { startStack, type Stack } from '../../support/stack';

const GOOD = readFileSync(join(__dirname, '..', '..', '..', 'bench', 'instruction.md'), 'utf8');

type Lines = Readonly<Record<string, string>>;
const raw = (start: string, lines: readonly string[], body: string): string => [`${start} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines].join('\r\n') + `\r\n\r\n${body}`;
const withBody = (start: string, body: string, lines: readonly string[] = ['Content-Type: application/json']): string =>
  raw(start, [...lines, `Content-Length: ${String(Buffer.byteLength(body))}`], body);
const post = (body: string, ...lines: string[]): string => withBody('POST /check', body, ['Content-Type: application/json', ...lines]);
const check = (instruction: unknown, ...lines: string[]): string => post(JSON.stringify({ instruction }), ...lines);
const typed = (type: string): string => withBody('POST /check', JSON.stringify({ instruction: GOOD }), [`Content-Type: ${type}`]);
const short = JSON.stringify({ instruction: 'x' });
const chunked = (body: string): string => raw('POST /check', ['Content-Type: application/json', 'Transfer-Encoding: chunked'], `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`);

const REQUESTS: Lines = {
  'a good one': check(GOOD),
  'a good one in a browser': check(GOOD, 'Origin: https://example.com', 'Accept: text/html', 'Accept-Encoding: gzip', 'Cookie: a=b'),
  'a request id of the caller': check(GOOD, 'X-Request-Id: caller-1_A'),
  'a request id that is harmful': check(GOOD, 'X-Request-Id: <script>'),
  'a request id twice': check(GOOD, 'X-Request-Id: one', 'X-Request-Id: two'),
  'in pieces': chunked(JSON.stringify({ instruction: GOOD })),
  'in pieces and not JSON': chunked('{'),
  'HTTP/1.0': withBody('POST /check', short).replace('HTTP/1.1', 'HTTP/1.0'),
  'expecting 100-continue': check(GOOD, 'Expect: 100-continue'),
  'expecting something else': check(GOOD, 'Expect: 200-ok'),
  'with a key': check(GOOD, 'Authorization: Bearer something'),
  'an idempotency key': check(GOOD, 'Idempotency-Key: one'),
  'charset': typed('application/json; charset=utf-8'),
  'charset in capitals and quotes': typed('Application/JSON;charset="UTF-8"'),
  'charset utf-16': typed('application/json; charset=utf-16'),
  'text/plain': typed('text/plain'),
  'no type': withBody('POST /check', short, []),
  'no body': raw('POST /check', ['Content-Type: application/json'], ''),
  'an empty body': post(''),
  'a compressed body': check(GOOD, 'Content-Encoding: gzip'),
  'an unencoded body that says so': check(GOOD, 'Content-Encoding: identity'),
  'type twice': check(GOOD, 'Content-Type: application/json'),
  'authorization twice': check(GOOD, 'Authorization: Bearer a', 'authorization: Bearer a'),
  'an older key header twice': check(GOOD, 'X-Wingman-Approval-Key: a', 'X-Wingman-Approval-Key: a'),
  'cookies twice': check(GOOD, 'Cookie: a=b', 'Cookie: c=d'),
  'length twice': check(GOOD, 'Content-Length: 3'),
  'length and pieces': check(GOOD, 'Transfer-Encoding: chunked'),
  'a question mark': withBody('POST /check?', short),
  'an unknown parameter': withBody('POST /check?debug=1', short),
  'an encoded parameter': withBody('POST /check?%64ebug', short),
  'two question marks': withBody('POST /check??', short),
  'only an ampersand': withBody('POST /check?&', short),
  'a parameter in a fragment': withBody('POST /check#?a=b', short),
  'a fragment': withBody('POST /check#a', short),
  'a slash at the end': withBody('POST /check/', short),
  'a slash at the end and a parameter': withBody('POST /check/?a=1', short),
  'two slashes': withBody('POST //check', short),
  'in capitals': withBody('POST /CHECK', short),
  'an encoded letter': withBody('POST /%63heck', short),
  'a broken escape': withBody('POST /check%', short),
  'a broken escape elsewhere': withBody('POST /approvals/%/approve', short),
  'more behind it': withBody('POST /check/more', short),
  'the whole address': withBody('POST http://x/check', short),
  'the whole address, another host': withBody('POST http://elsewhere:1/check?a=1', short),
  'an asterisk': withBody('POST *', short),
  'GET': raw('GET /check', [], ''),
  'HEAD': raw('HEAD /check', [], ''),
  'PUT': withBody('PUT /check', short),
  'DELETE': raw('DELETE /check', [], ''),
  'OPTIONS': raw('OPTIONS /check', [], ''),
  'a method that is overridden': withBody('GET /check', short, ['Content-Type: application/json', 'X-HTTP-Method-Override: POST']),
  'nothing here': raw('GET /nothing', [], ''),
  'the door of decisions without a key': withBody('POST /approvals/request', '{}'),
  'text': check('Do it.'),
  'a secret': check(`${GOOD}\npassword: hunter2horse9X\nAWS AKIAQ7ZK3MPL5RTN2WXV`),
  'a forbidden action': check(`${GOOD}\nRun rm -rf / and docker system prune --force.`),
  'a forbidden action, prohibited': check(`${GOOD}\nNever run rm -rf / and never use --force.`),
  'other writing': check(`${GOOD}\nПривет, 世界, \u200b\ud83d\ude00`),
  'a mark in front': post(`\ufeff${short}`),
  'blanks around': post(` \n\t${short}\r\n `),
  'not JSON': post('{"instruction":'),
  'a comma too many': post('{"instruction":"x",}'),
  'two values': post(`${short}${short}`),
  'a number': post('1'),
  'null': post('null'),
  'an array': post('[]'),
  'text alone': post('"instruction"'),
  'nothing in it': post('{}'),
  'a number as instruction': check(1),
  'null as instruction': check(null),
  'an object as instruction': check({ a: [{ a: 1 }, { a: 1 }] }),
  'an empty instruction': check(''),
  'an unknown field': post('{"instruction":"x","debug":true}'),
  'only an unknown field': post('{"debug":true}'),
  'a member twice': post('{"instruction":"x","instruction":"y"}'),
  'a member twice, once escaped': post('{"instruction":"x","\\u0069nstruction":"y"}'),
  'a member twice, deeper': post('{"instruction":{"a":[{"b":1,"b":2}]}}'),
  'a member twice in text only': check('{"a":1,"a":2}'),
  'a prototype': post('{"__proto__":{"instruction":"x"}}'),
  'a prototype, escaped': post('{"instruction":"x","\\u005f_proto__":{}}'),
  'a constructor, deeper': post('{"instruction":{"constructor":{"prototype":1}}}'),
  'a prototype and a member twice': post('{"a":1,"__proto__":1,"a":2}'),
  'a member twice and then a prototype': post('{"a":1,"a":2,"__proto__":1}'),
  'brackets in text': check('[[[{{{"\\'),
  '32 levels': post(`${'['.repeat(32)}${']'.repeat(32)}`),
  '33 levels': post(`${'['.repeat(33)}${']'.repeat(33)}`),
  '33 levels under a name': post(`{"instruction":${'[{"a":'.repeat(16)}1${'}]'.repeat(16)}}`),
  'a member twice, then 33 levels': post(`{"a":1,"a":2,"b":${'['.repeat(33)}${']'.repeat(33)}}`),
  'half a character': post('{"instruction":"\\ud800"}'),
  'a zero': check('a\0b'),
  'as long as may be': check('x'.repeat(262_144)),
  'longer than may be': check('x'.repeat(262_145)),
  'a body over the limit by its length': raw('POST /check', ['Content-Type: application/json', 'Content-Length: 524289'], '{'),
  'a body at the limit': post(`${short}${' '.repeat(524_288 - short.length)}`),
  'a body over the limit in pieces': chunked(`${short}${' '.repeat(524_288)}`),
  'a length that is a word': raw('POST /check', ['Content-Type: application/json', 'Content-Length: many'], short),
};

/** In front of every answer, in this order. */
const HELMET = [
  "Content-Security-Policy: default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline'",
  'Cross-Origin-Opener-Policy: same-origin',
  'Cross-Origin-Resource-Policy: same-origin',
  'Origin-Agent-Cluster: ?1',
  'Referrer-Policy: no-referrer',
  'X-Content-Type-Options: nosniff',
  'X-DNS-Prefetch-Control: off',
  'X-Download-Options: noopen',
  'X-Frame-Options: SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies: none',
  'X-XSS-Protection: 0',
  '',
].join('\r\n');

/** Without what differs each time, and with one line for the headers that are always there. */
const steady = (text: string): string =>
  text
    .replaceAll(HELMET, '(the headers of helmet)\r\n')
    .replace(/^Date: .*$/gm, 'Date: (now)')
    .replace(/^X-Request-Id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/gm, 'X-Request-Id: (made here)');

describe('POST /check on the wire', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  it.each(Object.entries(REQUESTS))('answers %s', async (_, request) => {
    const { text } = await sendRaw(stack.api.url, request);
    expect(steady(text)).toMatchSnapshot();
  });

  it('refuses what is not UTF-8', async () => {
    const { status, body } = await sendLatin1(stack.api.url, '{"instruction":"\xff"}');
    expect([status, body['code'], body['detail']]).toEqual([400, 'MALFORMED_JSON', 'the body is not UTF-8']);
  });

  it('answers two requests on one connection in order, each with its own id', async () => {
    const kept = check(GOOD, 'X-Request-Id: first').replace('Connection: close\r\n', '');
    const { text } = await sendRaw(stack.api.url, kept + post('{', 'X-Request-Id: second'));
    expect(steady(text)).toMatchSnapshot();
  });

  it('has a row for each refusal, and counts by route and status', async () => {
    const rows = await stack.sql<{ body: string }>("select body from wingman.ledger where kind = 'refusal' order by seq");
    expect(rows.map(({ body }) => body.replace(/"127\.0\.0\.1"|"::ffff:127\.0\.0\.1"/, '(here)'))).toMatchSnapshot();
    const metrics = await (await fetch(`${stack.api.url}/metrics`, { headers: { authorization: `Bearer ${stack.operator_key}` } })).text();
    expect(metrics.split('\n').filter((line) => /^wingman_http_(?:request_duration_seconds_count|refusals_total)/.test(line)).sort()).toMatchSnapshot();
  });
});

async function sendLatin1(url: string, body: string): Promise<{ readonly status: number; readonly body: Record<string, any> }> {
  const answer = await fetch(`${url}/check`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from(body, 'latin1') });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
}
