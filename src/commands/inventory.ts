import { z } from 'zod';
import { type ExportOptions, hostVariables, inventoryGraph, inventoryList } from '../config/inventory/export.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import { ExitCode, InputError, nearestName } from '../errors.ts';
import type { HostsSetting } from '../prepare-hosts.ts';
import { inspectOptions, jsonText, openHosts } from './inspection.ts';
import type { Io } from './io.ts';
import { warn } from './warn.ts';

export const inventoryOptions = inspectOptions.extend({
  list: z.boolean().default(false),
  graph: z.boolean().default(false),
  host: z.string().optional(),
  vars: z.boolean().default(false),
  export: z.boolean().default(false),
});
export type InventoryOptions = z.infer<typeof inventoryOptions>;

/** Prints the inventory as `ansible-inventory` does: as JSON, as a graph of groups, or one host's variables. */
export async function inventory(io: Io, group: string | undefined, options: InventoryOptions): Promise<ExitCode> {
  if ([options.list, options.graph, options.host !== undefined].filter(Boolean).length !== 1) {
    throw new InputError([
      { message: 'give one of --list, --graph and --host', hint: 'for example: brokkr inventory --graph' },
    ]);
  }
  // Only a graph with variables shows what is in a vault; a listing shows the vault.
  const setting = await openHosts(io, options, { keepVault: !(options.graph && options.vars) });
  const write = (text: string): void => void io.stdout.write(`${text}\n`);
  const how: ExportOptions = {
    extraVars: setting.extraVars,
    reveal: options.reveal,
    besidePlaybook: options.playbookDir !== undefined,
  };
  if (options.list) {
    const hosts = limited(io, setting, options.limit);
    write(jsonText(inventoryList(setting.inventory, hosts, { ...how, export: options.export }), { sortKeys: true }));
  } else if (options.host !== undefined) {
    write(jsonText(hostVariables(setting.inventory, oneHost(setting, options.host), how), { sortKeys: true }));
  } else {
    const name = group ?? 'all';
    if (!setting.inventory.hasGroup(name)) throw noGroup(setting, name);
    write(inventoryGraph(setting.inventory, name, { ...how, vars: options.vars }).join('\n'));
  }
  return ExitCode.done;
}

/** The hosts that the limit leaves: here, unlike in a run, there may be none. */
function limited(io: Io, { inventory: all }: HostsSetting, limit: string | undefined): readonly string[] {
  if (limit === undefined) return all.hosts;
  const { hosts, limitWarnings } = selectHosts(all, 'all', { limit, mayBeEmpty: true });
  warn(io, limitWarnings);
  return hosts;
}

/** `--host` takes a pattern that selects exactly one host. */
function oneHost({ inventory: all }: HostsSetting, pattern: string): string {
  const { hosts } = selectHosts(all, pattern);
  const [host] = hosts;
  if (host !== undefined && hosts.length === 1) return host;
  const near = nearestName(pattern, all.hosts);
  throw new InputError([
    {
      message: `--host ${pattern} names ${hosts.length === 0 ? 'no host' : `${hosts.length} hosts`}, not one`,
      hint: near === undefined ? 'brokkr inventory --graph shows the hosts' : `did you mean ${near}?`,
    },
  ]);
}

function noGroup({ inventory: all }: HostsSetting, name: string): InputError {
  const near = nearestName(name, all.groups);
  const hint = near === undefined ? `the groups are: ${all.groups.join(', ')}` : `did you mean ${near}?`;
  return new InputError([{ message: `there is no group ${name}`, hint }]);
}
