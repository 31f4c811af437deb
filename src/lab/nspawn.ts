import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokkrError } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import { leaveOnlyBusybox, removeSystemd } from './bare-root.ts';
import { createControlGroups, removeControlGroups } from './control-groups.ts';
import { hostFolders, writeHostRoot } from './host-root.ts';
import type { Lab, LabHost } from './lab.ts';
import { runLocal, startDaemon } from './local.ts';
import { mountOverlay } from './mounts.ts';
import { createBridge, removeLinks } from './network.ts';
import { labMarks } from './processes.ts';
import { waitForSsh } from './ssh.ts';

/** Brings up the bridge and all hosts of an nspawn lab, in parallel; resolves when all let people sign in. */
export async function startNspawnHosts(lab: Lab, baseImage: string, signal: AbortSignal | undefined): Promise<void> {
  await createBridge(lab);
  // All hosts are waited for even when one fails: what removes the lab must not race with what still makes it.
  const failures: unknown[] = [];
  const bootOne = async (host: LabHost): Promise<void> => {
    await makeRoot(lab, host, baseImage);
    signal?.throwIfAborted();
    await bootNspawnHost(lab, host, signal);
  };
  await fewAtOnce(lab.hosts, BOOTS_AT_ONCE, (host) =>
    bootOne(host).catch((error: unknown) => void failures.push(error)),
  );
  if (failures.length > 0) throw failures[0];
}

async function makeRoot(lab: Lab, host: LabHost, lower: string): Promise<void> {
  const folders = hostFolders(host);
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  await mountOverlay({ lower, ...folders });
  await writeHostRoot(lab, host);
  if (host.kind !== 'debian') await removeSystemd(folders.root);
  if (host.kind === 'busybox') await leaveOnlyBusybox(folders.root);
}

/** A boot takes a second of a processor, and each has half a minute. */
const BOOTS_AT_ONCE = 8;

/** Boots a host whose root is mounted, and waits until it lets people sign in. */
export async function bootNspawnHost(lab: Lab, host: LabHost, signal?: AbortSignal): Promise<void> {
  const hasSystemd = await exists('/run/systemd/system');
  const groups = hasSystemd ? [] : await createControlGroups(host);
  // Enters the control groups, then runs systemd-nspawn as long as the host reboots: that ends it with 133 (systemd-nspawn(1), --keep-unit).
  const enter =
    'while [ "$1" != -- ]; do echo 0 >"$1" || exit 1; shift; done; shift; while "$@"; rc=$?; [ "$rc" = 133 ]; do :; done; exit "$rc"';
  const nspawn = ['systemd-nspawn', ...nspawnArguments(lab.bridge, host, hasSystemd)];
  const logFile = join(host.folder, 'console.log');
  const pid = await startDaemon('/bin/sh', ['-c', enter, 'sh', ...groups, '--', ...nspawn], {
    logFile,
    // A small /tmp in memory would make large uploads fail, and a large one would cost memory.
    env: { ...labMarks(lab, host), SYSTEMD_NSPAWN_TMPFS_TMP: '0' },
  });
  await waitForSsh(lab, host, { pid, logFile, signal });
}

function nspawnArguments(bridge: string, host: LabHost, controlHasSystemd: boolean): string[] {
  const args = [
    '--quiet',
    '--settings=no',
    '--register=no',
    `--directory=${hostFolders(host).root}`,
    `--machine=${host.machine}`,
    `--hostname=${host.name}`,
    `--network-bridge=${bridge}`,
    '--console=pipe',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    // When memory runs out, the lab's processes are to go before the user's.
    '--oom-score-adjust=300',
  ];
  // With a systemd on the control machine the host gets a scope of its own from it.
  if (!controlHasSystemd) args.push('--keep-unit');
  return host.kind === 'debian' ? [...args, '--boot'] : [...args, '--as-pid2', '/etc/lab-init'];
}

/** Removes what an nspawn lab leaves outside its folder once its processes are gone. */
export async function removeNspawnTraces(lab: Lab): Promise<void> {
  await removeLinks(lab);
  for (const host of lab.hosts) {
    await removeControlGroups(host);
    for (const folder of ['propagate', 'unix-export']) {
      await rm(`/run/systemd/nspawn/${folder}/${host.machine}`, { recursive: true, force: true });
    }
  }
}

/** Bridged packets pass through the machine's firewall when br_netfilter says so, and Docker's drops them. */
export async function warnOfBridgeFilter(onProgress: (text: string) => void): Promise<void> {
  const filtered = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => '0');
  if (filtered.trim() !== '1') return;
  const rules = await runLocal('iptables', ['-S', 'FORWARD']).catch((error: unknown) => {
    if (error instanceof BrokkrError) return '';
    throw error;
  });
  if (!rules.includes('-P FORWARD DROP')) return;
  onProgress(
    'warning: the firewall drops packets between the hosts; allow them with `iptables -I FORWARD -i brk-+ -o brk-+ -j ACCEPT`',
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
