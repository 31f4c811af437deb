import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pollUntil } from '../poll.ts';
import type { LabHost } from './lab.ts';

/**
 * The control group hierarchies in the text of /proc/self/mountinfo (proc(5)) in which systemd keeps track of processes:
 * version 2, and version 1's `name=systemd`.
 */
export function trackingHierarchies(mountInfo: string): string[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [type, , options = ''] = filesystem.split(' ');
    const tracks = type === 'cgroup2' || (type === 'cgroup' && options.split(',').includes('name=systemd'));
    return tracks ? [mount.split(' ')[4] ?? ''] : [];
  });
}

async function groupFolders(host: Pick<LabHost, 'machine'>): Promise<string[]> {
  const hierarchies = trackingHierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
  return hierarchies.map((path) => join(path, `machine-${host.machine}.lab`));
}

/**
 * Makes a host's own control groups and returns the files to write a process id to. Without a systemd on the control
 * machine nobody else makes them, and containers that share one see each other's units as their own: stopping a unit
 * fails with `Failed to kill control group … Input/output error` and leaves processes.
 */
export async function createControlGroups(host: LabHost): Promise<string[]> {
  const folders = await groupFolders(host);
  for (const folder of folders) await mkdir(folder, { recursive: true });
  return folders.map((folder) => join(folder, 'cgroup.procs'));
}

/** Removes a host's control groups after its last process; the kernel may need a moment to see them empty. */
export async function removeControlGroups(host: LabHost): Promise<void> {
  for (const folder of await groupFolders(host)) {
    await pollUntil(
      async () =>
        (await removeGroup(folder)) ? { done: true, value: undefined } : { done: false, reason: `${folder} is in use` },
      { timeoutMs: 3000, intervalMs: 50 },
    );
  }
}

/** Groups are removed like folders, children first; their files are not files and go with them. */
async function removeGroup(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return true;
  for (const entry of entries) {
    if (entry.isDirectory() && !(await removeGroup(join(folder, entry.name)))) return false;
  }
  return await rmdir(folder).then(
    () => true,
    () => false,
  );
}
