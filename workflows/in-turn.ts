/** One at a time, in the order in which they came; each sees the state that the one before it left, whether that one failed or not. */
export function createInTurn(): <T>(act: () => Promise<T>) => Promise<T> {
  let turn = Promise.resolve();
  return async (act) => {
    const mine = turn.then(act);
    turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
}
