import path from 'node:path';
import { ExitCode } from '../errors.ts';
import type { LabOptions } from '../lab/lab.ts';
import { packageFolder } from '../package-folder.ts';
import { type Io, print } from './io.ts';
import { tellHosts, up } from './lab.ts';
import { type ProvisionOptions, provision } from './provision.ts';

/** The main job from nothing: three hosts on this machine, the shipped playbook on them, and the proof. */
export async function demo(io: Io, lab: LabOptions, options: ProvisionOptions): Promise<ExitCode> {
  const started = performance.now();
  // The shipped settings stand beside the inventory, so the lab's goes there as well.
  const inventory = lab.inventoryPath ?? path.join('inventory', 'lab.yml');
  const hosts = await up(io, { ...lab, inventoryPath: inventory });
  tellHosts(io, hosts);
  const code = await provision(io, path.join(packageFolder(), 'playbooks', 'site.yml'), {
    ...options,
    inventory: [inventory],
    yes: true,
  });
  if (code !== ExitCode.done) return code;
  print(io, [
    '',
    `a proven cluster after ${((performance.now() - started) / 1000).toFixed(1)} s; try:`,
    `  brokkr provision -i ${inventory}        nothing to change`,
    `  brokkr lab ssh s1                       a shell on a host`,
    `  brokkr lab down                         remove it all`,
  ]);
  return code;
}
