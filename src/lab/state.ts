import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BrokkrError } from '../errors.ts';
import { inventoryMark } from './inventory-text.ts';
import { type Lab, labSchema } from './lab.ts';
import { removeTree } from './mounts.ts';
import { removeNspawnTraces } from './nspawn.ts';
import { killProcesses, labProcesses } from './processes.ts';

/**
 * The lab whose folder this is, or `undefined` when the folder is missing or empty. A folder that holds something else
 * is a `BrokkrError`: it is not ours to fill or to remove.
 */
export async function readLab(folder: string): Promise<Lab | undefined> {
  const text = await readFile(join(folder, 'lab.json'), 'utf8').catch(() => undefined);
  if (text === undefined) {
    const entries = await readdir(folder).catch(() => []);
    if (entries.length === 0) return undefined;
    throw new BrokkrError(`${folder} is not a lab: it has no lab.json, but ${entries.slice(0, 3).join(', ')}`, {
      hint: 'choose another folder with --folder',
    });
  }
  const parsed = labSchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.folder === folder) return parsed.data;
  throw new BrokkrError(`${join(folder, 'lab.json')} was not written for this folder by this version of brokkr`, {
    hint: 'take the lab down with the version, and under the path, that brought it up',
  });
}

/** Writes `lab.json` in one step. It is the first file of a lab and the last to go. */
export async function writeLab(lab: Lab): Promise<void> {
  await mkdir(lab.folder, { recursive: true, mode: 0o755 });
  const path = join(lab.folder, 'lab.json');
  await writeFile(`${path}.new`, `${JSON.stringify(lab, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Removes all of a lab: processes, links, bridge, control groups, mounts, inventory, folder. What is gone already is
 * passed over, so it also finishes what an interrupted `lab up` or `lab down` left.
 */
export async function removeLab(lab: Lab): Promise<void> {
  await killProcesses(() => labProcesses(lab));
  if (lab.driver === 'nspawn') await removeNspawnTraces(lab);
  const inventory = await readFile(lab.inventoryPath, 'utf8').catch(() => '');
  if (inventory.startsWith(`${inventoryMark(lab)}\n`)) await rm(lab.inventoryPath);
  for (const entry of await readdir(lab.folder)) {
    if (entry !== 'lab.json') await removeTree(join(lab.folder, entry));
  }
  await removeTree(lab.folder);
  // `.brokkr` may hold more than labs.
  if (basename(dirname(lab.folder)) === '.brokkr') await rmdir(dirname(lab.folder)).catch(() => undefined);
}
