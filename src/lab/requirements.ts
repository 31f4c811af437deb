import { BrokkrError } from '../errors.ts';
import type { LabDriver } from './lab.ts';
import { findProgram, runLocal } from './local.ts';

/** The programs a driver runs on this machine and the files these need, and the Debian packages they come in. */
const programs: Readonly<Record<LabDriver, Readonly<Record<string, string>>>> = {
  nspawn: {
    debootstrap: 'debootstrap',
    gpgv: 'gpgv',
    '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
    'systemd-nspawn': 'systemd-container',
    ip: 'iproute2',
    mount: 'mount',
    ssh: 'openssh-client',
    'ssh-keygen': 'openssh-client',
  },
  loopback: { sshd: 'openssh-server', ssh: 'openssh-client', 'ssh-keygen': 'openssh-client' },
};

export interface RequirementOptions {
  readonly isRoot: boolean;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sees to it that this machine has what the driver runs. Root on Debian or Ubuntu gets what is missing from apt, named
 * before it is installed; everybody else gets a `BrokkrError` with the packages and the command that installs them.
 */
export async function ensureRequirements(driver: LabDriver, options: RequirementOptions): Promise<void> {
  const missing = await missingPrograms(driver);
  if (missing.length === 0) return;
  const packages = packagesOf(driver, missing);
  const aptGet = await findProgram('apt-get');
  // Installing a server that would listen on port 22 is the machine owner's decision.
  if (!options.isRoot || aptGet === undefined || packages.includes('openssh-server')) {
    throw lacking(missing, packages);
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--no-install-recommends', ...packages];
  options.onProgress(`the lab needs ${missing.join(', ')}: apt-get ${install.join(' ')}`);
  await runLocal(aptGet, ['-q', 'update'], { env, signal: options.signal });
  await runLocal(aptGet, ['-q', '-y', ...install], { env, signal: options.signal });
  const still = await missingPrograms(driver);
  if (still.length > 0) throw lacking(still, packagesOf(driver, still));
}

function lacking(missing: readonly string[], packages: readonly string[]): BrokkrError {
  return new BrokkrError(`the lab needs ${missing.join(', ')}, which this machine does not have`, {
    hint: `as root on Debian: apt-get update && apt-get install ${packages.join(' ')}`,
  });
}

async function missingPrograms(driver: LabDriver): Promise<string[]> {
  const names = Object.keys(programs[driver]);
  const paths = await Promise.all(names.map(findProgram));
  return names.filter((_, index) => paths[index] === undefined);
}

function packagesOf(driver: LabDriver, names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => programs[driver][name] ?? []))];
}
