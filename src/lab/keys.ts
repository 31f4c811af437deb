import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, LabHost } from './lab.ts';
import { runLocal } from './local.ts';

/** The types of host keys a lab's host has. RSA is left out: making one takes longer than booting the host. */
export const hostKeyTypes = ['ed25519', 'ecdsa'] as const;

/** Makes a key pair without passphrase: `path` and `path.pub`. */
async function generateKey(path: string, type: string, comment: string): Promise<void> {
  await runLocal('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', path]);
}

/** Makes a host's keys in `HOST/keys` and returns its lines for known_hosts. */
async function generateHostKeys(host: LabHost): Promise<string[]> {
  const folder = join(host.folder, 'keys');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  return await Promise.all(
    hostKeyTypes.map(async (type) => {
      const path = join(folder, `ssh_host_${type}_key`);
      await generateKey(path, type, host.name);
      return knownHostsLine(host, await readFile(`${path}.pub`, 'utf8'));
    }),
  );
}

/** `address key`, or `[address]:port key` for ports other than 22, as sshd(8) describes known_hosts. */
export function knownHostsLine(host: Pick<LabHost, 'address' | 'port'>, publicKey: string): string {
  const [type = '', key = ''] = publicKey.trim().split(' ');
  const name = host.port === 22 ? host.address : `[${host.address}]:${host.port}`;
  return `${name} ${type} ${key}`;
}

/** Makes the key that signs in to the lab, the hosts' own keys, and the known_hosts file that names them. */
export async function generateLabKeys(lab: Lab): Promise<void> {
  await generateKey(lab.identityFile, 'ed25519', `brokkr lab ${lab.id}`);
  const lines = await Promise.all(lab.hosts.map(generateHostKeys));
  await writeFile(lab.knownHostsFile, `${lines.flat().join('\n')}\n`);
}
