import type { Position } from '../../errors.ts';
import type { ConfigNode } from '../node.ts';

/** A group as the sources declare it. */
export interface Group {
  readonly name: string;
  /** Hosts listed under this group itself, in order. */
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly parents: Set<string>;
  readonly variables: Map<string, ConfigNode>;
  /** `ansible_group_priority`: among groups of equal depth the higher one wins. */
  priority: number;
}

export interface Host {
  readonly name: string;
  /** The source that named the host first, for `inventory_file` and `inventory_dir`. */
  readonly source: string;
  readonly at: Position;
  readonly variables: Map<string, ConfigNode>;
}

/** Why a group could not become the child of another one. */
export type ChildError = 'itself' | 'loop';

/** Hosts and groups while the sources are read; later sources add to what earlier ones said. */
export class InventoryGraph {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, Host>();

  constructor() {
    this.addGroup('all');
    this.addGroup('ungrouped');
    this.addChild('all', 'ungrouped');
  }

  addGroup(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group: Group = {
      name,
      hosts: new Set(),
      children: new Set(),
      parents: new Set(),
      variables: new Map(),
      priority: 1,
    };
    this.groups.set(name, group);
    return group;
  }

  /** Adds a host to a group. `port` counts only when nobody has named the host before, as in Ansible. */
  addHost(name: string, group: string, source: string, at: Position, port?: number): Host {
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = { name, source, at, variables: new Map() };
      if (port !== undefined) {
        host.variables.set('ansible_port', { kind: 'scalar', at, value: port, unsafe: false, vaulted: false });
      }
      this.hosts.set(name, host);
    }
    this.addGroup(group).hosts.add(name);
    return host;
  }

  addChild(parent: string, child: string): ChildError | undefined {
    if (parent === child) return 'itself';
    if (this.descendants(child).some((group) => group.name === parent)) return 'loop';
    this.addGroup(parent).children.add(child);
    this.addGroup(child).parents.add(parent);
    return undefined;
  }

  /** What holds once all sources are read: every group is below `all`, a host without a group of its own is `ungrouped`. */
  reconcile(): void {
    for (const group of this.groups.values()) {
      if (group.name !== 'all' && group.parents.size === 0) this.addChild('all', group.name);
    }
    const grouped = new Set<string>();
    for (const group of this.groups.values()) {
      if (group.name === 'all' || group.name === 'ungrouped') continue;
      for (const host of group.hosts) grouped.add(host);
    }
    const ungrouped = this.addGroup('ungrouped');
    for (const host of this.hosts.keys()) {
      if (grouped.has(host)) ungrouped.hosts.delete(host);
      else ungrouped.hosts.add(host);
    }
  }

  /**
   * A group and all below it, level by level. Ansible's own order is not fixed from the third level down; ours is the
   * order of declaration.
   */
  descendants(name: string): Group[] {
    const found = new Set<Group>();
    let level = [this.addGroup(name)];
    while (level.length > 0) {
      for (const group of level) found.add(group);
      level = level.flatMap((group) => [...group.children].map((child) => this.addGroup(child)));
      level = level.filter((group) => !found.has(group));
    }
    return [...found];
  }

  /** The groups that hold a host, directly or through their children, `all` among them. */
  groupsOf(host: string): Group[] {
    const found = new Set<Group>();
    const open = [...this.groups.values()].filter((group) => group.hosts.has(host));
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (found.has(group)) continue;
      found.add(group);
      for (const parent of group.parents) open.push(this.addGroup(parent));
    }
    return [...found];
  }

  /** How far each group is below `all`, along the longest way. */
  depths(): ReadonlyMap<string, number> {
    const depths = new Map<string, number>();
    const depthOf = (group: Group): number => {
      const known = depths.get(group.name);
      if (known !== undefined) return known;
      const depth = Math.max(-1, ...[...group.parents].map((parent) => depthOf(this.addGroup(parent)))) + 1;
      depths.set(group.name, depth);
      return depth;
    };
    for (const group of this.groups.values()) depthOf(group);
    return depths;
  }
}
