import { dirname } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import type { Group, InventoryGraph } from './graph.ts';
import { copyOf, place } from './grow.ts';
import type { Placement } from './placement.ts';

/** The names under which a play reaches the control machine although no inventory lists them. */
export const LOCALHOST_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** What the files of `group_vars/` or `host_vars/` say about a group or host, one layer a file. */
export interface VarsFolder {
  readonly groups: ReadonlyMap<string, readonly VariableLayer[]>;
  readonly hosts: ReadonlyMap<string, readonly VariableLayer[]>;
}

/** What an inventory is made of. */
interface InventoryParts {
  readonly graph: InventoryGraph;
  /** One for each source, in their order. */
  readonly varsBesideSources: readonly VarsFolder[];
  readonly varsBesidePlaybook: VarsFolder | undefined;
  readonly warnings: readonly Problem[];
  /** Reads the files of all groups and hosts again, for a graph that has more of them. @throws InputError */
  readonly readVars?: (graph: InventoryGraph) => Pick<InventoryParts, 'varsBesideSources' | 'varsBesidePlaybook'>;
}

/** The hosts, their groups and their variables. */
export class Inventory {
  /** Every host, in the order in which `hosts: all` takes them. */
  readonly hosts: readonly string[];
  /** Every group in the order of its first mention; `all` and `ungrouped` come first. */
  readonly groups: readonly string[];
  /** Every host in the order of its first mention, which is the order in which a glob finds them. */
  readonly hostsAsNamed: readonly string[];
  readonly warnings: readonly Problem[];
  readonly #graph: InventoryGraph;
  readonly #beside: readonly VarsFolder[];
  readonly #besidePlaybook: VarsFolder | undefined;
  readonly #depths: ReadonlyMap<string, number>;
  readonly #members = new Map<string, readonly string[]>();
  readonly #groupsOfHost = new Map<string, readonly Group[]>();

  readonly #parts: InventoryParts;

  constructor(parts: InventoryParts) {
    this.#parts = parts;
    this.#graph = parts.graph;
    this.#beside = parts.varsBesideSources;
    this.#besidePlaybook = parts.varsBesidePlaybook;
    this.warnings = parts.warnings;
    this.#depths = parts.graph.depths();
    this.groups = [...parts.graph.groups.keys()];
    this.hostsAsNamed = [...parts.graph.hosts.keys()];
    this.hosts = this.hostsOf('all');
  }

