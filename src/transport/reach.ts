import { unlessAborted, within } from '../deadline.ts';
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
  const over = within(timeoutMs);
  try {
    const channel = await unlessAborted(connection.dial(to.host, to.port), over);
    channel.destroy();
    return { reached: true };
  } catch (error) {
    if (over.aborted) return { reached: false, reason: 'no answer' };
    if (isForbidden(error)) return { unasked: 'its sshd forwards no connections' };
    return { reached: false, reason: isConnectionLost(error) ? 'the connection was lost' : reasonOf(error) };
  }
}
