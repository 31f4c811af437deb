import { mkdir, writeFile } from 'node:fs/promises';
import { freemem, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { BrokkrError, InterruptedError } from '../errors.ts';
import { ensureBaseImage } from './base-image.ts';
import { exclusively } from './exclusive.ts';
import { inventoryText } from './inventory-text.ts';
import { generateLabKeys } from './keys.ts';
import type { Lab, LabOptions } from './lab.ts';
import { candidateAddresses, labFolder, labId, layOut } from './layout.ts';
import { arePortsFree, startLoopbackHosts } from './loopback.ts';
import { isNetworkFree } from './network.ts';
import { startNspawnHosts, warnOfBridgeFilter } from './nspawn.ts';
import { labProcesses } from './processes.ts';
import { ensureRequirements, type RequirementOptions } from './requirements.ts';
import { readLab, removeLab, writeLab } from './state.ts';

/**
 * Brings up a lab and writes its inventory. A lab that is up already as asked is returned as it is; one of which only
 * remains are left is removed first. When it fails or the signal is aborted, nothing of the lab is left but the cached
 * base image. Throws `InputError` for options that do not fit, `InterruptedError` when aborted, else `BrokkrError`.
 */
export async function labUp(options: LabOptions = {}): Promise<Lab> {
  const folder = labFolder(options, process.cwd());
  const onWait = () => options.onProgress?.('waiting for another `lab up` or `lab down` of this lab');
  try {
    return await exclusively(folder, () => upExclusively(folder, options), { onWait, signal: options.signal });
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    throw new InterruptedError('interrupted: nothing of the lab is left', { cause: error });
  }
}

async function upExclusively(folder: string, options: LabOptions): Promise<Lab> {
  const { onProgress = () => undefined, signal } = options;
  const isRoot = process.getuid?.() === 0;
  const existing = await readLab(folder);
  if (existing?.ready === true && (await labProcesses(existing)).length > 0) {
    const lab = await reuse(existing, options, isRoot);
    onProgress(`the lab in ${folder} is up already`);
    return lab;
  }
  if (existing !== undefined) {
    onProgress(`removing what is left of an earlier lab in ${folder}`);
    await removeLab(existing);
  }
  const lab = layOut(options, await surroundings(folder, isRoot));
  await ensureRequirements(lab.driver, { isRoot, onProgress, signal });
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const image =
    lab.driver === 'nspawn'
      ? await ensureBaseImage({ cacheFolder, withPython: lab.withPython, onProgress, signal })
      : undefined;
  warnOfMemory(lab, onProgress);
  await writeLab(lab);
  try {
    await start(lab, image, { isRoot, onProgress, signal });
  } catch (error) {
    onProgress('removing the lab again');
    await removeLab(lab);
    throw error;
  }
  if (lab.driver === 'nspawn') await warnOfBridgeFilter(onProgress);
  return { ...lab, ready: true };
}

async function start(
  lab: Lab,
  image: string | undefined,
  { isRoot, onProgress, signal }: RequirementOptions,
): Promise<void> {
  await generateLabKeys(lab);
  signal?.throwIfAborted();
  onProgress(`starting ${lab.hosts.map(({ name }) => name).join(', ')}`);
  if (image === undefined) await startLoopbackHosts(lab, isRoot, signal);
  else await startNspawnHosts(lab, image, signal);
  await mkdir(dirname(lab.inventoryPath), { recursive: true });
  await writeFile(lab.inventoryPath, inventoryText(lab));
  signal?.throwIfAborted();
  await writeLab({ ...lab, ready: true });
}

/** Two JVMs with the inventory's heaps are 450 MB a host. */
function warnOfMemory(lab: Lab, onProgress: (text: string) => void): void {
  const needed = lab.hosts.length * 450;
  const available = Math.floor(freemem() / 1024 / 1024);
  if (available < needed)
    onProgress(`warning: ZooKeeper and Kafka on these hosts take ${needed} MB, ${available} MB are free`);
}

/** A lab that is up is used as it is if it is the one that was asked for, and all its hosts are there. */
async function reuse(lab: Lab, options: LabOptions, isRoot: boolean): Promise<Lab> {
  const down = `brokkr lab down --folder ${lab.folder}`;
  const asked = layOut(options, await surroundings(lab.folder, isRoot));
  const shape = (each: Lab) =>
    JSON.stringify([each.driver, each.user, each.withPython, each.inventoryPath, each.hosts.map(({ name }) => name)]);
  if (shape(asked) !== shape(lab)) {
    throw new BrokkrError(`another lab is up in ${lab.folder}: ${lab.hosts.map(({ name }) => name).join(', ')}`, {
      hint: down,
    });
  }
  const alive = new Set((await labProcesses(lab)).map(({ host }) => host));
  const dead = lab.hosts.filter(({ name }) => !alive.has(name)).map(({ name }) => name);
  if (dead.length > 0) {
    throw new BrokkrError(`the lab in ${lab.folder} is up, but without ${dead.join(', ')}`, { hint: down });
  }
  return lab;
}

async function surroundings(folder: string, isRoot: boolean) {
  const id = labId(folder);
  const taken = new Set<number>();
  for (let attempt = 0; attempt < 100; attempt++) {
    const { firstPort } = candidateAddresses(id, attempt);
    const ports = Array.from({ length: 100 }, (_, index) => firstPort + index);
    if (await arePortsFree(ports)) break;
    taken.add(firstPort);
  }
  return {
    workingDirectory: process.cwd(),
    platform: process.platform,
    isRoot,
    userName: userInfo().username,
    isFree: ({ network, firstPort }: { network: string; firstPort: number }) =>
      isNetworkFree(network) && !taken.has(firstPort),
  };
}

function defaultCacheFolder(): string {
  const home = process.env.XDG_CACHE_HOME;
  return join(home === undefined || home === '' ? '/var/cache' : home, 'brokkr');
}