  /** The inventory as tasks have made it grow; what it was stays as it is. @throws InputError for a wrong file of variables */
  grown(placements: readonly Placement[]): Inventory {
    const graph = copyOf(this.#graph);
    for (const placement of placements) place(graph, placement);
    return new Inventory({ ...this.#parts, ...this.#parts.readVars?.(graph), graph });
  }

  /** Would anything be different with it? */
  isChangedBy(placement: Placement): boolean {
    return place(copyOf(this.#graph), placement);
  }

  hasHost(name: string): boolean {
    return this.#graph.hosts.has(name);
  }

  hasGroup(name: string): boolean {
    return this.#graph.groups.has(name);
  }

  /** The hosts of a group and of all groups below it: its own first, then those of its children. */
  hostsOf(group: string): readonly string[] {
    const known = this.#members.get(group);
    if (known !== undefined) return known;
    if (!this.hasGroup(group)) return [];
    const hosts = new Set(this.#graph.descendants(group).flatMap((member) => [...member.hosts]));
    const members = [...hosts];
    this.#members.set(group, members);
    return members;
  }

  /** The hosts that are listed under the group itself. */
  ownHostsOf(group: string): readonly string[] {
    return [...(this.#graph.groups.get(group)?.hosts ?? [])];
  }

  childrenOf(group: string): readonly string[] {
    return [...(this.#graph.groups.get(group)?.children ?? [])];
  }

  /** `group_names`: the groups of a host, sorted, without `all`. */
  groupNamesOf(host: string): readonly string[] {
    return this.#groupsOf(host)
      .map((group) => group.name)
      .filter((name) => name !== 'all')
      .sort(byCodePoint);
  }

  /** `inventory_file` and `inventory_dir`: the source that named the host first; nothing for an implicit localhost. */
  sourceOf(host: string): { readonly file: string; readonly folder: string } | undefined {
    const source = this.#graph.hosts.get(host)?.source;
    return source === undefined || source === '' ? undefined : { file: source, folder: dirname(source) };
  }

  /** The host behind one of the names of the control machine: a listed one if there is any, else the name itself. */
  localhostFor(name: string): string {
    return this.hostsAsNamed.find((host) => LOCALHOST_NAMES.includes(host)) ?? name;
  }

  /**
   * The variables of a host that inventory sources, `group_vars/` and `host_vars/` give, from the weakest to the
   * strongest. A host that is not listed has those of an implicit localhost.
   */
  layersOf(host: string): VariableLayer[] {
    const groups = this.#groupsOf(host).filter((group) => group.name !== 'all');
    const sorted = groups.toSorted((a, b) => this.#compare(a, b));
    const names = sorted.map((group) => group.name);
    const all = this.#graph.addGroup('all');
    const beside = (name: string) => this.#beside.flatMap((folder) => folder.groups.get(name) ?? []);
    const atPlaybook = (name: string) => this.#besidePlaybook?.groups.get(name) ?? [];
    return [
      ...[all, ...sorted].map((group) => ({ source: `inventory group ${group.name}`, variables: group.variables })),
      ...beside('all'),
      ...atPlaybook('all'),
      // Source by source: a parent's file beside a later source beats a child's file beside an earlier one.
      ...this.#beside.flatMap((folder) => names.flatMap((name) => folder.groups.get(name) ?? [])),
      ...names.flatMap(atPlaybook),
      ...this.hostLayersOf(host, true),
    ].filter((layer) => layer.variables.size > 0);
  }

  /** `ansible_group_priority` of a group, as its sources set it. */
  priorityOf(group: string): number {
    return this.#graph.groups.get(group)?.priority ?? 1;
  }

  /** What sources and files say of a group itself, from the weakest to the strongest. */
  groupLayersOf(name: string, besidePlaybook: boolean): VariableLayer[] {
    const group = this.#graph.groups.get(name);
    if (group === undefined) return [];
    return [
      { source: `inventory group ${name}`, variables: group.variables },
      ...this.#beside.flatMap((folder) => folder.groups.get(name) ?? []),
      ...(besidePlaybook ? (this.#besidePlaybook?.groups.get(name) ?? []) : []),
    ];
  }

  /** What sources and files say of a host itself, without its groups, from the weakest to the strongest. */
  hostLayersOf(host: string, besidePlaybook: boolean): VariableLayer[] {
    return [
      { source: `inventory host ${host}`, variables: this.#ownVariables(host) },
      ...this.#beside.flatMap((folder) => folder.hosts.get(host) ?? []),
      ...(besidePlaybook ? (this.#besidePlaybook?.hosts.get(host) ?? []) : []),
    ];
  }

  #ownVariables(host: string): ReadonlyMap<string, ConfigNode> {
    const listed = this.#graph.hosts.get(host);
    if (listed !== undefined) return listed.variables;
    const at = { file: 'implicit localhost', line: 1, column: 1 };
    return new Map([['ansible_connection', { kind: 'scalar', at, value: 'local', unsafe: false, vaulted: false }]]);
  }

  #groupsOf(host: string): readonly Group[] {
    const known = this.#groupsOfHost.get(host);
    if (known !== undefined) return known;
    const groups = this.#graph.groupsOf(host);
    this.#groupsOfHost.set(host, groups);
    return groups;
  }

  /** Depth first, so that children win over parents, then the priority, then the name. */
  #compare(a: Group, b: Group): number {
    const depth = (this.#depths.get(a.name) ?? 0) - (this.#depths.get(b.name) ?? 0);
    return depth || a.priority - b.priority || byCodePoint(a.name, b.name);
  }
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
