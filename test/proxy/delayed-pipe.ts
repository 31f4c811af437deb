import type { Socket } from 'node:net';
import type { Clock } from '../../src/poll.ts';

/** What all directions of all connections of a proxy share; changing it takes effect at once. */
export interface Line {
  /** Milliseconds a byte travels one way. */
  delayMs: number;
  frozen: boolean;
  readonly clock: Clock;
  /** Bytes one direction holds on their way before its sender is stopped. */
  readonly maxBufferedBytes: number;
}

export interface DelayedPipe {
  /** Delivers what is due; to be called when the line thaws. */
  pump(): void;
}

interface Parcel {
  readonly dueMs: number;
  /** Absent: the sender has ended. */
  readonly bytes?: Buffer;
}

/**
 * Carries bytes from one socket to the other, each a delay after it was sent, in order and with the end that the sender
 * made. It holds a bounded number of bytes: a sender that is faster, or a frozen line, feels back-pressure. `allow`
 * is told how many bytes are about to be delivered and returns how many of them may be; fewer ends the connection.
 */
export function delayedPipe(
  from: Socket,
  to: Socket,
  line: Line,
  options: { readonly startMs: number; readonly allow: (count: number) => number; readonly cut: () => void },
): DelayedPipe {
  const parcels: Parcel[] = [];
  let held = 0;
  let waiting = false;
  const stopped = new AbortController();
  to.once('close', () => stopped.abort());

  const send = (bytes?: Buffer) => {
    const dueMs = Math.max(line.clock.now(), options.startMs) + line.delayMs;
    parcels.push(bytes === undefined ? { dueMs } : { dueMs, bytes });
    held += bytes?.length ?? 0;
    if (held >= line.maxBufferedBytes) from.pause();
    pump();
  };
  const waitUntilDue = (ms: number) => {
    waiting = true;
    line.clock.sleep(ms, stopped.signal).then(
      () => {
        waiting = false;
        pump();
      },
      // The receiver is gone: nothing is left to deliver.
      () => undefined,
    );
  };
  const deliver = ({ bytes }: Parcel) => {
    if (bytes === undefined) return void to.end();
    held -= bytes.length;
    if (held < line.maxBufferedBytes) from.resume();
    const allowed = options.allow(bytes.length);
    if (allowed === bytes.length) return void to.write(bytes);
    to.write(bytes.subarray(0, allowed), () => options.cut());
    stopped.abort();
  };
  const pump = () => {
    while (!line.frozen && !waiting && !stopped.signal.aborted && !to.writableNeedDrain) {
      const [first] = parcels;
      if (first === undefined) return;
      const early = first.dueMs - line.clock.now();
      if (early > 0) return waitUntilDue(early);
      parcels.shift();
      deliver(first);
    }
  };

  from.on('data', (bytes: Buffer) => send(bytes));
  from.on('end', () => send());
  to.on('drain', pump);
  return { pump };
}
