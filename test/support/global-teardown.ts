/** Ends what the set-up started, and nothing else. */
export default async function globalTeardown(): Promise<void> {
  const stop = (globalThis as unknown as Record<string, (() => Promise<void>) | undefined>)['__wingmanStop'];
  await stop?.();
}
