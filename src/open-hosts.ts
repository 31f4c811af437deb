import { HostRun } from './apply/host-run.ts';
import type { AddedHosts, PlaybookSetting } from './apply/playbook-run.ts';
import { type ConnectionSettings, readConnection } from './config/connection.ts';
import type { Inventory } from './config/inventory/inventory.ts';
import type { RunState } from './config/variables/host-state.ts';
import { vaultedTexts } from './config/variables/vaulted.ts';
import { InputError, type Problem } from './errors.ts';
import { BlockTracker } from './plan/block-tracker.ts';
import { Known } from './plan/known.ts';
import type { RunInputs } from './prepare.ts';
import { connectionDefaults, Reacher } from './reach-hosts.ts';
import { Host, type HostOptions } from './transport/host.ts';

/** Makes hosts of names, as the variables and the command line say that they are reached; none is connected to. */
export function hostOpener(
  inputs: RunInputs,
  { inventory, variables }: { readonly inventory: () => Inventory; readonly variables: PlaybookSetting['variables'] },
): (names: readonly string[], problems: Problem[]) => Promise<readonly HostRun[]> {
  const { options, emit, redactor, signal, passwords } = inputs;
  const openHost = inputs.openHost ?? ((target, connect) => new Host(target, connect));
  const listeners: HostOptions = {
    signal,
    onNewKey: (host, fingerprint) =>
      emit({ event: 'warning', message: `${host}: the new host key ${fingerprint} was added to known_hosts` }),
    onConnecting: (host) => emit({ event: 'host-connecting', host }),
    onConnected: (host, seconds) => emit({ event: 'host-connected', host, seconds }),
  };
  const defaults = connectionDefaults(options, passwords.connection);
  const reacher = new Reacher(passwords.askPassphrase);
  return async (names, problems) => {
    const connections = new Map<string, ConnectionSettings>();
    for (const name of names) {
      for (const secret of vaultedTexts(inventory().layersOf(name))) redactor.add(secret);
      try {
        const settings = readConnection(variables.hostScope(name), defaults, problems);
        if (settings.password !== undefined) redactor.add(settings.password.reveal());
        connections.set(name, settings);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(...error.problems);
      }
    }
    const { targets, shared } = await reacher.reach(connections, problems);
    return [...targets].map(
      ([, target]) => new HostRun(openHost(target, { ...listeners, ...shared }), new Known(), new BlockTracker()),
    );
  };
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

/** Opens the hosts that tasks add. */
export function addedHosts(known: Map<string, HostRun>, openHosts: ReturnType<typeof hostOpener>): AddedHosts {
  const wanted = new Set<string>();
  return {
    want: (host) => void wanted.add(host),
    async open() {
      const names = [...wanted].filter((name) => !known.has(name));
      wanted.clear();
      if (names.length === 0) return false;
      const problems: Problem[] = [];
      const runs = await openHosts(names, problems);
      if (problems.length > 0) throw new InputError(problems);
      for (const run of runs) known.set(run.name, run);
      return true;
    },
  };
}
