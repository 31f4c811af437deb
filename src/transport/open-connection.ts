import { beyondLibrary, systemFromStart } from './beyond-library.ts';
import type { Connection, ConnectOptions } from './connection.ts';
import type { Carry } from './dial.ts';
import { HostKeyCheck } from './host-key.ts';
import { NotLetIn, openWithLibrary } from './library-connection.ts';
import { openWithSystem } from './system-connection.ts';
import type { Target } from './target.ts';

/**
 * Opens an SSH connection with the SSH library or, where it is told to or that library is known not to do, with the
 * system's ssh.
 * @param carry gives the connections to jump hosts
 * @throws UnreachableError with the reason and what to do; BrokkrError when a known_hosts file cannot be read
 */
export async function openConnection(target: Target, carry: Carry, options: ConnectOptions = {}): Promise<Connection> {
  const hostKey = new HostKeyCheck(target, options.onNewKey);
  const why = systemFromStart(target, hostKey);
  if (why !== undefined) return openWithSystem(target, carry, options, why);
  try {
    return await openWithLibrary(target, hostKey, carry, options);
  } catch (error) {
    const beyond =
      target.ssh !== 'builtin' && options.signal?.aborted !== true ? await beyondLibrary(target, error) : undefined;
    if (beyond === undefined) throw error;
    // What was counted so far is of a connection that is given up, and ssh tells none.
    if (options.traffic !== undefined) options.traffic.roundTrips = undefined;
    // A password that was refused is not offered again, which could lock the account.
    const mayTell = !(error instanceof NotLetIn && error.hadPassword);
    return openWithSystem(mayTell ? target : { ...target, password: undefined }, carry, options, beyond);
  }
}
