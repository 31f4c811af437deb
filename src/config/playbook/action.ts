import { nearestName, type Position } from '../../errors.ts';
import type { ConfigNode, MappingEntry, MappingNode, ScalarNode } from '../node.ts';
import { describeNode, nameHint } from './describe.ts';
import {
  ansibleBuiltinModules,
  formerNames,
  type KeywordOwner,
  supportedKeywords,
  unsupportedKeywords,
} from './keywords.ts';
import { addProblem, type LoadContext, unknownKeyword } from './load-context.ts';
import { readArguments } from './module-arguments.ts';

/** What a task does: its module and arguments. */
export interface TaskAction {
  readonly module: string;
  readonly moduleAt: Position;
  readonly moduleWritten: string;
  readonly args: MappingNode;
  /** `local_action`: it is done on the control machine. */
  readonly local: boolean;
}

/** A module's name as the task has it, with the value beside it. */
interface WrittenAction {
  readonly name: string;
  readonly at: Position;
  readonly value: ConfigNode | undefined;
  readonly local: boolean;
}

/** Finds the one module of a task among its keys; no module, two modules, or a key that is neither is noted. */
export function readAction(task: MappingNode, owner: KeywordOwner, context: LoadContext): TaskAction | undefined {
  const written = findActions(task, owner, context);
  const [first, ...others] = written.actions;
  if (first === undefined) {
    if (!written.explained) {
      addProblem(context, task.at, `the ${owner} has no module`, 'name one, with its arguments below it');
    }
    return undefined;
  }
  for (const other of others) {
    const message = `a ${owner} has one module, and this has '${first.name}' and '${other.name}'`;
    addProblem(context, other.at, message, 'make each a task of its own');
  }
  const module = context.catalogue.canonicalName(first.name);
  if (module === undefined) {
    unknownModule(first, context);
    return undefined;
  }
  const args = task.entries.find((entry) => entry.key === 'args')?.value;
  return {
    module,
    moduleAt: first.at,
    moduleWritten: first.name,
    args: readArguments(module, first.value, args, first.at, context),
    local: first.local,
  };
}

function findActions(task: MappingNode, owner: KeywordOwner, context: LoadContext) {
  const actions: WrittenAction[] = [];
  const strangers: MappingEntry[] = [];
  let explained = false;
  for (const entry of task.entries) {
    if (entry.key === 'action' || entry.key === 'local_action') {
      const action = namedAction(entry, context);
      if (action !== undefined) actions.push(action);
      explained ||= action === undefined;
    } else if (isKeyword(entry.key, owner) || entry.key.startsWith('with_')) {
      // Read with the other keywords of the task.
    } else if (context.catalogue.canonicalName(entry.key) !== undefined) {
      actions.push({ name: entry.key, at: entry.keyAt, value: entry.value, local: false });
    } else {
      strangers.push(entry);
    }
  }
  for (const stranger of strangers)
    explained = explainStranger(stranger, owner, actions.length > 0, context) || explained;
  return { actions, explained };
}

/** @returns whether the stranger is what the task's module was meant to be */
function explainStranger(entry: MappingEntry, owner: KeywordOwner, hasModule: boolean, context: LoadContext): boolean {
  const { key, keyAt } = entry;
  const asKeyword =
    unsupportedKeywords[owner].includes(key) || isKeywordElsewhere(key) || (key !== 'include' && formerNames.has(key));
  const module =
    !asKeyword &&
    (isModuleOfAnsible(key) || key.includes('.') || nearestName(key, context.catalogue.names) !== undefined);
  const nearKeyword = nearestName(key, supportedKeywords[owner]) !== undefined;
  if (module || (!asKeyword && !nearKeyword && !hasModule)) {
    unknownModule({ name: key, at: keyAt }, context);
    return true;
  }
  unknownKeyword(key, keyAt, owner, context);
  return false;
}

function isKeyword(key: string, owner: KeywordOwner): boolean {
  return supportedKeywords[owner].includes(key);
}

function isKeywordElsewhere(key: string): boolean {
  return Object.values(supportedKeywords).some((keywords) => keywords.includes(key));
}

function isModuleOfAnsible(name: string): boolean {
  return ansibleBuiltinModules.has(shortName(name));
}

/** Notes a module that is not there. */
export function unknownModule({ name, at }: { name: string; at: Position }, context: LoadContext): void {
  const { names } = context.catalogue;
  if (context.isConditional === true) {
    const message = `there is no module '${name}' here: a host that comes to this task fails`;
    context.warnings.push({ message, at });
    return;
  }
  if (isModuleOfAnsible(name)) {
    addProblem(context, at, `the module '${name}' is not supported`, nameHint(undefined, names));
    return;
  }
  const former = formerNames.get(shortName(name));
  if (former !== undefined) {
    addProblem(context, at, `unknown module '${name}'`, former);
    return;
  }
  const nearest = nearestName(shortName(name), [...names, ...ansibleBuiltinModules]);
  const known = nearest === undefined || !names.includes(nearest) ? names : undefined;
  addProblem(context, at, `unknown module '${name}'`, nameHint(nearest, known));
}

function shortName(name: string): string {
  return name.replace(/^ansible\.(builtin|legacy)\./, '');
}

/** `action: copy src=a dest=b`, or `action:` with the module's name under `module`. */
function namedAction({ key, keyAt, value }: MappingEntry, context: LoadContext): WrittenAction | undefined {
  const local = key === 'local_action';
  if (value.kind === 'mapping') {
    const module = value.entries.find((entry) => entry.key === 'module');
    if (module?.value.kind === 'scalar' && typeof module.value.value === 'string') {
      const rest = value.entries.filter((entry) => entry !== module);
      return { name: module.value.value, at: module.value.at, value: { ...value, entries: rest }, local };
    }
    addProblem(context, keyAt, `'${key}' names no module`, "name it under 'module', beside its arguments");
    return undefined;
  }
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const [, name = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(value.value) ?? [];
    const text: ScalarNode = { ...value, value: rest };
    return { name, at: value.at, value: rest === '' ? undefined : text, local };
  }
  addProblem(context, value.at, `'${key}' must be a module with its arguments, and is ${describeNode(value)}`);
  return undefined;
}
