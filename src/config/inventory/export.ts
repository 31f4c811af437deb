import type { Dict, Value } from '../../jinja/value.ts';
import { toText } from '../../jinja/values/text.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import type { Inventory } from './inventory.ts';

/** How values are written: for `--list`, for `--host`, or as text in `--graph`. */
type Form = 'list' | 'host' | 'graph';

export interface ExportOptions {
  /** Of `-e`: stronger than everything of the inventory. */
  readonly extraVars?: readonly VariableLayer[];
  /** False: where `--export` and `--graph` show what is defined, leave out the folder of the playbook, as one that nobody named. */
  readonly besidePlaybook?: boolean;
  /** Show clear text that came out of vaults. */
  readonly reveal?: boolean;
}

/** What stands for clear text out of a vault where it is not to be shown. */
const HIDDEN = '<redacted>';

/** Variables that the engine itself sets; an inventory that defines them is not listened to. Facts about ansible-core 2.19. */
const INTERNAL = new Set(
  `ansible_async_path ansible_collection_name ansible_config_file ansible_dependent_role_names ansible_diff_mode
  ansible_facts ansible_forks ansible_inventory_sources ansible_limit ansible_play_batch ansible_play_hosts
  ansible_play_hosts_all ansible_play_role_names ansible_playbook_python ansible_role_name ansible_role_names
  ansible_run_tags ansible_skip_tags ansible_verbosity ansible_version group_names groups hostvars inventory_dir
  inventory_file inventory_hostname inventory_hostname_short play_hosts playbook_dir role_name role_names role_path
  role_uuid`.split(/\s+/),
);

/**
 * What `ansible-inventory --list` prints: the groups with their hosts and children, and the variables of the hosts.
 * @param hosts those that `--limit` leaves
 */
export function inventoryList(
  inventory: Inventory,
  hosts: readonly string[],
  options: ExportOptions & { readonly export?: boolean } = {},
): Dict {
  const apart = options.export === true;
  const hostvars = new Map<Value, Value>();
  for (const host of hosts) {
    const layers = apart
      ? inventory.hostLayersOf(host, options.besidePlaybook ?? true)
      : [...inventory.layersOf(host), ...(options.extraVars ?? [])];
    const variables = exported(layers, 'list', options);
    if (variables.size > 0) hostvars.set(host, variables);
  }
  const meta = new Map<Value, Value>([
    ['hostvars', hostvars],
    ['profile', 'inventory_legacy'],
  ]);
  const list = new Map<Value, Value>([['_meta', meta]]);
  const allowed = new Set(hosts);
  for (const name of inventory.groups) {
    const group = new Map<Value, Value>();
    const own = name === 'all' ? [] : inventory.ownHostsOf(name).filter((host) => allowed.has(host));
    const children = inventory.childrenOf(name);
    const variables = apart ? groupVariables(inventory, name, 'list', options) : new Map();
    if (own.length > 0) group.set('hosts', own);
    if (children.length > 0) group.set('children', children);
    if (variables.size > 0) group.set('vars', variables);
    if (group.size > 0) list.set(name, group);
  }
  return list;
}

/** What `ansible-inventory --host` prints: all variables of one host. */
export function hostVariables(inventory: Inventory, host: string, options: ExportOptions = {}): Dict {
  return exported([...inventory.layersOf(host), ...(options.extraVars ?? [])], 'host', options);
}

/** What `ansible-inventory --graph` prints for a group: a line a group, host and, with `vars`, variable. */
export function inventoryGraph(
  inventory: Inventory,
  group: string,
  options: ExportOptions & { readonly vars: boolean },
): string[] {
  const indented = (depth: number, text: string): string => `${depth === 0 ? '' : `${'  |'.repeat(depth)}--`}${text}`;
  const variables = (found: () => Dict, depth: number): string[] =>
    options.vars
      ? [...found()]
          .map(([name, value]) => [toText(name), toText(value)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => indented(depth, `{${name} = ${value}}`))
      : [];
  const lines = (name: string, depth: number): string[] => [
    indented(depth, `@${name}:`),
    ...inventory.childrenOf(name).flatMap((child) => lines(child, depth + 1)),
    ...(name === 'all' ? [] : inventory.ownHostsOf(name)).flatMap((host) => [
      indented(depth + 1, host),
      ...variables(
        () => exported([...inventory.layersOf(host), ...(options.extraVars ?? [])], 'graph', options),
        depth + 2,
      ),
    ]),
    ...variables(() => groupVariables(inventory, name, 'graph', options), depth + 1),
  ];
  return lines(group, 0);
}

/** The variables of a group itself, and its priority where it is not that of every group. */
function groupVariables(inventory: Inventory, group: string, form: Form, options: ExportOptions): Dict {
  const variables = exported(inventory.groupLayersOf(group, options.besidePlaybook ?? true), form, options);
  const priority = inventory.priorityOf(group);
  if (priority !== 1) variables.set('ansible_group_priority', priority);
  return variables;
}

/** Each variable as the strongest layer has it. */
function merged(layers: readonly VariableLayer[]): ReadonlyMap<string, ConfigNode> {
  return new Map(layers.flatMap(({ variables }) => [...variables]));
}

function exported(layers: readonly VariableLayer[], form: Form, options: ExportOptions): Map<Value, Value> {
  const variables = [...merged(layers)].filter(([name]) => !INTERNAL.has(name));
  return new Map(variables.map(([name, value]) => [name, exportedValue(value, form, options.reveal === true)]));
}

function exportedValue(node: ConfigNode, form: Form, reveal: boolean): Value {
  if (node.kind === 'sequence') return node.items.map((item) => exportedValue(item, form, reveal));
  if (node.kind === 'mapping') {
    return new Map(
      node.entries.map((entry): [Value, Value] => [
        entry.keyValue === undefined ? entry.key : entry.keyValue,
        exportedValue(entry.value, form, reveal),
      ]),
    );
  }
  if (node.vaultText !== undefined && form !== 'graph')
    return new Map([['__ansible_vault', vaultLines(node.vaultText)]]);
  if (node.vaulted) return reveal || typeof node.value !== 'string' ? node.value : HIDDEN;
  if (node.unsafe && form === 'list' && typeof node.value === 'string')
    return new Map([['__ansible_unsafe', node.value]]);
  return node.value;
}

function vaultLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}
