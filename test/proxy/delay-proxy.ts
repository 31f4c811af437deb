import { connect, createServer, type Server, type Socket } from 'node:net';
import { BrokkrError } from '../../src/errors.ts';
import { type Clock, systemClock } from '../../src/poll.ts';
import { type DelayedPipe, delayedPipe, type Line } from './delayed-pipe.ts';

/** Which way bytes go: from the client to the target, or back. */
type Direction = 'toTarget' | 'toClient';

export interface DelayProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** Milliseconds of a round trip; half of it is added to each direction. Opening a connection costs one, too. */
  readonly roundTripMs?: number;
  /** Resets every connection when it has carried exactly this many bytes in this direction. */
  readonly cutAfter?: { readonly direction: Direction; readonly bytes: number };
  /** Bytes held per direction before the sender is stopped; default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** Connections at once, more are refused; default 100. */
  readonly maxConnections?: number;
  readonly clock?: Clock;
}

export interface DelayProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections that were accepted since the start. */
  readonly accepted: number;
  /**
   * How often clients have waited for an answer, over all connections: what they send first, which is after the opening, and
   * whatever they send after they have heard something.
   */
  readonly turns: number;
  /** Bytes that were delivered, over all connections. */
  readonly delivered: Readonly<Record<Direction, number>>;
  /** Connections stay open, and nothing passes: what a cut cable looks like from both ends. */
  freeze(): void;
  thaw(): void;
  /** Resets all connections there are; new ones are accepted. */
  cut(): void;
  /** Resets all connections and stops listening. */
  close(): Promise<void>;
}

/** Starts a TCP proxy on a free port of 127.0.0.1 that makes the way to a target long, frozen or broken, for tests. */
export async function startDelayProxy(options: DelayProxyOptions): Promise<DelayProxy> {
  const line: Line = {
    delayMs: (options.roundTripMs ?? 0) / 2,
    frozen: false,
    clock: options.clock ?? systemClock,
    maxBufferedBytes: options.maxBufferedBytes ?? 1024 * 1024,
  };
  const sockets = new Set<Socket>();
  const pipes = new Set<DelayedPipe>();
  const delivered = { toTarget: 0, toClient: 0 };
  let accepted = 0;
  let turns = 0;

  const onClient = (client: Socket) => {
    accepted++;
    const target = connect({ ...options.target, noDelay: true, allowHalfOpen: true });
    const reset = () => [client, target].forEach((socket) => void socket.resetAndDestroy());
    let hasHeard = true;
    const startMs = line.clock.now() + (options.roundTripMs ?? 0);
    const link = (direction: Direction, from: Socket, to: Socket) => {
      const allow = allowance(direction, options.cutAfter, (count) => {
        delivered[direction] += count;
        if (direction === 'toClient') hasHeard = true;
      });
      const pipe = delayedPipe(from, to, line, { startMs, allow, cut: reset });
      pipes.add(pipe);
      sockets.add(from);
      // A reset on one side is a reset on the other.
      from.on('error', reset);
      from.once('close', () => {
        sockets.delete(from);
        pipes.delete(pipe);
      });
    };
    client.on('data', () => {
      if (hasHeard) turns++;
      hasHeard = false;
    });
    link('toTarget', client, target);
    link('toClient', target, client);
  };

  const server = createServer({ noDelay: true, allowHalfOpen: true }, onClient);
  server.maxConnections = options.maxConnections ?? 100;
  const port = await listen(server);
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    host: '127.0.0.1',
    port,
    get accepted() {
      return accepted;
    },
    get turns() {
      return turns;
    },
    delivered,
    freeze: () => {
      line.frozen = true;
    },
    thaw: () => {
      line.frozen = false;
      for (const pipe of pipes) pipe.pump();
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** Counts what one direction of one connection delivers, up to the byte at which it is cut. */
function allowance(
  direction: Direction,
  cutAfter: DelayProxyOptions['cutAfter'],
  count: (bytes: number) => void,
): (bytes: number) => number {
  let left = cutAfter?.direction === direction ? cutAfter.bytes : Number.POSITIVE_INFINITY;
  return (bytes) => {
    const allowed = Math.min(bytes, left);
    left -= allowed;
    count(allowed);
    return allowed;
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new BrokkrError('the proxy has no TCP address'));
      else resolve(address.port);
    });
  });
}
