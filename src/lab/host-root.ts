import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RootFile, writeRootFiles } from './base-root.ts';
import { hostKeyTypes } from './keys.ts';
import type { Lab, LabHost } from './lab.ts';

/** The folders of an nspawn host: its root, and the layer that takes its changes. */
export function hostFolders(host: LabHost): { root: string; upper: string; work: string } {
  const under = (name: string) => join(host.folder, name);
  return { root: under('root'), upper: under('upper'), work: under('work') };
}

/** The files that make the base image this host; `keys` are the texts of its host keys by path. */
export function hostFiles(lab: Lab, host: LabHost, authorizedKey: string): RootFile[] {
  return [
    { path: 'etc/hostname', text: `${host.name}\n` },
    // An empty file makes systemd choose an id at the first boot.
    { path: 'etc/machine-id', text: '' },
    { path: 'etc/hosts', text: hostsText(lab) },
    { path: 'etc/ssh/lab_authorized_keys', text: authorizedKey },
    { path: 'etc/systemd/network/10-host0.network', text: networkText(host) },
    { path: 'etc/lab-init', text: initText(host), mode: 0o755 },
  ];
}

/** All names of the lab, and never a name on 127.0.1.1: servers that bind to their own name would bind to loopback. */
function hostsText(lab: Lab): string {
  const lines = lab.hosts.map(({ address, name }) => `${address} ${name}`);
  return ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n');
}

/** A cut link keeps its address, as it does when a switch fails and not the host's own plug. No route leads outside. */
function networkText(host: LabHost): string {
  return [
    '[Match]',
    'Name=host0',
    '',
    '[Network]',
    `Address=${host.address}/24`,
    'LinkLocalAddressing=no',
    'IPv6AcceptRA=no',
    'IgnoreCarrierLoss=yes',
    '',
  ].join('\n');
}

/** The first program of a host without systemd. */
function initText(host: LabHost): string {
  return [
    '#!/bin/sh',
    'ip link set lo up',
    'ip link set host0 up',
    `ip addr add ${host.address}/24 dev host0`,
    'mkdir -p /run/sshd',
    'exec /usr/sbin/sshd -D -e',
    '',
  ].join('\n');
}

/** Writes a host's files and keys into its mounted root. */
export async function writeHostRoot(lab: Lab, host: LabHost): Promise<void> {
  const keys = hostKeyTypes.flatMap((type) => [`ssh_host_${type}_key`, `ssh_host_${type}_key.pub`]);
  const keyFiles = await Promise.all(
    keys.map(async (name) => ({
      path: `etc/ssh/${name}`,
      text: await readFile(join(host.folder, 'keys', name), 'utf8'),
      mode: name.endsWith('.pub') ? 0o644 : 0o600,
    })),
  );
  const authorizedKey = await readFile(`${lab.identityFile}.pub`, 'utf8');
  await writeRootFiles(hostFolders(host).root, [...hostFiles(lab, host, authorizedKey), ...keyFiles]);
}
