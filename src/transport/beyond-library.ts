import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UnreachableError } from '../errors.ts';
import { agentSocket, DEFAULT_KEYS } from './credentials.ts';
import type { HostKeyCheck } from './host-key.ts';
import { LIST_MS } from './key-agent.ts';
import { readKeyFile } from './key-file.ts';
import { isVouchedFor } from './known-hosts.ts';
import { NothingToShow, NotLetIn } from './library-connection.ts';
import type { Target } from './target.ts';

/** Keys of security devices that ssh tries when nothing is configured. */
const DEVICE_KEYS = ['id_ed25519_sk', 'id_ecdsa_sk'];

/** Why a target is reached with the system's ssh without trying the library; undefined when it is not. */
export function systemFromStart(target: Target, hostKey: HostKeyCheck): string | undefined {
  if (target.ssh === 'builtin') return undefined;
  if (target.ssh === 'system') return 'brokkr_ssh says so';
  return target.keptSeconds === undefined ? neededFromStart(target, hostKey) : 'brokkr_ssh_persist says so';
}

/**
 * What about a target is known to be beyond the SSH library before anything is dialed: a certificate or the key of a
 * security device that somebody has named, or a host that certificates vouch for.
 */
export function neededFromStart(target: Target, { known, hostName }: HostKeyCheck): string | undefined {
  const { privateKeyFile, identityFiles, certificateFiles = [] } = target;
  const named = [...(privateKeyFile === undefined ? [] : [privateKeyFile]), ...(identityFiles ?? [])];
  const defaults = named.length > 0 || identityFiles !== undefined ? [] : DEFAULT_KEYS.map(inHome);
  const certificate = [...certificateFiles, ...[...named, ...defaults].map((file) => `${file}-cert.pub`)].find((file) =>
    existsSync(file),
  );
  if (certificate !== undefined) return `the certificate ${certificate} is to be shown`;
  const device = named.find((file) => readKeyFile(file).kind === 'device');
  if (device !== undefined) return `${device} is the key of a security device`;
  return isVouchedFor(known, hostName) ? 'known_hosts has the authority of its certificate' : undefined;
}

/** Why the system's ssh may do what the library could not; undefined when it could not either. */
export async function beyondLibrary(target: Target, error: unknown): Promise<string | undefined> {
  if (!(error instanceof UnreachableError)) return undefined;
  const missing = /no matching (key exchange algorithm|C->S cipher|S->C cipher|C->S MAC|S->C MAC)/.exec(
    error.message,
  )?.[0];
  if (missing !== undefined)
    return `the SSH library has ${missing} in common with the host`.replace('has no matching', 'has no');
  if (error instanceof NothingToShow) {
    const device = DEVICE_KEYS.map(inHome).find((file) => existsSync(file));
    if (device !== undefined) return `${device} is the key of a security device`;
    if (target.gssapi === true || hasTicket()) return 'GSSAPI is all that there is to log in with';
  }
  const isRefused = error instanceof NothingToShow || error instanceof NotLetIn;
  const agent = agentSocket(target);
  if (!isRefused || agent === undefined) return undefined;
  return (await holdsMore(agent)) ? 'the agent holds certificates or keys of security devices' : undefined;
}

function inHome(name: string): string {
  return path.join(homedir(), '.ssh', name);
}

function hasTicket(): boolean {
  const named = process.env.KRB5CCNAME;
  return (named !== undefined && named !== '') || existsSync(`/tmp/krb5cc_${process.geteuid?.()}`);
}

/** Does the agent hold what the library passes over? */
function holdsMore(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const environment = { ...process.env, SSH_AUTH_SOCK: socket };
    execFile('ssh-add', ['-L'], { env: environment, timeout: LIST_MS }, (_error, stdout) =>
      resolve(/^(sk-|\S+-cert-v01@openssh\.com )/m.test(stdout)),
    );
  });
}
