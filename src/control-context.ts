import { connect, type Socket } from 'node:net';
import type { EventSink } from './apply/events.ts';
import type { HostRun } from './apply/host-run.ts';
import { BrokkrError } from './errors.ts';
import type { ControlContext } from './modules/module.ts';
import { newNonce } from './shell/frame.ts';
import { preamble } from './shell/program.ts';
import { quote } from './shell/quote.ts';

/** What answerers and performers may use: connections to the hosts' servers, logs, progress. */
export function controlContext(
  runs: ReadonlyMap<string, HostRun>,
  emit: EventSink,
  signal: AbortSignal,
): ControlContext {
  const addressOf = (host: string): string => runs.get(host)?.host.target.address ?? host;
  return {
    signal,
    dialer: { connect: (host, port, until) => openSocket(addressOf(host), port, until) },
    progress: (text) => emit({ event: 'progress', text }),
    async tail(host, path, lines) {
      const run = runs.get(host) ?? [...runs.values()].find((each) => each.host.target.address === host);
      if (run === undefined) throw new BrokkrError(`${host} is not in the inventory`);
      const nonce = newNonce();
      let text = '';
      const account = run.factsAccount();
      const program = {
        nonce,
        text: [preamble(nonce), 's TAIL', `tail -n ${Math.floor(lines)} -- ${quote(path)} 2>&1`, 's END'].join('\n'),
      };
      await run.host.run(
        account.become,
        program,
        {
          frame(_, frame) {
            if (frame.words[0] === 'TAIL') text = frame.payload.toString();
          },
        },
        { onBoth: false },
      );
      return text;
    },
  };
}

/** A TCP connection without Nagle's delay: the questions on it are small and each waits for its answer. */
function openSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host, port, noDelay: true });
    const onAbort = (): void => void socket.destroy(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
