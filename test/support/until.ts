/**
 * Waits for a condition, never for a time; the limit is there so that a failure is told as one.
 * @param what in words; a function is asked at the failure, and can say how far it came
 */
export async function until<T>(what: string | (() => string), probe: () => Promise<T | null | undefined | false> | T | null | undefined | false, limitMs = 20_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`this never came true: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
