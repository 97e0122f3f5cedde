import { createServer, type Server } from 'node:http';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineCall } from '../../domain/command/action';
import { WingmanError } from '../../domain/errors';
import { createEngine } from '../../gateway/engine';
import { eventually, openDockerWorld, type DockerWorld } from '../support/docker-world';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const failure = (promise: Promise<unknown>): Promise<WingmanError> =>
  promise.then(
    () => {
      throw new Error('it was expected to fail');
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(WingmanError);
      return error as WingmanError;
    },
  );

const list: EngineCall = {
  method: 'GET',
  path: '/containers/json',
  query: { all: true },
  answer: 'json',
  expect: [200],
};
const logs = (id: string): EngineCall => ({
  method: 'GET',
  path: `/containers/${id}/logs`,
  query: { stdout: true, stderr: true },
  answer: 'multiplexed',
  expect: [200],
});

async function exec(id: string, cmd: readonly string[]): Promise<EngineCall> {
  const created = (await world.call({
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: { Cmd: [...cmd], AttachStdout: true, AttachStderr: true },
    answer: 'json',
    expect: [201],
  })) as { Id: string };
  return {
    method: 'POST',
    path: `/exec/${created.Id}/start`,
    body: { Detach: false, Tty: false },
    answer: 'multiplexed',
    expect: [200],
  };
}

/** An HTTP server in the engine's place, on a socket of its own. */
async function pretend(answer: Parameters<typeof createServer>[1]): Promise<{ socketPath: string; server: Server }> {
  const socketPath = join(mkdtempSync(join(tmpdir(), 'wm-engine-')), 'engine.sock');
  const server = createServer({}, answer);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return { socketPath, server };
}

test('an engine says its version and answers a ping', async () => {
  await expect(world.engine.ping()).resolves.toBeUndefined();
  expect(await world.engine.version()).toEqual({
    version: expect.stringMatching(/^\d+\./),
    api: expect.stringMatching(/^1\.\d+$/),
  });
});

test('a JSON answer comes back parsed with its status', async () => {
  const { id, name } = await world.createContainer({ cmd: ['true'], start: false });
  const reply = await world.engine.call(list, { signal: soon() });
  expect(reply.status).toBe(200);
  expect(reply.json).toContainEqual(expect.objectContaining({ Id: id, Names: [`/${name}`] }));
});

test('an expected status that is no success is an answer', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  const start: EngineCall = { method: 'POST', path: `/containers/${id}/start`, answer: 'none', expect: [204, 304] };
  expect(await world.engine.call(start, { signal: soon() })).toEqual({ status: 304 });
});

test('a status that is not expected fails with the words of the engine', async () => {
  const error = await failure(
    world.engine.call({ ...list, path: `/containers/${world.name('absent')}/json` }, { signal: soon() }),
  );
  expect(error.code).toBe('ENGINE_ERROR');
  expect(error.details['status']).toBe(404);
  expect(error.message).toContain(`No such container: ${world.name('absent')}`);
});

test('logs are taken apart into stdout and stderr', async () => {
  const { id } = await world.createContainer({ cmd: ['sh', '-c', 'echo out; echo err >&2; echo größe'] });
  await world.call({ method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] });
  const reply = await world.engine.call(logs(id), { signal: soon() });
  expect(reply).toEqual({ status: 200, stdout: 'out\ngröße\n', stderr: 'err\n' });
});

test('logs of a container with a terminal come back as they are', async () => {
  const { id } = await world.createContainer({ cmd: ['sh', '-c', 'echo hello'], tty: true });
  await world.call({ method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] });
  expect(await world.engine.call(logs(id), { signal: soon() })).toEqual({
    status: 200,
    stdout: 'hello\r\n',
    stderr: '',
  });
});

