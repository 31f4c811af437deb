import { z } from 'zod';

/** How the lab's hosts are made: real Debian hosts (Linux, root), or sshd processes on 127.0.0.1 (anywhere). */
const labDriverSchema = z.enum(['nspawn', 'loopback']);
export type LabDriver = z.infer<typeof labDriverSchema>;

/**
 * `debian` has systemd, `without-systemd` runs sshd alone, `busybox` is without systemd and its shell and tools are
 * BusyBox applets, `process` is an sshd process with a folder of its own on the control machine.
 */
const labHostKindSchema = z.enum(['debian', 'without-systemd', 'busybox', 'process']);
export type LabHostKind = z.infer<typeof labHostKindSchema>;

/** Ports of one host's servers, for hosts that share the address 127.0.0.1. */
const labServicePortsSchema = z.strictObject({
  zookeeperClient: z.int(),
  zookeeperPeer: z.int(),
  zookeeperElection: z.int(),
  zookeeperAdmin: z.int(),
  kafka: z.int(),
});

const labHostSchema = z.strictObject({
  name: z.string(),
  kind: labHostKindSchema,
  address: z.string(),
  /** The port of sshd. */
  port: z.int(),
  /** The host's own folder inside the lab's. */
  folder: z.string(),
  /** The name of the container, unique on this machine; its link is `vb-MACHINE`. Unused by the loopback driver. */
  machine: z.string(),
  services: labServicePortsSchema.optional(),
});
export type LabHost = z.infer<typeof labHostSchema>;

/** What `lab.json` in the lab's folder holds, and what every verb of the lab works on. */
export const labSchema = z.strictObject({
  version: z.literal(1),
  /** False from the first file until all hosts answer: a lab that stays so is what an interrupted start left. */
  ready: z.boolean(),
  driver: labDriverSchema,
  folder: z.string(),
  /** Eight hexadecimal digits derived from the folder: part of every name on this machine. */
  id: z.string(),
  bridge: z.string(),
  /** The first three bytes of the hosts' network, as in `10.80.3`. */
  network: z.string(),
  /** Who signs in: the inventory's `ansible_user`. */
  user: z.string(),
  withPython: z.boolean(),
  hosts: z.array(labHostSchema),
  inventoryPath: z.string(),
  identityFile: z.string(),
  knownHostsFile: z.string(),
});
export type Lab = z.infer<typeof labSchema>;

/** The accounts of an nspawn host, all of which accept the lab's key. */
export const labAccounts = {
  root: { uid: 0 },
  /** May use sudo after typing the password. */
  ops: { uid: 1001, password: 'brokkr-lab-ops' },
  /** May use sudo without a password. */
  deploy: { uid: 1002 },
} as const;
type LabAccount = keyof typeof labAccounts;

export interface LabOptions {
  /** The lab's folder; default `.brokkr/lab` in the working directory. Names and addresses are derived from it. */
  readonly folder?: string | undefined;
  /** Default: `nspawn` for root on Linux, else `loopback`. */
  readonly driver?: LabDriver | undefined;
  /** How many ordinary hosts (s1, s2, …); default 3, at most 50. */
  readonly hosts?: number | undefined;
  /** Adds a host `busybox` whose shell and tools are BusyBox only (nspawn). */
  readonly busybox?: boolean | undefined;
  /** Adds a host `bare` without systemd (nspawn). */
  readonly withoutSystemd?: boolean | undefined;
  /** The hosts carry python3, so that Ansible can manage them (nspawn). */
  readonly withPython?: boolean | undefined;
  /** Who signs in (nspawn); default root. The loopback driver signs in as whoever runs it. */
  readonly user?: LabAccount | undefined;
  /** Where the inventory is written; default `inventory/lab.yml` in the working directory. */
  readonly inventoryPath?: string | undefined;
  /** Where the base image is kept; default `$XDG_CACHE_HOME/brokkr`, else `/var/cache/brokkr`. */
  readonly cacheFolder?: string | undefined;
  readonly onProgress?: (text: string) => void;
  /** Aborting it while the lab comes up removes what was made of it. */
  readonly signal?: AbortSignal;
}
