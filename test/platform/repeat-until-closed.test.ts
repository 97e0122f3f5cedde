import { repeatUntilClosed } from '../../platform/repeat-until-closed';
import { until } from '../support/until';

it('goes on after a round that failed, and tells of it', async () => {
  const errors: unknown[] = [];
  let rounds = 0;
  const running = repeatUntilClosed(1, () => ((rounds += 1) === 1 ? Promise.reject(new Error('once')) : Promise.resolve()), (error) => errors.push(error));
  await until('three rounds', () => rounds >= 3);
  await running.close();
  const made = rounds;
  expect(errors).toEqual([new Error('once')]);
  await new Promise(setImmediate);
  expect(rounds).toBe(made);
});

it('ends by itself after the round that says it was the last', async () => {
  let rounds = 0;
  const running = repeatUntilClosed(1, () => Promise.resolve((rounds += 1) === 2), () => undefined);
  await until('both rounds', () => rounds === 2);
  await running.close();
  expect(rounds).toBe(2);
});

it('closes without waiting for the next round, but for the one under way, which can tell', async () => {
  let finish: () => void = () => undefined;
  let seen: boolean | null = null;
  const running = repeatUntilClosed(
    3_600_000,
    async (isClosed) => {
      await new Promise<void>((done) => (finish = done));
      seen = isClosed();
    },
    () => undefined,
  );
  const closing = running.close();
  finish();
  await closing;
  expect(seen).toBe(true);
});
