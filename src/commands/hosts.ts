import { selectSomeHosts } from '../config/inventory/pattern.ts';
import { ExitCode } from '../errors.ts';
import { type InspectOptions, openHosts } from './inspection.ts';
import type { Io } from './io.ts';
import { warn } from './warn.ts';

/** Prints the hosts that a pattern and the limit select, one a line, in the order in which a play takes them. */
export async function hosts(io: Io, pattern: string, options: InspectOptions): Promise<ExitCode> {
  const { inventory } = await openHosts(io, options, { keepVault: true });
  const selected = selectSomeHosts(inventory, pattern, options.limit);
  warn(io, [...selected.warnings, ...selected.limitWarnings]);
  io.stdout.write(selected.hosts.map((host) => `${host}\n`).join(''));
  return ExitCode.done;
}
