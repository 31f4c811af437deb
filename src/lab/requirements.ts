import { BrokkrError } from '../errors.ts';
import type { LabDriver } from './lab.ts';
import { findProgram, runLocal } from './local.ts';

/** The programs a driver runs on this machine, and the Debian packages they come in. */
const programs: Readonly<Record<LabDriver, Readonly<Record<string, string>>>> = {
  nspawn: {
    debootstrap: 'debootstrap',
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
  const missing = await missingPackages(driver);
  if (missing.length === 0) return;
  const install = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  const aptGet = await findProgram('apt-get');
  // Installing a server that would listen on port 22 is the machine owner's decision.
  if (!options.isRoot || aptGet === undefined || missing.includes('openssh-server')) {
    const names = await missingPrograms(driver);
    throw new BrokkrError(`the lab needs ${names.join(', ')}, which this machine does not have`, {
      hint: `as root on Debian: apt-get update && ${install}`,
    });
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  options.onProgress(`the lab needs ${missing.join(', ')}: ${install}`);
  await runLocal(aptGet, ['-q', 'update'], { env, signal: options.signal });
  await runLocal(aptGet, ['-q', '-y', 'install', '--no-install-recommends', ...missing], {
    env,
    signal: options.signal,
  });
}

async function missingPrograms(driver: LabDriver): Promise<string[]> {
  const names = Object.keys(programs[driver]);
  const paths = await Promise.all(names.map(findProgram));
  return names.filter((_, index) => paths[index] === undefined);
}

async function missingPackages(driver: LabDriver): Promise<string[]> {
  const names = await missingPrograms(driver);
  return [...new Set(names.flatMap((name) => programs[driver][name] ?? []))];
}
