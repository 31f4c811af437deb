import { beyondLibrary, neededFromStart } from './beyond-library.ts';
import type { Connection, ConnectOptions } from './connection.ts';
import type { Carry } from './dial.ts';
import { openWithLibrary } from './library-connection.ts';
import { openWithSystem } from './system-connection.ts';
import type { Target } from './target.ts';

/**
 * Opens an SSH connection with the SSH library or, where it is told to or that library is known not to do, with the
 * system's ssh.
 * @param carry gives the connections to jump hosts
 * @throws UnreachableError with the reason and what to do; BrokkrError when a known_hosts file cannot be read
 */
export async function openConnection(target: Target, carry: Carry, options: ConnectOptions = {}): Promise<Connection> {
  const way = target.ssh ?? 'auto';
  if (way === 'system') return openWithSystem(target, carry, options, 'brokkr_ssh says so');
  const kept = target.keptSeconds === undefined ? undefined : 'brokkr_ssh_persist says so';
  const needed = way === 'auto' ? (kept ?? neededFromStart(target)) : undefined;
  if (needed !== undefined) return openWithSystem(target, carry, options, needed);
  try {
    return await openWithLibrary(target, carry, options);
  } catch (error) {
    const beyond = way === 'auto' && options.signal?.aborted !== true ? await beyondLibrary(target, error) : undefined;
    if (beyond === undefined) throw error;
    return openWithSystem(target, carry, options, beyond);
  }
}
