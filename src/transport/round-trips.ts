import type { Duplex } from 'node:stream';
import type { Traffic } from './target.ts';

/**
 * Counts what a stream that was just opened waits for: its opening, and from here on each time that something is heard after
 * something was sent. So it is the number of round trips where each message waits for the one before it, as those of an SSH
 * handshake do; where several are on their way at once, it is more than the time tells.
 *
 * Whoever reads the stream has to do so already: a listener that comes first would take the first bytes.
 */
export function countRoundTrips(stream: Duplex, traffic: Pick<Traffic, 'roundTrips'>): void {
  const count = (): void => {
    traffic.roundTrips = (traffic.roundTrips ?? 0) + 1;
  };
  let isAwaited = true;
  count();
  const { write } = stream;
  // Neither a stream nor ssh2 tells when something is sent.
  stream.write = (...given: unknown[]) => {
    isAwaited = true;
    return Reflect.apply(write, stream, given);
  };
  stream.on('data', () => {
    if (isAwaited) count();
    isAwaited = false;
  });
}
