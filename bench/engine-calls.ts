/** Which calls of the engine this process has under way: an answer may come before its own call has ended (docs/decisions/0013). */
import { WorkflowClient } from '@temporalio/client';

type Method = (this: unknown, ...args: unknown[]) => unknown;

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
  const target = WorkflowClient.prototype as unknown as Record<string, Method>;
  const { executeUpdateWithStart, getHandle } = target as { executeUpdateWithStart: Method; getHandle: Method };
  target['executeUpdateWithStart'] = function (this: unknown, ...args: unknown[]) {
    return counted(() => executeUpdateWithStart.apply(this, args));
  };
  target['getHandle'] = function (this: unknown, ...args: unknown[]) {
    const handle = getHandle.apply(this, args) as { executeUpdate: Method };
    const { executeUpdate } = handle;
    handle.executeUpdate = (...more) => counted(() => executeUpdate.apply(handle, more));
    return handle;
  };
}

export const engineCallsEnded = (): Promise<void> => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)));