test('a log of many megabytes is read no further than the limit', async () => {
  const { id } = await world.createContainer({ cmd: ['sh', '-c', 'yes 0123456789 | head -c 8000000'] });
  await world.call({ method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] });
  const before = process.memoryUsage().arrayBuffers;
  const reply = await world.engine.call(logs(id), { signal: soon(), maxOutputBytes: 10_000 });
  expect(reply.stdout).toHaveLength(10_000 + '\n[output cut: more than 10000 bytes]\n'.length);
  expect(reply.stdout).toMatch(/\[output cut: more than 10000 bytes\]\n$/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
});

test('an exec that prints more than the limit is still waited for to its end', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  const start = await exec(id, ['sh', '-c', 'yes 0123456789 | head -c 5000000; exit 3']);
  const reply = await world.engine.call(start, { signal: soon(), maxOutputBytes: 1000 });
  expect(reply.stdout).toContain('[output cut: more than 1000 bytes]');
  expect(await world.get(start.path.replace(/start$/, 'json'))).toMatchObject({ Running: false, ExitCode: 3 });
});

test('an exec gets its arguments exactly', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  const reply = await world.engine.call(await exec(id, ['echo', 'a  b', '$HOME', '"q"', '*']), { signal: soon() });
  expect(reply).toMatchObject({ stdout: 'a  b $HOME "q" *\n', stderr: '' });
});

test('a failure inside a progress stream fails the call although its status was 200', async () => {
  const pull: EngineCall = {
    method: 'POST',
    path: '/images/create',
    query: { fromImage: '127.0.0.1:1/none', tag: '1' },
    answer: 'lines',
    expect: [200],
  };
  const error = await failure(world.engine.call(pull, { signal: soon() }));
  expect(error.code).toBe('ENGINE_ERROR');
  expect(error.message).toMatch(/connection refused/);
});

test('a call that is cut off by its deadline is TIMED_OUT and may have been sent', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  const wait: EngineCall = { method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] };
  const error = await failure(world.engine.call(wait, { signal: AbortSignal.timeout(200) }));
  expect(error.code).toBe('TIMED_OUT');
  expect(error.details['sent']).toBe(true);
});

test('a signal that fires with a refusal of its own is answered with that refusal', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  const controller = new AbortController();
  const wait: EngineCall = { method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] };
  const waiting = failure(world.engine.call(wait, { signal: controller.signal }));
  controller.abort(new WingmanError('LOCKED', 'the environment was locked'));
  expect((await waiting).code).toBe('LOCKED');
});

test('an engine that is not there is ENGINE_UNAVAILABLE, and the call was not sent', async () => {
  const engine = createEngine({ socketPath: '/nonexistent/wingman.sock' });
  const error = await failure(engine.call(list, { signal: soon() }));
  expect(error.code).toBe('ENGINE_UNAVAILABLE');
  expect(error.details).toEqual({ sent: false, reason: 'ENOENT' });
  expect((await failure(engine.ping())).code).toBe('ENGINE_UNAVAILABLE');
});

test('an engine that breaks off in the middle of an answer is ENGINE_UNAVAILABLE, and the call was sent', async () => {
  const { socketPath, server } = await pretend((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('[');
    setTimeout(() => response.destroy(), 20);
  });
  try {
    const error = await failure(createEngine({ socketPath }).call(list, { signal: soon() }));
    expect([error.code, error.details['sent']]).toEqual(['ENGINE_UNAVAILABLE', true]);
  } finally {
    server.close();
  }
});

