import type { Environment } from '../../jinja/environment.ts';
import type { VariableLayer } from '../node.ts';
import type { RoleUse } from '../role.ts';
import type { HostState } from './host-state.ts';

/** What the variables need of an inventory. */
export interface InventoryView {
  readonly hosts: readonly string[];
  readonly groups: readonly string[];
  hostsOf(group: string): readonly string[];
  groupNamesOf(host: string): readonly string[];
  sourceOf(host: string): { readonly file: string; readonly folder: string } | undefined;
  /** From the weakest to the strongest. */
  layersOf(host: string): readonly VariableLayer[];
}

/** What holds for the whole run. */
export interface RunContext {
  readonly inventory: InventoryView;
  /** Of `-e`, the later ones stronger. */
  readonly extraVars: readonly VariableLayer[];
  readonly playbookDir: string;
  /** The filters, tests and lookups that templates may name; absent: the standard ones. */
  readonly environment?: Environment;
  readonly checkMode: boolean;
  readonly diffMode: boolean;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly limit?: string;
  readonly forks?: number;
  /** How many `-v` were given. */
  readonly verbosity?: number;
  /** What was given with `-i`: whole paths, and lists of hosts as they are. */
  readonly inventorySources?: readonly string[];
  /** The `ansible.cfg` that was read. */
  readonly configFile?: string;
  readonly stateOf: (host: string) => HostState;
  /** Grows whenever the state of any host changes (`RunState.revision`). */
  readonly revision: () => number;
}

/** What holds for one play and batch. */
export interface PlayContext {
  readonly name: string;
  readonly vars: VariableLayer;
  /** The roles whose variables every task of the play sees. */
  readonly roles?: readonly RoleUse[];
  /** Roles that tasks of the play have included so far. */
  readonly usedRoles?: readonly RoleUse[];
  /** What `vars_prompt` asked for. */
  readonly prompts?: VariableLayer | undefined;
  /** Every host of the play, the failed ones included. */
  readonly hosts: readonly string[];
  /** The hosts of the play that have not failed. */
  readonly liveHosts: readonly string[];
  /** The hosts of the current batch that have not failed. */
  readonly batch: readonly string[];
}
