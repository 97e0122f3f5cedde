/** Which calls of the engine this process has under way: an answer may come before its own call has ended (docs/decisions/0013). */
import { wrapEngineCalls } from './wrap';

let underWay = 0;
let waiting: (() => void)[] = [];

async function counted(call: () => unknown): Promise<unknown> {
  underWay += 1;
  try {
    return await call();
  } finally {
    underWay -= 1;
    if (underWay === 0) {
      for (const one of waiting) one();
      waiting = [];
    }
  }
}

/** From now on {@link engineCallsEnded} knows of every update that is sent. */
export function countEngineCalls(): void {
  wrapEngineCalls(counted);
}

export const engineCallsEnded = (): Promise<void> => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)));
