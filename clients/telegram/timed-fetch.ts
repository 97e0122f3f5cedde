/** The API's calls with a limit, and its feed with an eye on silence: a connection that is dead says nothing, for hours. */

/** A call that has no answer by then is over. */
export const timedFetch =
  (limitMs: number): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, AbortSignal.timeout(limitMs)]) : AbortSignal.timeout(limitMs) });

/** For the feed, which ends never but says something every 15 s: cut when nothing comes for longer than `silenceMs`. */
export function watchedFetch(silenceMs: number): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMs);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      timer.unref();
    };
    timer.unref();
    const signal = init?.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal;
    const response = await fetch(input, { ...init, signal });
    if (response.body === null) return response;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          heard();
          controller.enqueue(chunk);
        },
        flush: () => clearTimeout(timer),
      }),
    );
    return new Response(body, { status: response.status, headers: response.headers });
  };
}