test('an engine that hangs does not hold a ping for longer than three seconds', async () => {
  const { socketPath, server } = await pretend(() => undefined);
  try {
    const started = Date.now();
    expect((await failure(createEngine({ socketPath }).ping())).code).toBe('ENGINE_UNAVAILABLE');
    expect(Date.now() - started).toBeLessThan(4_500);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('DOCKER_HOST does not lead the gateway to another engine', async () => {
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
  try {
    const engine = createEngine({ socketPath: '/var/run/docker.sock' });
    await expect(engine.ping()).resolves.toBeUndefined();
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  }
});

test('a path that brings its own query is a mistake of the programmer', async () => {
  await expect(world.engine.call({ ...list, path: '/containers/json?all=1' }, { signal: soon() })).rejects.toThrow(
    TypeError,
  );
});

test('events are followed in order until the signal fires', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const follow = (async () => {
    for await (const event of world.engine.events(null, stop.signal)) {
      if (event.attributes['name'] === world.name('events'))
        seen.push(`${event.type} ${event.action} ${event.attributes['exitCode'] ?? ''}`);
    }
  })();
  // The stream is open once an event of ours is in it.
  await eventually('the stream of events', async () => {
    const { id } = await world.createContainer({ name: world.name('events'), cmd: ['sh', '-c', 'exit 4'] });
    await world.call({ method: 'POST', path: `/containers/${id}/wait`, answer: 'json', expect: [200] });
    await world.removeContainer(id);
    return seen.length > 0;
  });
  await eventually('the end of the container', () => seen.includes('container destroy '));
  stop.abort();
  await follow;
  expect(seen.slice(-4)).toEqual(['container create ', 'container start ', 'container die 4', 'container destroy ']);
});

test.each<[string, EngineCall['answer'], string]>([
  ['JSON that is none', 'json', '{"broken'],
  ['a line that is no JSON', 'lines', '{"status":"ok"}\nnot json\n'],
  ['a line without end', 'lines', 'x'.repeat(2 * 1024 * 1024)],
  ['an output stream out of step', 'multiplexed', '\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0001xGARBAGE!'],
])('an engine that answers with %s is an error of the engine', async (_what, answer, body) => {
  const { socketPath, server } = await pretend((_request, response) => response.end(body));
  try {
    const error = await failure(createEngine({ socketPath }).call({ ...list, answer }, { signal: soon() }));
    expect(error.code).toBe('ENGINE_ERROR');
  } finally {
    server.close();
  }
});

test('an error in a stream keeps what was printed before it', async () => {
  const { socketPath, server } = await pretend((_request, response) =>
    response.end('{"stream":"Step 1\\n"}\n{"error":"it broke"}\n'),
  );
  try {
    const error = await failure(createEngine({ socketPath }).call({ ...list, answer: 'lines' }, { signal: soon() }));
    expect([error.code, error.message]).toEqual(['ENGINE_ERROR', 'it broke']);
    expect(error).toHaveProperty('output', 'Step 1\n');
  } finally {
    server.close();
  }
});

test('progress beyond the limit is dropped, and a failure behind it is still seen', async () => {
  const progress = '{"status":"Downloading"}\n'.repeat(1000);
  const { socketPath, server } = await pretend((request, response) =>
    response.end(request.url?.startsWith('/ok') ? progress : `${progress}{"error":"late"}\n`),
  );
  try {
    const engine = createEngine({ socketPath });
    const options = { signal: soon(), maxOutputBytes: 250 };
    const reply = await engine.call({ ...list, path: '/ok', answer: 'lines' }, options);
    expect(reply.json).toHaveLength(10);
    expect((await failure(engine.call({ ...list, answer: 'lines' }, options))).message).toBe('late');
  } finally {
    server.close();
  }
});

test('a refusal that is no JSON, or nothing at all, is still told', async () => {
  const { socketPath, server } = await pretend((request, response) => {
    response.statusCode = 500;
    response.end(request.url?.startsWith('/text') ? 'plain words' : '');
  });
  try {
    const engine = createEngine({ socketPath });
    expect((await failure(engine.call({ ...list, path: '/text' }, { signal: soon() }))).message).toBe('plain words');
    expect((await failure(engine.call(list, { signal: soon() }))).message).toBe('no reason given');
  } finally {
    server.close();
  }
});

test('a redirect is not followed', async () => {
  const asked: string[] = [];
  const { socketPath, server } = await pretend((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(301, { location: '/containers/other/json' });
    response.end();
  });
  try {
    const error = await failure(createEngine({ socketPath }).call(list, { signal: soon() }));
    expect([error.code, asked.length]).toEqual(['ENGINE_UNAVAILABLE', 1]);
  } finally {
    server.close();
  }
});
