import type { Duplex } from 'node:stream';
import type { EventSink } from './apply/events.ts';
import type { HostRun } from './apply/host-run.ts';
import { unlessAborted } from './deadline.ts';
import { BrokkrError, errorText } from './errors.ts';
import type { ControlContext } from './modules/module.ts';
import { openSocket, serverDialer } from './server-dialer.ts';
import { newNonce } from './shell/frame.ts';
import { preamble } from './shell/program.ts';
import { quote } from './shell/quote.ts';

/** What answerers and performers may use: connections to the hosts' servers, logs, progress. */
export function controlContext(
  runs: ReadonlyMap<string, HostRun>,
  emit: EventSink,
  signal: AbortSignal,
  stopRequested: () => boolean,
): ControlContext {
  // Hosts may be added while it runs.
  const hosts = () => new Map([...runs].map(([name, { host }]) => [name, host]));
  return {
    ...{ signal, stopRequested },
    dialer: serverDialer(hosts),
    connectFrom: (from, host, port, until) => connectFrom(runs.get(from), host, port, until),
    reconnect: (host, seconds, test) => reconnect(runs.get(host), host, seconds, test),
    isUnreachable: (host) =>
      [...runs].some(
        ([
          name,
          {
            host: { target },
            status,
          },
        ]) => status === 'unreachable' && [name, target.address].includes(host),
      ),
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

/** The host's sshd opens the connection; a host that is this machine needs none. */
async function connectFrom(run: HostRun | undefined, host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const connection = await run?.host.connection();
  if (connection === undefined) return openSocket(host, port, signal);
  signal.throwIfAborted();
  try {
    return await unlessAborted(connection.dial(host, port), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new BrokkrError(`${run?.name} opens no connection to ${host}:${port}: ${errorText(error)}`, {
      cause: error,
      hint: 'its sshd_config has to allow it: AllowTcpForwarding yes',
    });
  }
}

async function reconnect(run: HostRun | undefined, name: string, seconds: number, test = ':'): Promise<string> {
  if (run === undefined) throw new BrokkrError(`${name} is not in the inventory`);
  run.host.disconnect();
  const nonce = newNonce();
  const read = [`( ${test}\n) >/dev/null 2>&1 </dev/null || exit 1`, 's BOOT', 'cat /proc/sys/kernel/random/boot_id'];
  const program = { nonce, text: [preamble(nonce), ...read, 's END'].join('\n') };
  let boot: string | undefined;
  const { become } = run.factsAccount();
  const running = run.host.run(
    become,
    program,
    {
      frame(_, frame) {
        if (frame.words[0] === 'BOOT') boot = frame.payload.toString().trim();
      },
    },
    { onBoth: false },
  );
  const timer = setTimeout(() => run.host.disconnect(), seconds * 1000);
  try {
    await running;
  } finally {
    clearTimeout(timer);
  }
  if (boot === undefined) throw new BrokkrError(`the test on ${name} has failed`);
  return boot;
}
