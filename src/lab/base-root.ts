import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labAccounts } from './lab.ts';
import { runLocal } from './local.ts';

/** A file of a host: its path from the host's root, text and mode. */
export interface RootFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Writes files into a root folder, making the folders they need. */
export async function writeRootFiles(root: string, files: readonly RootFile[]): Promise<void> {
  for (const { path, text, mode } of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { force: true });
    await writeFile(target, text, { mode: mode ?? 0o644 });
  }
}

/** What every host shares, whatever lab it is in: accounts, sudo, sshd, the network service. */
const sharedFiles: readonly RootFile[] = [
  { path: 'etc/sudoers.d/lab', text: 'ops ALL=(ALL) ALL\ndeploy ALL=(ALL) NOPASSWD: ALL\n', mode: 0o440 },
  {
    path: 'etc/ssh/sshd_config.d/lab.conf',
    text: [
      'HostKey /etc/ssh/ssh_host_ed25519_key',
      'HostKey /etc/ssh/ssh_host_ecdsa_key',
      'AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/lab_authorized_keys',
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
      'UseDNS no',
      '',
    ].join('\n'),
  },
  // A host of the lab has no name server and no way out.
  { path: 'etc/resolv.conf', text: '' },
];

/** Turns what debootstrap made into the base image: accounts, settings, and nothing that belongs to one host. */
export async function furnishBase(root: string): Promise<void> {
  for (const [name, account] of Object.entries(labAccounts)) {
    if (account.uid === 0) continue;
    await runLocal('chroot', [root, 'useradd', '-m', '-s', '/bin/bash', '-u', String(account.uid), name]);
    if ('password' in account) await runLocal('chroot', [root, 'chpasswd'], { stdin: `${name}:${account.password}\n` });
  }
  await writeRootFiles(root, sharedFiles);
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  await symlink('/lib/systemd/system/systemd-networkd.service', join(wants, 'systemd-networkd.service'));
  for (const name of await readdir(join(root, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) await rm(join(root, 'etc/ssh', name));
  }
  await rm(join(root, 'etc/machine-id'), { force: true });
  await rm(join(root, 'etc/hostname'), { force: true });
  await runLocal('chroot', [root, 'apt-get', 'clean']);
  await rm(join(root, 'var/lib/apt/lists'), { recursive: true, force: true });
}
