import { BrokkrError } from '../../errors.ts';
import type { BoundArguments } from '../call.ts';
import { type CallContext, defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import type { List, Value } from '../value.ts';
import { isTruthy } from '../values/compare.ts';
import { isNumber, typeName } from '../values/types.ts';
import { writeYaml, type YamlStyle } from '../values/yaml-text.ts';

const parameters = [
  'indent',
  'width',
  'sort_keys',
  'default_flow_style',
  'allow_unicode',
  'explicit_start',
  'explicit_end',
  'line_break',
];

/** Filters that read and write YAML. Reading is the environment's, which knows its dialect. */
export const yamlFilters: Readonly<Record<string, Filter>> = {
  to_yaml: defineFilter(parameters, (input, args) => dump(input, args, 2, undefined)),
  to_nice_yaml: defineFilter(parameters, (input, args) => dump(input, args, 4, false)),
  // What is no text is taken for what its YAML would have been.
  from_yaml: defineFilter([], (input, _args, context) =>
    typeof input === 'string' ? (read(input, context).at(0) ?? null) : input,
  ),
  from_yaml_all: defineFilter([], (input, _args, context) => {
    if (typeof input === 'string') return read(input, context);
    return input ?? [];
  }),
};

function dump(input: Value, args: BoundArguments, indent: number, flow: boolean | undefined): string {
  const chosen = args.get('default_flow_style');
  const style: YamlStyle = {
    indent: args.integer('indent', indent),
    width: widthOf(args.get('width')),
    sortKeys: args.flag('sort_keys', true),
    flow: chosen === undefined ? flow : chosen === null ? undefined : isTruthy(chosen),
  };
  const start = args.flag('explicit_start') ? '---\n' : '';
  const end = args.flag('explicit_end') ? '...\n' : '';
  return start + writeYaml(input, style) + end;
}

function widthOf(width: Value | undefined): number {
  if (width === undefined || width === null) return 80;
  if (!isNumber(width)) throw new TemplateError(`width must be a number, not ${typeName(width)}`);
  return typeof width === 'object' ? width.value : Number(width);
}

function read(input: string, context: CallContext): List {
  const { readYaml } = context.environment;
  if (readYaml === undefined) throw new TemplateError('from_yaml cannot be used here: this place does not read YAML');
  try {
    return readYaml(input);
  } catch (error) {
    if (!(error instanceof BrokkrError) || error instanceof TemplateError) throw error;
    throw new TemplateError(`the text is not YAML: ${error.message}`, { hint: error.hint, cause: error });
  }
}
