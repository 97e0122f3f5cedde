import type { ServerResponse } from 'node:http';
import { createWingmanClient } from '../../../clients/sdk/client';
import { followEvents } from '../../../clients/sdk/events';
import { json, startLocalServer, type LocalServer } from './local-server';

const event = (seq: number): string => `id: ${String(seq)}\nevent: claim\ndata: {"seq":${String(seq)},"kind":"claim","at":"2026-01-01T00:00:00Z"}\n\n`;
const stream = (res: ServerResponse, text: string): void => {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.write(text);
};

describe('following the feed', () => {
  const stop = new AbortController();
  let server: LocalServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  afterAll(() => stop.abort());

  it('goes on after the last event when the connection breaks, without a gap and without repeats', async () => {
    server = await startLocalServer((heard, res, number) => {
      if (number === 1) {
        stream(res, `retry: 2000\nid: 4\n: following\n\n${event(5)}${event(6)}id: 7\nda`);
        setImmediate(() => res.destroy());
      } else if (number === 2) json(res, 503, { code: 'DATABASE_UNAVAILABLE', error: 'away' });
      else stream(res, `${event(6)}${event(7)}${event(8)}`);
    });
    const stopThis = new AbortController();
    const { url } = server;
    const seen: number[] = [];
    const connect = (lastId: number | null, signal: AbortSignal) => fetch(`${url}/events`, { headers: lastId === null ? {} : { 'last-event-id': String(lastId) }, signal });
    for await (const { seq } of followEvents(connect, null, stopThis.signal, { firstPauseMs: 5, silenceMs: 10_000 })) {
      seen.push(seq);
      if (seq === 8) stopThis.abort();
    }
    expect(seen).toEqual([5, 6, 7, 8]);
    expect(server.heard.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '6', '6']);
  });

  it('keeps its place although nothing has happened yet', async () => {
    server = await startLocalServer((_, res, number) => {
      if (number === 1) {
        stream(res, 'id: 41\n: following\n\n');
        setImmediate(() => res.destroy());
      } else stream(res, event(42));
    });
    const stopThis = new AbortController();
    const client = createWingmanClient({ url: server.url, key: 'k' });
    for await (const { seq } of client.events(null, stopThis.signal)) {
      expect(seq).toBe(42);
      stopThis.abort();
    }
    expect(server.heard.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '41']);
  });

  it('gives up a connection that says nothing', async () => {
    server = await startLocalServer((_, res, number) => stream(res, number === 1 ? ': hello\n\n' : event(1)));
    const { url } = server;
    const stopThis = new AbortController();
    for await (const { seq } of followEvents((_, signal) => fetch(url, { signal }), null, stopThis.signal, { firstPauseMs: 5, silenceMs: 50 })) {
      expect(seq).toBe(1);
      stopThis.abort();
    }
    expect(server.heard.length).toBe(2);
  });

  it('ends with a refusal that will not pass', async () => {
    server = await startLocalServer((_, res) => json(res, 401, { code: 'KEY_REVOKED', error: 'this key was revoked' }));
    const client = createWingmanClient({ url: server.url, key: 'k' });
    await expect(client.events(3, stop.signal).next()).rejects.toMatchObject({ code: 'KEY_REVOKED', status: 401 });
    expect(server.heard.length).toBe(1);
  });

  it('ends in silence when it is told to', async () => {
    server = await startLocalServer((_, res) => stream(res, ': hello\n\n'));
    const stopThis = new AbortController();
    const next = createWingmanClient({ url: server.url, key: 'k' }).events(null, stopThis.signal).next();
    const { heard } = server;
    while (heard.length === 0) await new Promise(setImmediate);
    stopThis.abort();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
  });
});
