import type { Readable } from 'node:stream';
import type { EngineCall, EngineReply, StepResult } from '../../domain/command/action';
import { WingmanError } from '../../domain/errors';
import { runEngineCalls } from '../../gateway/run-engine-calls';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';

let world: DockerWorld;
beforeAll(async () => {
  world = await openDockerWorld();
});
afterAll(() => world.close());

const options = (signal: AbortSignal = AbortSignal.timeout(20_000)) => ({
  signal,
  maxOutputBytes: 10_000,
  buildContext: (): Promise<Readable> =>
    Promise.reject(new WingmanError('CONFIG_INVALID', 'no build context is registered')),
});
const inspect = (id: string): EngineCall => ({
  method: 'GET',
  path: `/containers/${id}/json`,
  answer: 'json',
  expect: [200],
});
const remove = (id: string): EngineCall => ({
  method: 'DELETE',
  path: `/containers/${id}`,
  query: { force: true },
  answer: 'none',
  expect: [204],
});
const wait = (id: string): EngineCall => ({
  method: 'POST',
  path: `/containers/${id}/wait`,
  answer: 'json',
  expect: [200],
});

type Calls = Generator<EngineCall, StepResult, EngineReply>;

test('calls run in order and each reply reaches the verb', async () => {
  const { id, name } = await world.createContainer({ cmd: ['true'], start: false });
  function* verb(): Calls {
    const first = yield inspect(id);
    const second = yield inspect((first.json as { Name: string }).Name.slice(1));
    return { exit_code: 0, output: `${(second.json as { Name: string }).Name} ${String(second.status)}` };
  }
  expect(await runEngineCalls(world.engine, verb(), options())).toEqual({ exit_code: 0, output: `/${name} 200` });
});

test('a verb that needs no call gives its result', async () => {
  function* verb(): Calls {
    yield* [];
    return { exit_code: 0, output: 'nothing to do' };
  }
  expect(await runEngineCalls(world.engine, verb(), options())).toEqual({ exit_code: 0, output: 'nothing to do' });
});

test('the first call that fails ends the run, and says how many went before it', async () => {
  const { id } = await world.createContainer({ cmd: ['true'], start: false });
  const reached: string[] = [];
  function* verb(): Calls {
    yield inspect(id);
    yield inspect(world.name('absent'));
    reached.push('after the failure');
    return { exit_code: 0, output: '' };
  }
  await expect(runEngineCalls(world.engine, verb(), options())).rejects.toMatchObject({
    code: 'ENGINE_ERROR',
    details: { status: 404, calls: 1 },
  });
  expect(reached).toEqual([]);
});

test('a verb that is cut off by the deadline can put away what it made, and the deadline stays the outcome', async () => {
  const { id } = await world.createContainer({ cmd: ['sleep', '60'] });
  function* verb(): Calls {
    try {
      yield wait(id);
      return { exit_code: 0, output: '' };
    } catch (error) {
      yield remove(id);
      throw error;
    }
  }
  await expect(runEngineCalls(world.engine, verb(), options(AbortSignal.timeout(200)))).rejects.toMatchObject({
    code: 'TIMED_OUT',
  });
  await expect(world.get(`/containers/${id}/json`)).rejects.toMatchObject({ details: { status: 404 } });
});

test('a clean-up that returns a result does not turn a failure into a success', async () => {
  function* verb(): Calls {
    try {
      yield inspect(world.name('absent'));
    } catch {
      // A verb that forgets to throw on.
    }
    return { exit_code: 0, output: 'fine' };
  }
  await expect(runEngineCalls(world.engine, verb(), options())).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
});

test('a clean-up without end is cut off', async () => {
  let calls = 0;
  function* verb(): Calls {
    try {
      yield inspect(world.name('absent'));
    } finally {
      for (;;) {
        calls += 1;
        yield { method: 'GET', path: '/_ping', answer: 'text', expect: [200] };
      }
    }
  }
  await expect(runEngineCalls(world.engine, verb(), options())).rejects.toMatchObject({ code: 'ENGINE_ERROR' });
  expect(calls).toBeLessThan(6);
});

test('a build context that cannot be opened fails the run before anything is sent', async () => {
  function* verb(): Calls {
    yield {
      method: 'POST',
      path: '/build',
      answer: 'lines',
      expect: [200],
      context: { name: 'shop', dockerfile: 'Dockerfile' },
    };
    return { exit_code: 0, output: '' };
  }
  await expect(runEngineCalls(world.engine, verb(), options())).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { calls: 0 },
  });
});
