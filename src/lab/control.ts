import { BrokkrError } from '../errors.ts';
import { exclusively } from './exclusive.ts';
import type { Lab, LabHost, LabOptions } from './lab.ts';
import { labFolder } from './layout.ts';
import { startLoopbackHost } from './loopback.ts';
import { isLinkUp, setLink } from './network.ts';
import { bootNspawnHost } from './nspawn.ts';
import { killProcesses, labProcesses } from './processes.ts';
import { hostNamed } from './ssh.ts';
import { readLab, removeLab } from './state.ts';

/** The lab in a folder (default `.brokkr/lab`). Throws a `BrokkrError` when there is none. */
export async function openLab(options: Pick<LabOptions, 'folder'> = {}): Promise<Lab> {
  const folder = labFolder(options, process.cwd());
  const lab = await readLab(folder);
  if (lab === undefined) throw new BrokkrError(`there is no lab in ${folder}`, { hint: 'brokkr lab up' });
  return lab;
}

/** Takes a lab down: no process, mount, link, file of it is left, only the cached base image. False when there was none. */
export async function labDown(options: Pick<LabOptions, 'folder'> = {}): Promise<boolean> {
  const folder = labFolder(options, process.cwd());
  return await exclusively(folder, async () => {
    const lab = await readLab(folder);
    if (lab !== undefined) await removeLab(lab);
    return lab !== undefined;
  });
}

/** `up`, `cut` (runs, but its link carries nothing) or `down` (no process of it is left). */
type LabHostState = 'up' | 'cut' | 'down';

export interface LabHostStatus {
  readonly host: LabHost;
  readonly state: LabHostState;
}

/** How each host of a lab is, looked at now. */
export async function labStatus(lab: Lab): Promise<LabHostStatus[]> {
  const alive = new Set((await labProcesses(lab)).map(({ host }) => host));
  return await Promise.all(
    lab.hosts.map(async (host) => {
      if (!alive.has(host.name)) return { host, state: 'down' };
      const isCut = lab.driver === 'nspawn' && !(await isLinkUp(host));
      return { host, state: isCut ? 'cut' : 'up' };
    }),
  );
}

/** Cuts a host's link: it runs on, and its connections hang as when a switch fails. */
export async function labCut(lab: Lab, hostName: string): Promise<void> {
  await setLink(hostWithLink(lab, hostName), 'down');
}

/** Mends what `labCut` cut. */
export async function labMend(lab: Lab, hostName: string): Promise<void> {
  await setLink(hostWithLink(lab, hostName), 'up');
}

/** Ends a host at once, as if its power failed: nothing on it gets to flush or to say goodbye. Its disk stays. */
export async function labKill(lab: Lab, hostName: string): Promise<void> {
  const { name } = hostNamed(lab, hostName);
  await killProcesses(async () => (await labProcesses(lab)).filter(({ host }) => host === name));
}

/** Starts a host that was killed, with the disk it had. */
export async function labStart(lab: Lab, hostName: string): Promise<void> {
  const host = hostNamed(lab, hostName);
  const isAlive = (await labProcesses(lab)).some((process) => process.host === host.name);
  if (isAlive) throw new BrokkrError(`host ${host.name} is up already`);
  await (lab.driver === 'nspawn' ? bootNspawnHost(lab, host) : startLoopbackHost(lab, host));
}

function hostWithLink(lab: Lab, hostName: string): LabHost {
  const host = hostNamed(lab, hostName);
  if (lab.driver === 'nspawn') return host;
  throw new BrokkrError(`${host.name} is a process on 127.0.0.1 and has no link to cut`, {
    hint: 'use a lab with the driver nspawn, or `brokkr lab kill`',
  });
}
