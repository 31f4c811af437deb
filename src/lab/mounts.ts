import { readFile, rm } from 'node:fs/promises';
import { BrokkrError } from '../errors.ts';
import { runLocal } from './local.ts';

/** The mount points in the text of /proc/self/mountinfo (proc(5)) that are the folder or lie under it, deepest first. */
export function mountPointsUnder(folder: string, mountInfo: string): string[] {
  return mountInfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

async function mountsUnder(folder: string): Promise<string[]> {
  return mountPointsUnder(folder, await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
}

/** Detaches every mount under a folder, and throws if one remains: what is mounted there must not be deleted. */
async function unmountAllUnder(folder: string): Promise<void> {
  for (const path of await mountsUnder(folder)) await runLocal('umount', ['--lazy', path]);
  const left = await mountsUnder(folder);
  if (left.length > 0) throw new BrokkrError(`cannot unmount ${left.join(', ')}`);
}

/** Unmounts whatever is mounted under a folder, then removes the folder with all it holds. */
export async function removeTree(folder: string): Promise<void> {
  await unmountAllUnder(folder);
  await rm(folder, { recursive: true, force: true });
}

/** Mounts a host's root: what the base image holds, with the host's own changes in `upper`. */
export async function mountOverlay(paths: { lower: string; upper: string; work: string; root: string }): Promise<void> {
  const layers = `lowerdir=${paths.lower},upperdir=${paths.upper},workdir=${paths.work}`;
  await runLocal('mount', ['-t', 'overlay', 'brokkr-lab', '-o', layers, paths.root]);
}
