import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BrokkrError } from '../errors.ts';
import { hostKeyTypes } from './keys.ts';
import type { Lab, LabHost } from './lab.ts';
import { findProgram, startDaemon } from './local.ts';
import { labMarks } from './processes.ts';
import { waitForSsh } from './ssh.ts';

/** sshd's settings for one host: one address, one user by key, and the marks by which its processes are found again. */
export function sshdConfig(lab: Lab, host: LabHost, isRoot: boolean): string {
  const marks = Object.entries(labMarks(lab, host)).map(([name, value]) => `${name}=${value}`);
  return [
    'ListenAddress 127.0.0.1',
    `Port ${host.port}`,
    ...hostKeyTypes.map((type) => `HostKey ${join(host.folder, 'keys', `ssh_host_${type}_key`)}`),
    `AuthorizedKeysFile ${lab.identityFile}.pub`,
    `AllowUsers ${lab.user}`,
    `PidFile ${join(host.folder, 'sshd.pid')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    // The folder is the user's own, wherever it is; sshd would refuse one below a folder that a group may write to.
    'StrictModes no',
    // Without PAM, sshd that runs as root refuses accounts without a password.
    ...(isRoot ? ['UsePAM yes', 'PermitRootLogin prohibit-password'] : []),
    'MaxStartups 100',
    'UseDNS no',
    'PrintMotd no',
    'Subsystem sftp internal-sftp',
    `SetEnv ${marks.join(' ')}`,
    '',
  ].join('\n');
}

/** Starts an sshd for each host of a loopback lab; resolves when all let the user sign in. */
export async function startLoopbackHosts(lab: Lab, isRoot: boolean, signal: AbortSignal | undefined): Promise<void> {
  // sshd that runs as root confines its helpers to this folder, which exists only where the system's sshd has run.
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const results = await Promise.allSettled(
    lab.hosts.map(async (host) => {
      for (const folder of ['opt', 'data', 'log']) await mkdir(join(host.folder, folder), { recursive: true });
      await writeFile(join(host.folder, 'sshd_config'), sshdConfig(lab, host, isRoot));
      await startLoopbackHost(lab, host, signal);
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Starts the sshd of one host, and waits until it lets the user sign in. */
export async function startLoopbackHost(lab: Lab, host: LabHost, signal?: AbortSignal): Promise<void> {
  const logFile = join(host.folder, 'sshd.log');
  // sshd starts itself anew for every connection and therefore wants its absolute path.
  const sshd = await findProgram('sshd');
  if (sshd === undefined) throw new BrokkrError('sshd is not installed');
  const pid = await startDaemon(sshd, ['-D', '-e', '-f', join(host.folder, 'sshd_config')], {
    logFile,
    env: labMarks(lab, host),
  });
  await waitForSsh(lab, host, { pid, logFile, signal });
}

/** Whether a server may listen on 127.0.0.1 at all of these ports. */
export async function arePortsFree(ports: readonly number[]): Promise<boolean> {
  const free = await Promise.all(ports.map(isPortFree));
  return free.every((each) => each);
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
