import type { Inventory } from './config/inventory/inventory.ts';
import { loadInventory } from './config/inventory/load.ts';
import type { VariableLayer } from './config/node.ts';
import { parseExtraVars } from './config/variables/extra-vars.ts';
import { RunState } from './config/variables/host-state.ts';
import { RunVariables } from './config/variables/run-variables.ts';
import type { VariableScope } from './config/variables/scope.ts';
import { vaultDecrypter } from './config/vault.ts';
import type { VaultPassword } from './config/vault-password.ts';
import { collectProblems, InputError, nearestName, type Problem } from './errors.ts';
import type { Environment } from './jinja/environment.ts';
import type { Value } from './jinja/value.ts';
import { type EnvironmentOptions, makeEnvironments } from './lookups.ts';
import type { Redactor } from './shell/redact.ts';

/** What is read for verbs that look at hosts and variables, without a playbook. */
export interface HostsInputs {
  readonly inventory: readonly string[];
  readonly extraVars: readonly string[];
  readonly limit: string | undefined;
  readonly forks: number;
  /** Stands for the folder of a playbook: its `group_vars/` and `host_vars/` win over those of the inventory. */
  readonly playbookDir: string;
  readonly vaultPasswords: readonly VaultPassword[];
  /** Leave `!vault` values closed, so that a listing needs no password for them. */
  readonly keepVault?: boolean;
  readonly redactor: Redactor;
  /** What lookups may do beside reading files. */
  readonly lookups?: Omit<EnvironmentOptions, 'decryptVault'>;
  /** What is known of a host when its facts were gathered before. */
  readonly facts?: (host: string, name: string) => Value | undefined;
  readonly factNames?: (host: string) => Iterable<string>;
}

export interface HostsSetting {
  readonly inventory: Inventory;
  readonly extraVars: readonly VariableLayer[];
  readonly environment: Environment;
  readonly variables: RunVariables;
  readonly warnings: readonly Problem[];
  /** The variables of a host as a task without a playbook sees them. @throws InputError for a host that is not there */
  scopeOf(host: string): VariableScope;
}

/**
 * Reads inventory and extra variables; no host is touched.
 * @throws InputError with every problem of both
 */
export async function prepareHosts(inputs: HostsInputs): Promise<HostsSetting> {
  const { playbookDir, keepVault, redactor } = inputs;
  const problems: Problem[] = [];
  const decryptVault = vaultDecrypter(inputs.vaultPasswords, (secret) => redactor.add(secret));
  const inventory = await collectProblems(problems, () =>
    loadInventory(inputs.inventory, { playbookDir, decryptVault, keepVault }),
  );
  const extraVars = await collectProblems(problems, () =>
    parseExtraVars(inputs.extraVars, { decryptVault, keepVault }),
  );
  if (inventory === undefined || extraVars === undefined) throw new InputError(problems);
  const { environment } = makeEnvironments(playbookDir, { decryptVault, ...inputs.lookups });
  const state = new RunState(inputs.facts ?? (() => undefined), inputs.factNames ?? (() => []));
  const variables = new RunVariables({
    inventory,
    extraVars,
    playbookDir,
    environment,
    checkMode: false,
    diffMode: false,
    ...(inputs.limit === undefined ? {} : { limit: inputs.limit }),
    forks: inputs.forks,
    stateOf: state.stateOf,
    revision: () => state.revision,
  });
  return {
    inventory,
    extraVars,
    environment,
    variables,
    warnings: inventory.warnings,
    scopeOf(name) {
      const host = hostNamed(inventory, name);
      const play = { name: 'Ansible Ad-Hoc', vars: { source: 'play vars', variables: new Map() } };
      return variables.playScope(host, { ...play, hosts: [host], liveHosts: [host], batch: [host] });
    },
  };
}

/** A host of the inventory, or the control machine under one of its names. @throws InputError */
function hostNamed(inventory: Inventory, name: string): string {
  if (inventory.hasHost(name)) return name;
  if (/^(localhost|127\.0\.0\.1|::1)$/.test(name)) return inventory.localhostFor(name);
  const near = nearestName(name, inventory.hosts);
  const hint = near === undefined ? 'brokkr inventory --graph shows the hosts' : `did you mean ${near}?`;
  throw new InputError([{ message: `there is no host ${name} in the inventory`, hint }]);
}
