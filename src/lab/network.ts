import { networkInterfaces } from 'node:os';
import type { Lab, LabHost } from './lab.ts';
import { runLocal, tryLocal } from './local.ts';

/** The bridge's end of a host's link, as systemd-nspawn names it. */
export function linkName(host: Pick<LabHost, 'machine'>): string {
  return `vb-${host.machine}`;
}

/** The control machine's own address on the lab's bridge. */
function controlAddress(lab: Pick<Lab, 'network'>): string {
  return `${lab.network}.1`;
}

/** Whether no interface of this machine has an address in the network (`10.80.3`). */
export function isNetworkFree(network: string): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return !addresses.some(({ address }) => address.startsWith(`${network}.`));
}

/** Whether an interface of that name exists. */
async function linkExists(name: string): Promise<boolean> {
  return (await tryLocal('ip', ['link', 'show', 'dev', name])).status === 0;
}

/** Makes the lab's bridge and gives the control machine its address on it. */
export async function createBridge(lab: Lab): Promise<void> {
  await runLocal('ip', ['link', 'add', 'name', lab.bridge, 'type', 'bridge']);
  await runLocal('ip', ['address', 'add', `${controlAddress(lab)}/24`, 'dev', lab.bridge]);
  await runLocal('ip', ['link', 'set', 'dev', lab.bridge, 'up']);
}

/** Removes links and bridge of a lab that are still there. */
export async function removeLinks(lab: Lab): Promise<void> {
  for (const name of [...lab.hosts.map(linkName), lab.bridge]) {
    if (await linkExists(name)) await runLocal('ip', ['link', 'delete', 'dev', name]);
  }
}

/** Cuts or mends a host's link. Connections stay open on both ends and carry nothing while it is cut. */
export async function setLink(host: LabHost, state: 'up' | 'down'): Promise<void> {
  await runLocal('ip', ['link', 'set', 'dev', linkName(host), state]);
}

/** Whether a host's link carries anything; false also when it is gone. */
export async function isLinkUp(host: LabHost): Promise<boolean> {
  const { status, stdout } = await tryLocal('ip', ['-o', 'link', 'show', 'dev', linkName(host)]);
  return status === 0 && /<[^>]*\bUP\b[^>]*>/.test(stdout);
}
