import { HostRun } from './apply/host-run.ts';
import type { AddedHosts, PlaybookSetting } from './apply/playbook-run.ts';
import type { ConnectionSettings } from './config/connection.ts';
import type { Inventory } from './config/inventory/inventory.ts';
import type { RunState } from './config/variables/host-state.ts';
import { InputError, type Problem } from './errors.ts';
import { BlockTracker } from './plan/block-tracker.ts';
import { Known } from './plan/known.ts';
import type { RunInputs } from './prepare.ts';
import { Reacher } from './reach-hosts.ts';
import { Host } from './transport/host.ts';
import type { HostOptions } from './transport/host-options.ts';
import { machineOf } from './transport/machine.ts';

/** Makes hosts of names, as the variables and the command line say that they are reached; none is connected to. */
export function hostOpener(
  inputs: RunInputs,
  variables: PlaybookSetting['variables'],
  inventory: Inventory,
): HostOpener {
  const { options, emit, redactor, signal, passwords } = inputs;
  const openHost = inputs.openHost ?? ((target, connect) => new Host(target, connect));
  const listeners: HostOptions = {
    signal,
    onNewKey: (host, fingerprint) =>
      emit({ event: 'warning', message: `${host}: the new host key ${fingerprint} was added to known_hosts` }),
    onNotice: (host, text) => emit({ event: 'warning', message: `${host}: ${text}` }),
    onConnecting: (host) => emit({ event: 'host-connecting', host }),
    onConnected: (host, seconds) => emit({ event: 'host-connected', host, seconds }),
  };
  const reacher = new Reacher({
    scopeOf: (name) => variables.hostScope(name),
    inventory,
    options,
    passwords,
    redactor,
  });
  const machines = new Map<string, HostRun>();
  return {
    read: (name, problems) => reacher.read(name, problems),
    async open(connections, problems, isLate) {
      const { targets, late, shared } = await reacher.reach(connections, problems, isLate);
      return [...targets].map(([name, target]) => {
        const complete = late.get(name);
        const options = { ...listeners, ...shared, ...(complete === undefined ? {} : { complete }) };
        // How a late one is reached is not known yet.
        const machine = complete === undefined ? machineOf(target) : undefined;
        const other = machine === undefined ? undefined : machines.get(machine);
        const run = new HostRun(openHost(target, options), other?.known ?? new Known(), new BlockTracker(), other);
        if (machine !== undefined) machines.set(machine, run);
        return run;
      });
    },
  };
}

/** Reads how hosts are reached, and makes them. */
interface HostOpener {
  /** As the variables of the host are at this moment; `undefined` when a problem was noted instead. */
  read(name: string, problems: Problem[]): ConnectionSettings | undefined;
  open(
    connections: ReadonlyMap<string, ConnectionSettings>,
    problems: Problem[],
    isLate?: (host: string, saysUser: boolean) => boolean,
  ): Promise<readonly HostRun[]>;
}

/** The inventory with what tasks have put into it so far; the same one until there is more. */
export function growing(inventory: Inventory, state: RunState): () => Inventory {
  let known = { placements: state.placements, inventory };
  return () => {
    const { placements } = state;
    if (known.placements !== placements)
      known = { placements, inventory: placements.length === 0 ? inventory : inventory.grown(placements) };
    return known.inventory;
  };
}

/** Opens the hosts that tasks add: how one is reached is read at once, since a plan takes what it has added back. */
export function addedHosts(known: Map<string, HostRun>, opener: HostOpener): AddedHosts {
  const wanted = new Map<string, ConnectionSettings>();
  const problems: Problem[] = [];
  return {
    want(host) {
      if (known.has(host) || wanted.has(host)) return;
      const settings = opener.read(host, problems);
      if (settings !== undefined) wanted.set(host, settings);
    },
    async open() {
      const connections = new Map(wanted);
      wanted.clear();
      const runs = connections.size === 0 ? [] : await opener.open(connections, problems);
      if (problems.length > 0) throw new InputError(problems.splice(0));
      for (const run of runs) known.set(run.name, run);
      return runs.length > 0;
    },
  };
}
