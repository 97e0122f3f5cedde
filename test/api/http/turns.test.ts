import { createTurns } from '../../../api/http/turns';

/** Something that goes on until it is told to end. */
function act() {
  let end: (error?: Error) => void = () => undefined;
  let begun = false;
  return {
    begun: () => begun,
    end: (error?: Error) => end(error),
    run: () =>
      new Promise<void>((resolve, reject) => {
        begun = true;
        end = (error) => (error === undefined ? resolve() : reject(error));
      }),
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('lets so many of one key go at once, the others in their order, and other keys on', async () => {
    const turns = createTurns(2);
    const acts = Array.from({ length: 4 }, act);
    const other = act();
    const runs = acts.map((one) => turns.run('loud', one.run));
    const quiet = turns.run('quiet', other.run);
    await settled();
    expect([...acts, other].map((one) => one.begun())).toEqual([true, true, false, false, true]);
    acts[1]?.end();
    await runs[1];
    await settled();
    expect(acts.map((one) => one.begun())).toEqual([true, true, true, false]);
    acts[0]?.end();
    await runs[0];
    await settled();
    expect(acts[3]?.begun()).toBe(true);
    for (const one of [acts[2], acts[3], other]) one?.end();
    await Promise.all([...runs, quiet]);
  });

  it('goes on after one that failed, and keeps nothing of a key whose last has ended', async () => {
    const turns = createTurns(1);
    const [bad, good] = [act(), act()];
    const failing = turns.run('a', bad.run);
    const waiting = turns.run('a', good.run);
    await settled();
    bad.end(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    await settled();
    expect(good.begun()).toBe(true);
    good.end();
    await waiting;
    expect(await turns.run('a', () => Promise.resolve(7))).toBe(7);
  });
});
