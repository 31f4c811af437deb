import type { Host } from './host.ts';

/** `undefined`: it was reached; otherwise why not. `unasked` when the host's sshd forwards nothing, so that it cannot be asked. */
export type Reach =
  | { readonly reached: true }
  | { readonly reached: false; readonly reason: string }
  | { readonly unasked: string };

/** `SSH_OPEN_ADMINISTRATIVELY_PROHIBITED` (RFC 4254, 5.1). */
const prohibited = 1;

/**
 * Does a TCP connection from the host to an address stand? The host's sshd dials, so nothing is needed on the host, and
 * names are looked up there. Takes at most `timeoutMs` milliseconds.
 */
export async function reachFrom(
  host: Pick<Host, 'client'>,
  to: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Reach> {
  const client = await host.client();
  if (client === undefined) return { unasked: 'it is this machine' };
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ reached: false, reason: 'no answer' }), timeoutMs);
    client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      clearTimeout(timer);
      if (error === undefined) {
        channel.on('error', () => {});
        channel.destroy();
        resolve({ reached: true });
        return;
      }
      const code = 'reason' in error ? error.reason : undefined;
      const reason = error.message.replace(/^\(SSH\) Channel open failure: /, '').toLowerCase();
      resolve(code === prohibited ? { unasked: 'its sshd forwards no connections' } : { reached: false, reason });
    });
  });
}
