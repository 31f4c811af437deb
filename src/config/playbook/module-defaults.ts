import type { ConfigNode } from '../node.ts';
import { isTemplateNode } from '../template-node.ts';
import { unknownModule } from './action.ts';
import { describeNode } from './describe.ts';
import { addProblem, type LoadContext, wrongKind } from './load-context.ts';
import { checkNames } from './module-arguments.ts';
import { checkTemplates } from './template-check.ts';

/**
 * Reads `module_defaults`: a mapping of modules to arguments, or a list of such mappings, the later ones stronger. Names of
 * modules and arguments are checked as those of tasks are.
 */
export function readModuleDefaults(
  node: ConfigNode | undefined,
  context: LoadContext,
): ReadonlyMap<string, ConfigNode> {
  const defaults = new Map<string, ConfigNode>();
  for (const each of node?.kind === 'sequence' ? node.items : node === undefined ? [] : [node]) {
    if (each.kind !== 'mapping') {
      const hint = isTemplateNode(each)
        ? 'the names of modules are written out; only values may be templates'
        : undefined;
      addProblem(context, each.at, wrongKind('module_defaults', 'a mapping of modules to arguments', each), hint);
      continue;
    }
    for (const { key, keyAt, value } of each.entries) {
      const module = context.catalogue.canonicalName(key);
      if (key.startsWith('group/'))
        addProblem(context, keyAt, `the action group '${key}' is not supported`, 'name each of its modules');
      else if (module === undefined) unknownModule({ name: key, at: keyAt }, context);
      else if (isArguments(module, value, context)) defaults.set(module, value);
    }
  }
  return defaults;
}

function isArguments(module: string, value: ConfigNode, context: LoadContext): boolean {
  checkTemplates(value, context);
  if (value.kind === 'mapping') checkNames(module, value, context);
  const fits = value.kind === 'mapping' || isTemplateNode(value);
  if (!fits) {
    const message = `the default arguments of '${module}' must be a mapping, and are ${describeNode(value)}`;
    addProblem(context, value.at, message);
  }
  return fits;
}
