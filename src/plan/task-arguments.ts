import type { ConfigNode, MappingEntry, MappingNode } from '../config/node.ts';
import { literalValue } from '../config/variables/literal.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import { isDict, type Value } from '../jinja/value.ts';
import { parseArguments } from '../modules/arguments.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import type { TaskEntry } from './entries.ts';

/** Parsed arguments of tasks that hold no template: the same on every host and in every round. */
const literalArguments = new WeakMap<MappingNode, { readonly args: unknown }>();

/** A task's arguments, over those that `module_defaults` gives, as its module takes them. @throws BrokkrError */
export function argumentsOf(entry: TaskEntry, scope: VariableScope, module: Module, context: ModuleContext): unknown {
  const { args: node, at } = entry.task;
  const defaults = defaultsOf(entry);
  const known = defaults === undefined ? literalArguments.get(node) : undefined;
  if (known !== undefined) return known.args;
  const literal = defaults === undefined ? literalValue(node) : undefined;
  const own = literal ?? scope.template(node);
  if (!isDict(own))
    throw new BrokkrError(`the arguments of ${entry.task.module} are not a mapping (${formatPosition(node.at)})`);
  const value = defaults === undefined ? own : over(own, node, defaults, scope);
  const argument = (name: string) => writtenArguments(entry).find(({ key }) => key === name)?.value.at;
  const args = parseArguments(module, value, { task: at, argument }, context.warn);
  if (literal !== undefined) literalArguments.set(node, { args });
  return args;
}

/** The arguments as they are written at the task, and those of `module_defaults` that the task does not give itself. */
export function writtenArguments(entry: TaskEntry): readonly MappingEntry[] {
  const { entries } = entry.task.args;
  const defaults = defaultsOf(entry);
  if (defaults?.kind !== 'mapping') return entries;
  return [...defaults.entries.filter(({ key }) => !entries.some((own) => own.key === key)), ...entries];
}

/** What the nearest place that has defaults for the module says: it stands for all that places around it say. */
function defaultsOf({ task, lineage }: TaskEntry): ConfigNode | undefined {
  return lineage.findLast(({ moduleDefaults }) => moduleDefaults.has(task.module))?.moduleDefaults.get(task.module);
}

/** An argument that is written at the task wins, also when it comes out as `omit`. */
function over(
  own: ReadonlyMap<Value, Value>,
  node: MappingNode,
  defaults: ConfigNode,
  scope: VariableScope,
): Map<Value, Value> {
  const written = new Set<Value>(node.entries.map(({ key }) => key));
  const given = scope.template(defaults);
  if (!isDict(given))
    throw new BrokkrError(`the default arguments are not a mapping (${formatPosition(defaults.at)})`, {
      hint: 'write the arguments out, each with a template of its own',
    });
  return new Map<Value, Value>([...[...given].filter(([key]) => !written.has(key)), ...own]);
}

/** Which variables of the host a task sets, whatever their values will be. */
export function factsSetBy(entry: TaskEntry, module: Pick<Module, 'factsSet'>): readonly string[] {
  return module.factsSet?.(writtenArguments(entry).map(({ key }) => key)) ?? [];
}
