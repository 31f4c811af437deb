import { lstat, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRootFiles } from './base-root.ts';
import { runLocal } from './local.ts';

/** Programs that stay although BusyBox has no applet for them: what lets people in, changes user, and runs Java. */
const kept = new Set(['busybox', 'sshd', 'sudo', 'java', 'unix_chkpwd']);

/** Takes systemd's commands from a mounted root, as on a host whose init is something else. */
export async function removeSystemd(root: string): Promise<void> {
  for (const folder of ['usr/bin', 'usr/sbin']) {
    for (const name of await readdir(join(root, folder))) {
      if (/^(systemd-?|systemctl|journalctl|loginctl|networkctl|hostnamectl|timedatectl|localectl|busctl)/.test(name)) {
        await rm(join(root, folder, name));
      }
    }
  }
}

/** Makes BusyBox the shell and all tools of a mounted root: its applets in the places of everything else. */
export async function leaveOnlyBusybox(root: string): Promise<void> {
  const applets = (await runLocal('chroot', [root, 'busybox', '--list-full']))
    .split('\n')
    .filter((path) => path !== '');
  for (const folder of ['usr/bin', 'usr/sbin']) {
    for (const name of await readdir(join(root, folder))) {
      if (!kept.has(name)) await rm(join(root, folder, name), { recursive: true });
    }
  }
  for (const applet of applets) {
    // The base image has one folder each for bin and sbin; BusyBox still lists both of either.
    const path = join(root, applet.startsWith('usr/') ? applet : `usr/${applet}`);
    const taken = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!taken) await symlink('/usr/bin/busybox', path);
  }
  const accounts = await readFile(join(root, 'etc/passwd'), 'utf8');
  await writeRootFiles(root, [{ path: 'etc/passwd', text: accounts.replaceAll('/bin/bash', '/bin/sh') }]);
}
