import { InventoryGraph } from './graph.ts';
import type { Placement } from './placement.ts';

/** A graph of its own with the same groups, hosts and variables. */
export function copyOf(graph: InventoryGraph): InventoryGraph {
  const copy = new InventoryGraph();
  copy.groups.clear();
  for (const [name, group] of graph.groups)
    copy.groups.set(name, {
      ...group,
      hosts: new Set(group.hosts),
      children: new Set(group.children),
      parents: new Set(group.parents),
      variables: new Map(group.variables),
    });
  for (const [name, host] of graph.hosts) copy.hosts.set(name, { ...host, variables: new Map(host.variables) });
  return copy;
}

/**
 * Puts a host where a task wants it. A new one is listed under `all` itself, as ansible-core 2.19 has it, so that it comes
 * before those of groups.
 * @returns whether anything is not as it was
 */
export function place(graph: InventoryGraph, placement: Placement): boolean {
  const at = { file: 'added by a task', line: 1, column: 1 };
  const { host } = placement;
  const belongs = (group: string): boolean => graph.groups.get(group)?.hosts.has(host) === true;
  if (placement.kind === 'group') {
    const { group, parents } = placement;
    const isNew = !belongs(group) || parents.some((parent) => graph.groups.get(parent)?.children.has(group) !== true);
    graph.addGroup(group).hosts.add(host);
    for (const parent of parents) graph.addChild(parent, group);
    graph.reconcile();
    return isNew;
  }
  const { groups, variables } = placement;
  const known = graph.hosts.get(host);
  const isNew = known === undefined || groups.some((group) => !belongs(group));
  const listed = known ?? graph.addHost(host, 'all', '', at);
  for (const group of groups) graph.addHost(host, group, '', at);
  let differs = false;
  for (const [name, node] of variables) {
    const before = listed.variables.get(name);
    differs ||= before === undefined || JSON.stringify(before, plainly) !== JSON.stringify(node, plainly);
    listed.variables.set(name, node);
  }
  graph.reconcile();
  return isNew || differs;
}

/** Where a value stands makes no difference. */
function plainly(key: string, value: unknown): unknown {
  if (key === 'at' || key === 'keyAt' || key === 'textAt' || key === 'unsafe') return undefined;
  return typeof value === 'bigint' ? `${value}n` : value;
}
