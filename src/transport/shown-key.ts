import { execFile } from 'node:child_process';
import ssh2 from 'ssh2';
import { UnreachableError } from '../errors.ts';
import type { ConnectOptions } from './connection.ts';
import { type Carry, dialTarget } from './dial.ts';
import { HostKeyCheck } from './host-key.ts';
import { checkHostKey, fingerprint, hostKeyAlgorithms, keyType } from './known-hosts.ts';
import type { Target } from './target.ts';
import { tryHint } from './try-hint.ts';

/** What a host's key is to us. */
export type ShownKey =
  | { readonly verdict: 'known'; readonly shown: string }
  /** `keep` writes it into the first of the user's known_hosts files. */
  | { readonly verdict: 'new'; readonly shown: string; readonly file: string; keep(): void }
  /** It is known by another one, or revoked; the message has both fingerprints. */
  | { readonly verdict: 'refused'; readonly message: string; readonly hint: string | undefined };

/**
 * Asks a host for its key, and goes no further: nobody is logged in.
 * @throws UnreachableError when it shows none
 */
export async function askForKey(target: Target, carry: Carry, options: ConnectOptions = {}): Promise<ShownKey> {
  const check = new HostKeyCheck({ ...target, hostKeyChecking: 'yes' });
  const key = await firstKey(target, check, carry, options).catch((error: unknown) => scannedKey(target, check, error));
  const shown = `${keyType(key)} ${fingerprint(key)}`;
  const { verdict } = checkHostKey(check.known, check.hostName, key);
  if (verdict === 'known') return { verdict, shown };
  const [file] = target.knownHostsFiles;
  if (verdict === 'unknown' && file !== undefined)
    return { verdict: 'new', shown, file, keep: () => keep(target, key) };
  check.accept(key);
  const { message, hint } = check.refusal ?? { message: `the key of ${target.name} cannot be kept`, hint: undefined };
  return { verdict: 'refused', message, hint };
}

/** @throws UnreachableError when the file cannot be written */
function keep(target: Target, key: Buffer): void {
  const check = new HostKeyCheck({ ...target, hostKeyChecking: 'accept-new' });
  if (!check.accept(key) && check.refusal !== undefined) throw check.refusal;
}

/** What the SSH library cannot shake hands with, ssh-keyscan may; it knows nothing of hosts in between. */
async function scannedKey(target: Target, check: HostKeyCheck, error: unknown): Promise<Buffer> {
  const isBeyond = error instanceof UnreachableError && error.message.includes('no matching');
  if (!isBeyond || target.jump !== undefined || target.proxyCommand !== undefined) throw error;
  const words = ['-T', String(Math.ceil(target.timeout)), '-p', String(target.port), '--', target.address];
  const text = await new Promise<string>((resolve) => {
    execFile('ssh-keyscan', words, (_error, stdout) => resolve(stdout));
  });
  const keys = text.split('\n').flatMap((line) => {
    const [, encoded] = /^[^#\s]\S* \S+ (\S+)/.exec(line) ?? [];
    return encoded === undefined ? [] : [Buffer.from(encoded, 'base64')];
  });
  const order = hostKeyAlgorithms(check.known, check.hostName);
  const isOf = (type: string) => (algorithm: string) => algorithm === (type === 'ssh-rsa' ? 'rsa-sha2-512' : type);
  const rank = (key: Buffer): number => (order.findIndex(isOf(keyType(key))) + order.length + 1) % (order.length + 1);
  const [first] = keys.sort((a, b) => rank(a) - rank(b));
  if (first === undefined) throw error;
  return first;
}

async function firstKey(
  target: Target,
  check: HostKeyCheck,
  carry: Carry,
  { signal }: ConnectOptions,
): Promise<Buffer> {
  const socket = await dialTarget(target, carry, signal);
  const client = new ssh2.Client();
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new UnreachableError(target.name, `${target.name} shows no key: ${why}`, { hint: tryHint(target) }));
      client.on('error', (error) => fail(error.message));
      client.on('close', () => fail('it has closed the connection'));
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: target.timeout * 1000,
        algorithms: { serverHostKey: hostKeyAlgorithms(check.known, check.hostName) },
        hostVerifier: (key: Buffer) => {
          resolve(key);
          return false;
        },
      });
    });
  } finally {
    client.destroy();
    socket.destroy();
  }
}
