import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import type { Lab, LabDriver, LabHost, LabHostKind, LabOptions } from './lab.ts';

/** What a machine contributes to a layout; injected so that deriving names and addresses stays pure. */
export interface Surroundings {
  readonly workingDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly userName: string;
  /** Whether this network (`10.80.3`) or this range of 100 ports (its first) is free on this machine. */
  readonly isFree: (candidate: { network: string; firstPort: number }) => boolean;
}

/** The lab's folder as an absolute path. */
export function labFolder(options: Pick<LabOptions, 'folder'>, workingDirectory: string): string {
  return resolve(workingDirectory, options.folder ?? '.brokkr/lab');
}

/** Eight hexadecimal digits that stand for a lab's folder in the names of its bridge, links and control groups. */
export function labId(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 8);
}

/** The bridge of a lab; within the 15 bytes that Linux allows for the name of an interface. */
export function labBridge(id: string): string {
  return `brk-${id}`;
}

/**
 * The network (one of 16384 in 10.64.0.0/10) and the first of 100 ports below the ephemeral range (32768) that a lab
 * tries at its nth attempt. The first attempt depends on the folder alone, so a lab keeps its addresses.
 */
export function candidateAddresses(id: string, attempt: number): { network: string; firstPort: number } {
  const digest = createHash('sha256').update(`${id}/${attempt}`).digest();
  const network = `10.${64 + (digest.readUInt8(0) % 64)}.${digest.readUInt8(1)}`;
  return { network, firstPort: 20_000 + 100 * (digest.readUInt16BE(2) % 120) };
}

/** Derives every name, address and path of a lab that is to be from its options. Throws an `InputError` with all that is wrong. */
export function layOut(options: LabOptions, around: Surroundings): Lab {
  const folder = labFolder(options, around.workingDirectory);
  const driver = options.driver ?? (around.platform === 'linux' && around.isRoot ? 'nspawn' : 'loopback');
  const problems = optionProblems(options, driver, folder, around);
  if (problems.length > 0) throw new InputError(problems);
  const id = labId(folder);
  const { network, firstPort } = freeAddresses(id, around);
  const kinds = hostKinds(options, driver);
  return {
    version: 1,
    ready: false,
    driver,
    folder,
    id,
    bridge: labBridge(id),
    network,
    user: driver === 'nspawn' ? (options.user ?? 'root') : around.userName,
    withPython: options.withPython ?? false,
    hosts: kinds.map(([name, kind], index) => layOutHost({ name, kind, index, folder, id, network, firstPort })),
    inventoryPath: resolve(around.workingDirectory, options.inventoryPath ?? 'inventory/lab.yml'),
    identityFile: join(folder, 'id_ed25519'),
    knownHostsFile: join(folder, 'known_hosts'),
  };
}

function freeAddresses(id: string, around: Surroundings): { network: string; firstPort: number } {
  for (let attempt = 0; attempt < 100; attempt++) {
    const candidate = candidateAddresses(id, attempt);
    if (around.isFree(candidate)) return candidate;
  }
  throw new InputError([
    {
      message: 'no free network or port range was found for the lab',
      hint: 'run `brokkr lab down` for labs that are not needed',
    },
  ]);
}

function hostKinds(options: LabOptions, driver: LabDriver): [string, LabHostKind][] {
  const kind = driver === 'nspawn' ? 'debian' : 'process';
  const kinds = Array.from({ length: options.hosts ?? 3 }, (_, i): [string, LabHostKind] => [`s${i + 1}`, kind]);
  if (options.withoutSystemd === true) kinds.push(['bare', 'without-systemd']);
  if (options.busybox === true) kinds.push(['busybox', 'busybox']);
  return kinds;
}

interface HostPlace {
  readonly name: string;
  readonly kind: LabHostKind;
  readonly index: number;
  readonly folder: string;
  readonly id: string;
  readonly network: string;
  readonly firstPort: number;
}

function layOutHost(place: HostPlace): LabHost {
  const { name, kind, index, id } = place;
  const host = { name, kind, folder: join(place.folder, 'hosts', name), machine: `${id}n${index + 1}` };
  if (kind !== 'process') return { ...host, address: `${place.network}.${11 + index}`, port: 22 };
  const port = place.firstPort + 6 * index;
  return {
    ...host,
    address: '127.0.0.1',
    port,
    services: {
      zookeeperClient: port + 1,
      zookeeperPeer: port + 2,
      zookeeperElection: port + 3,
      zookeeperAdmin: port + 4,
      kafka: port + 5,
    },
  };
}

function optionProblems(options: LabOptions, driver: LabDriver, folder: string, around: Surroundings): Problem[] {
  const problems: Problem[] = [];
  const most = driver === 'nspawn' ? 50 : 16;
  const hosts = options.hosts ?? 3;
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > most) {
    problems.push({ message: `a lab has 1 to ${most} hosts with the driver ${driver}, not ${hosts}` });
  }
  if (!/^[\w./@+~-]+$/.test(folder)) {
    problems.push({
      message: `the lab's folder ${folder} has a character that overlay mounts or ssh options would take apart`,
      hint: 'choose a folder of letters, digits and . _ - @ + ~',
    });
  }
  if (driver === 'nspawn' && !(around.platform === 'linux' && around.isRoot)) {
    problems.push({ message: 'the driver nspawn needs Linux and root', hint: 'use sudo, or the driver loopback' });
  }
  if (driver === 'loopback') {
    const names = ['busybox', 'withoutSystemd', 'withPython', 'user'] as const;
    const asked = names.filter((name) => options[name] !== undefined && options[name] !== false);
    for (const name of asked) {
      problems.push({
        message: `the driver loopback has no ${name}: its hosts are this machine`,
        hint: 'use the driver nspawn',
      });
    }
  }
  return problems;
}
