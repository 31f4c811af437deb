import { readFile } from 'node:fs/promises';
import { BrokkrError, InputError, nearestName } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { Lab, LabHost } from './lab.ts';
import { type LocalResult, runOnTerminal, tryLocal } from './local.ts';

/** The host of that name. @throws InputError that tells what is near, or lists the lab's hosts */
export function hostNamed(lab: Lab, name: string): LabHost {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (host !== undefined) return host;
  const names = lab.hosts.map((each) => each.name);
  const near = nearestName(name, names);
  const all = `its hosts are ${names.join(', ')}`;
  const hint = near === undefined ? all : `did you mean ${near}? ${all}`;
  throw new InputError([{ message: `the lab has no host ${name}`, hint }]);
}

/** The arguments with which OpenSSH's client signs in to a host of the lab, and to nothing else by accident. */
function sshArguments(lab: Lab, host: LabHost, user: string = lab.user): string[] {
  const options = [
    `UserKnownHostsFile=${lab.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'ConnectTimeout=5',
    'LogLevel=ERROR',
  ];
  const flags = options.flatMap((option) => ['-o', option]);
  return ['-F', 'none', '-i', lab.identityFile, ...flags, '-p', String(host.port), `${user}@${host.address}`];
}

/** Runs a shell command on a host of the lab and returns how it ended; status 255 is ssh's own failure. */
export function labExec(
  lab: Lab,
  hostName: string,
  command: string,
  options: { readonly user?: string; readonly stdin?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<LocalResult> {
  const args = [...sshArguments(lab, hostNamed(lab, hostName), options.user), command];
  return tryLocal('ssh', args, {
    signal: options.signal,
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
  });
}

/** Opens a shell, or runs a command, on the user's terminal; returns the exit status. */
export function labSsh(lab: Lab, hostName: string, command: readonly string[] = []): Promise<number> {
  return runOnTerminal('ssh', [...sshArguments(lab, hostNamed(lab, hostName)), ...command]);
}

/**
 * Waits, 30 seconds at most, until a host lets somebody sign in. On a host with systemd that is an ordinary account: those are
 * refused until the boot is done. `pid` is the process that the host stands and falls with, `logFile` what it writes.
 */
export async function waitForSsh(
  lab: Lab,
  host: LabHost,
  options: { readonly pid: number; readonly logFile: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const user = host.kind === 'process' ? lab.user : 'deploy';
  const outcome = await pollUntil(
    async () => {
      if (!isRunning(options.pid)) {
        const ended = (await readFile(options.logFile, 'utf8')).trim().split('\n').slice(-5).join('\n  ');
        // systemd takes several of these for each host, and most machines allow 128 a user.
        const hint = /inotify|Too many open files/.test(ended)
          ? 'many hosts on one machine need more inotify instances: sysctl -w fs.inotify.max_user_instances=1024'
          : undefined;
        throw new BrokkrError(`host ${host.name} ended while it started: ${ended}`, { hint });
      }
      const { status, stderr } = await labExec(lab, host.name, 'true', { user, signal: options.signal });
      return status === 0 ? { done: true, value: undefined } : { done: false, reason: stderr.trim() };
    },
    { timeoutMs: 30_000, intervalMs: 100, signal: options.signal },
  );
  if (!outcome.done)
    throw new BrokkrError(`host ${host.name} does not answer on ${host.address}:${host.port}: ${outcome.reason}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
