import { isTemplateNode } from '../config/template-node.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition, type Position, type Problem } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Module } from '../modules/module.ts';
import type { Entry, TaskEntry } from '../plan/entries.ts';
import { writtenArguments } from '../plan/task-arguments.ts';

interface Hosts {
  readonly names: readonly string[];
  scopeOf(host: string): VariableScope;
  moduleOf(name: string): Pick<Module, 'uniqueArgument' | 'aliases'>;
}

/** Ids that two hosts of a play have in common, where a module says that no two may: told at the second one's definition. */
export function sharedIds(entries: readonly Entry[], hosts: Hosts): Problem[] {
  return entries.flatMap((entry) => (entry.kind === 'task' ? sharedIdsOf(entry, hosts) : []));
}

function sharedIdsOf(entry: TaskEntry, { names, scopeOf, moduleOf }: Hosts): Problem[] {
  const { uniqueArgument, aliases } = moduleOf(entry.task.module);
  if (uniqueArgument === undefined) return [];
  const argument = writtenArguments(entry).find(({ key }) => (aliases[String(key)] ?? key) === uniqueArgument);
  if (argument === undefined) return [];
  const { key, value: node } = argument;
  const variable = isTemplateNode(node) ? /^\{\{\s*(\w+)\s*\}\}$/.exec(node.value)?.[1] : undefined;
  const owners = new Map<string, { host: string; at: Position }>();
  return names.flatMap((host): Problem[] => {
    const scope = scopeOf(host).at(entry.lineage);
    try {
      const id = toText(scope.template(node));
      const at = (variable === undefined ? undefined : scope.explain(variable)?.at) ?? node.at;
      const owner = owners.get(id);
      if (owner === undefined) {
        owners.set(id, { host, at });
        return [];
      }
      const message = `${host} has the ${variable ?? String(key)} ${id}, which ${owner.host} has already (${formatPosition(owner.at)})`;
      return [{ message, at, hint: 'give each host its own; an id that has data on disk stays with that host' }];
    } catch (error) {
      // What cannot be told yet, and what is wrong with the value itself, is told when the task is decided.
      if (error instanceof NotYetKnown || error instanceof BrokkrError) return [];
      throw error;
    }
  });
}
