import { nearestName } from '../../errors.ts';
import type { ConfigNode, MappingEntry, MappingNode, ScalarNode } from '../node.ts';
import { isTemplateNode } from '../template-node.ts';
import { describeNode, isNothing, nameHint } from './describe.ts';
import { type KeyValueText, parseKeyValue, UnbalancedText } from './key-value.ts';
import { commandLineModules, commandLineOptions } from './keywords.ts';
import { addProblem, type LoadContext } from './load-context.ts';
import { checkTemplates } from './template-check.ts';

/** The argument under which the free text of a module (`command: ls -l`) stands. */
const freeTextArgument = '_raw_params';

/**
 * The arguments of a task as one mapping: what stands with the module's name, over what stands under `args:`. Every name
 * is checked against those that the module takes, and every template is compiled.
 */
export function readArguments(
  module: string,
  written: ConfigNode | undefined,
  args: ConfigNode | undefined,
  at: MappingNode['at'],
  context: LoadContext,
): MappingNode {
  const own = written === undefined ? [] : entriesOf(module, written, context);
  const names = new Set(own.map((entry) => entry.key));
  const more = args === undefined ? [] : argsEntries(args, context);
  const entries = [...more.filter((entry) => !names.has(entry.key)), ...own];
  const mapping: MappingNode = { kind: 'mapping', at: written?.at ?? args?.at ?? at, entries };
  checkNames(module, mapping, context);
  checkTemplates(mapping, context);
  return mapping;
}

function argsEntries(args: ConfigNode, context: LoadContext): readonly MappingEntry[] {
  if (args.kind === 'mapping') return args.entries;
  if (!isNothing(args)) {
    const hint = isTemplateNode(args) ? 'name each argument, and give each a template of its own' : undefined;
    addProblem(context, args.at, `'args' must be a mapping, and is ${describeNode(args)}`, hint);
  }
  return [];
}

function entriesOf(module: string, written: ConfigNode, context: LoadContext): readonly MappingEntry[] {
  if (written.kind === 'mapping') return written.entries;
  if (isNothing(written)) return [];
  if (written.kind === 'scalar' && typeof written.value === 'string') {
    return textEntries(module, { ...written, value: written.value }, context);
  }
  const message = `the arguments of '${module}' must be a mapping or text, and are ${describeNode(written)}`;
  addProblem(context, written.at, message);
  return [];
}

function textEntries(module: string, text: ScalarNode & { value: string }, context: LoadContext): MappingEntry[] {
  const { freeForm } = context.catalogue.describe(module);
  const parsed = parseArgumentText(module, text, context);
  if (parsed === undefined) return [];
  const scalar = (value: string): ScalarNode => ({ ...text, value });
  const entry = (key: string, value: string) => ({ key, keyAt: text.at, value: scalar(value) });
  const entries = [...parsed.options].map(([key, value]) => entry(key, value));
  if (parsed.freeText.trim() === '') return entries;
  if (freeForm) return [...entries, entry(freeTextArgument, parsed.freeText)];
  if (isTemplateNode(scalar(parsed.freeText.trim()))) {
    const hint = 'name each argument, and give each a template of its own';
    addProblem(context, text.at, `the arguments of '${module}' cannot be given as one template`, hint);
  } else {
    const hint = 'write name=value, quoted when the value holds spaces, or better a mapping';
    addProblem(context, text.at, `'${module}' takes no free text: '${parsed.freeText.trim()}'`, hint);
  }
  return entries;
}

function parseArgumentText(
  module: string,
  { value, at }: ScalarNode & { value: string },
  context: LoadContext,
): KeyValueText | undefined {
  try {
    return parseKeyValue(value, commandLineModules.has(module) ? commandLineOptions : undefined);
  } catch (error) {
    if (!(error instanceof UnbalancedText)) throw error;
    const hint = 'write the arguments as a mapping: there a quote has no meaning of its own';
    addProblem(context, at, `the arguments of '${module}' cannot be split: ${error.message}`, hint);
    return undefined;
  }
}

/** Notes every argument that the module does not take. */
export function checkNames(module: string, mapping: MappingNode, context: LoadContext): void {
  const description = context.catalogue.describe(module);
  if (description.open) return;
  for (const { key, keyAt } of mapping.entries) {
    if (description.arguments.includes(key) || (description.freeForm && key === freeTextArgument)) continue;
    const hint = nameHint(nearestName(key, description.arguments), description.arguments);
    addProblem(context, keyAt, `unknown argument '${key}' of module '${module}'`, hint);
  }
}
