import { existsSync } from 'node:fs';
import path from 'node:path';
import { ExitCode } from '../errors.ts';
import type { LabOptions } from '../lab/lab.ts';
import { packageFolder } from '../package-folder.ts';
import { quote } from '../shell/quote.ts';
import { init } from './init.ts';
import { type Io, print } from './io.ts';
import { tellHosts, up } from './lab.ts';
import { ownName } from './own-name.ts';
import { type ProvisionOptions, provision } from './provision.ts';

/** The main job from nothing: three hosts on this machine, the shipped playbook on them, and the proof. */
export async function demo(io: Io, lab: LabOptions, options: ProvisionOptions): Promise<ExitCode> {
  const started = performance.now();
  const inventory = lab.inventoryPath ?? path.join(settingsFolder(io), 'lab.yml');
  const hosts = await up(io, { ...lab, inventoryPath: inventory });
  tellHosts(io, hosts);
  const code = await provision(io, path.join(packageFolder(), 'playbooks', 'site.yml'), {
    ...options,
    inventory: [inventory],
    yes: true,
  });
  if (code !== ExitCode.done) return code;
  const brokkr = ownName(io);
  const folder = lab.folder === undefined ? '' : ` --folder ${quote(lab.folder)}`;
  print(io, [
    '',
    `a proven cluster after ${((performance.now() - started) / 1000).toFixed(1)} s; try:`,
    ...inColumns([
      [`${brokkr} provision -i ${quote(inventory)}`, 'nothing to change'],
      [`${brokkr} lab ssh${folder} s1`, 'a shell on a host'],
      [`${brokkr} lab down${folder}`, 'remove it all'],
    ]),
  ]);
  return code;
}

/** Commands, and behind them what they do. */
export function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([command]) => command.length));
  return rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
}

/** Where the lab's inventory finds the settings beside it: here, or in a project that is made for the demo. */
function settingsFolder(io: Io): string {
  const own = 'inventory';
  if (existsSync(path.join(own, 'group_vars'))) return own;
  const made = path.join('.brokkr', 'demo');
  if (!existsSync(made)) init(io, made);
  return path.join(made, 'inventory');
}
