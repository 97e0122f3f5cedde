/**
 * Bytes up to a limit, the rest counted and dropped: what a container or a program prints is written by whoever controls it,
 * and gigabytes of it must not fill the gateway's memory.
 */
export interface BoundedOutput {
  push(chunk: Buffer): void;
  /** Nothing more will be kept. */
  isFull(): boolean;
  droppedBytes(): number;
  /** UTF-8; invalid bytes become U+FFFD, a character cut in two by the limit is dropped, and a cut is said in a last line. */
  text(): string;
}

/** Several outputs that share one limit (stdout and stderr of one run) get the same budget object. */
export interface ByteBudget {
  left: number;
  readonly total: number;
}

export const byteBudget = (total: number): ByteBudget => ({ left: total, total });

export function createBoundedOutput(budget: ByteBudget): BoundedOutput {
  const kept: Buffer[] = [];
  let dropped = 0;
  return {
    push(chunk) {
      const take = Math.min(budget.left, chunk.length);
      // A copy: a slice would keep the whole chunk of the socket alive.
      if (take > 0) kept.push(Buffer.from(chunk.subarray(0, take)));
      budget.left -= take;
      dropped += chunk.length - take;
    },
    isFull: () => budget.left === 0,
    droppedBytes: () => dropped,
    text() {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(kept), { stream: dropped > 0 });
      return dropped > 0 ? `${text}\n[output cut: more than ${String(budget.total)} bytes]\n` : text;
    },
  };
}
