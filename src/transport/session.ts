import { unlessAborted, within } from '../deadline.ts';
import { errorText, UnreachableError } from '../errors.ts';
import type { Channel } from './channel.ts';
import { type Connection, isConnectionLost } from './connection.ts';
import { isRefused } from './further-connections.ts';

/**
 * Opens a session on a connection.
 * @param timeoutMs milliseconds that it may take
 * @throws UnreachableError with the reason; what {@link isRefused} knows, when further connections may help
 */
export async function openSession(
  host: string,
  connection: Connection,
  command: string,
  timeoutMs: number,
): Promise<Channel> {
  const over = within(timeoutMs);
  try {
    return await unlessAborted(connection.exec(command), over);
  } catch (error) {
    if (over.aborted) throw new UnreachableError(host, `${host} has opened no session for ${timeoutMs / 1000} s`);
    if (isConnectionLost(error)) throw new UnreachableError(host, `the connection to ${host} was lost`);
    throw isRefused(error) ? error : noSession(host, error);
  }
}

/** Not even on a connection that has no other one. */
export function noSession(host: string, error: unknown): UnreachableError {
  const why = errorText(error);
  return new UnreachableError(host, `${host} opens no session: ${why}`, {
    cause: error,
    hint: 'MaxSessions in its sshd_config has to be 1 or more, for this user too (see Match)',
  });
}
