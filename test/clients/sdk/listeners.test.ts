import { getEventListeners } from 'node:events';
import { createWingmanClient } from '../../../clients/sdk/client';
import { followEvents } from '../../../clients/sdk/events';
import { pause } from '../../../clients/sdk/pause';
import { json, startLocalServer } from './local-server';

describe('a signal that lives for days', () => {
  it('carries no listener after many long-polls', async () => {
    const { signal } = new AbortController();
    const during: number[] = [];
    const server = await startLocalServer((_, res, number) => {
      during.push(getEventListeners(signal, 'abort').length);
      json(res, 200, { request_id: 'x', status: number < 200 ? 'PENDING' : 'APPROVED' });
    });
    await createWingmanClient({ url: server.url, key: 'k' }).waitForDecision('x', signal);
    await server.close();
    expect([during.length, Math.max(...during), getEventListeners(signal, 'abort').length]).toEqual([200, 1, 0]);
  });

  it('carries none after pauses, ended or aborted', async () => {
    const controller = new AbortController();
    await Promise.all([1, 2, 3].map((milliseconds) => pause(milliseconds, controller.signal)));
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    const long = pause(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(long).rejects.toThrow('enough');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('carries none after a feed that broke off again and again, nor after a reader who left', async () => {
    const { signal } = new AbortController();
    const connect = async (last: number | null) => new Response(`id: ${(last ?? 0) + 1}\ndata: {"seq":${(last ?? 0) + 1}}\n\n`);
    for await (const { seq } of followEvents(connect, null, signal, { firstPauseMs: 1, silenceMs: 5_000 })) if (seq === 50) break;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends a call that is on its way with its own reason', async () => {
    const server = await startLocalServer(() => undefined);
    const controller = new AbortController();
    const waiting = createWingmanClient({ url: server.url, key: 'k' }).waitForDecision('x', controller.signal);
    controller.abort(new Error('shift is over'));
    await expect(waiting).rejects.toThrow('shift is over');
    await server.close();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
