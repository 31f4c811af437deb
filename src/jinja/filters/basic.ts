import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { Undefined } from '../value.ts';
import { isTruthy } from '../values/compare.ts';
import { toText } from '../values/text.ts';
import { typeName } from '../values/types.ts';

const fallback = defineFilter(
  ['default_value', 'boolean'],
  (input, args) => {
    const useDefault = input instanceof Undefined || (args.flag('boolean') && !isTruthy(input));
    return useDefault ? args.valueOr('default_value', '') : input;
  },
  { takesUndefined: true },
);

const mandatory = defineFilter(
  ['msg'],
  (input, args) => {
    if (!(input instanceof Undefined)) return input;
    throw new TemplateError(args.optionalText('msg') ?? `mandatory variable is missing: ${input.message}`, {
      at: input.at,
      hint: input.hint,
    });
  },
  { takesUndefined: true },
);

const ternary = defineFilter(
  ['!true_val', '!false_val', 'none_val'],
  (input, args) => {
    const whenNone = args.get('none_val');
    if (input === null && whenNone !== undefined && whenNone !== null) return whenNone;
    return isTruthy(input) ? args.value('true_val') : args.value('false_val');
  },
  { takesUndefined: true },
);

/** Filters that decide, or look at the value itself. */
export const basicFilters: Readonly<Record<string, Filter>> = {
  default: fallback,
  d: fallback,
  mandatory,
  ternary,
  string: defineFilter([], (input) => toText(input)),
  type_debug: defineFilter([], (input) => typeName(input), { takesUndefined: true }),
};
