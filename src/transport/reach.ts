import { isConnectionLost, isForbidden, reasonOf } from './connection.ts';
import type { Host } from './host.ts';

/** `undefined`: it was reached; otherwise why not. `unasked` when the host's sshd forwards nothing, so that it cannot be asked. */
export type Reach =
  | { readonly reached: true }
  | { readonly reached: false; readonly reason: string }
  | { readonly unasked: string };

/**
 * Does a TCP connection from the host to an address stand? The host's sshd dials, so nothing is needed on the host, and
 * names are looked up there. Takes at most `timeoutMs` milliseconds.
 */
export async function reachFrom(
  host: Pick<Host, 'connection'>,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Reach> {
  const connection = await host.connection();
  if (connection === undefined) return { unasked: 'it is this machine' };
  const dialing = connection.dial(to.host, to.port).then(
    (channel): Reach => {
      channel.destroy();
      return { reached: true };
    },
    (error: unknown): Reach =>
      isForbidden(error)
        ? { unasked: 'its sshd forwards no connections' }
        : { reached: false, reason: isConnectionLost(error) ? 'the connection was lost' : reasonOf(error) },
  );
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Reach>((resolve) => {
    timer = setTimeout(() => resolve({ reached: false, reason: 'no answer' }), timeoutMs);
  });
  try {
    return await Promise.race([dialing, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
