/** Puts something around the calls by which a process reaches its servers. */
import { WorkflowClient } from '@temporalio/client';

export type Method = (this: unknown, ...args: unknown[]) => unknown;
type Around = (call: () => unknown, args: unknown[]) => unknown;

/** Around a method of all objects of a class. @returns what takes it away again */
export function wrap(prototype: object, name: string, around: Around): () => void {
  const target = prototype as Record<string, Method>;
  const original = target[name] as Method;
  target[name] = function (this: unknown, ...args: unknown[]): unknown {
    return around(() => original.apply(this, args), args);
  };
  return () => {
    target[name] = original;
  };
}

/** Around every update that is sent to the engine. @returns what takes it away again */
export function wrapEngineCalls(around: (call: () => unknown) => unknown): () => void {
  const undo = [
    wrap(WorkflowClient.prototype, 'executeUpdateWithStart', around),
    wrap(WorkflowClient.prototype, 'getHandle', (call) => {
      const handle = call() as { executeUpdate: Method };
      const { executeUpdate } = handle;
      handle.executeUpdate = (...args) => around(() => executeUpdate.apply(handle, args));
      return handle;
    }),
  ];
  return () => {
    for (const one of undo) one();
  };
}
