import { setMaxListeners } from 'node:events';

/**
 * A signal that is aborted with the reason of the first of the signals, or with a `TimeoutError` after so many milliseconds.
 * It keeps no process alive. `AbortSignal.any` over `AbortSignal.timeout` is not to be relied on: Node collects such a
 * signal while somebody waits for it, who then waits for ever (nodejs/node #57736).
 */
export function within(ms: number, ...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const end = (reason: unknown): void => {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
    controller.abort(reason);
  };
  const onAbort = (): void => end(signals.find(({ aborted }) => aborted)?.reason);
  const timer = setTimeout(() => end(new DOMException(`not done within ${ms} ms`, 'TimeoutError')), ms).unref();
  // As many may wait as there are hosts and brokers: each goes when its own time is over.
  if (signals.length > 0) setMaxListeners(0, ...signals);
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
  if (signals.some(({ aborted }) => aborted)) onAbort();
  return controller.signal;
}

/**
 * What comes, unless the signal is aborted first: then its reason is thrown, and whoever comes after all is destroyed.
 * @throws what `coming` rejects with
 */
export async function unlessAborted<T extends { destroy(): void }>(
  coming: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([coming, aborted]);
  } catch (error) {
    coming.then(
      (late) => late.destroy(),
      () => {},
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
