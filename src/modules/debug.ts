import { z } from 'zod';
import { Undefined, type Value } from '../jinja/value.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { integer, text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = withRules(
  z.strictObject({
    msg: z.custom<Value>().optional(),
    var: text.optional(),
    verbosity: integer.default(0),
  }),
  [mutuallyExclusive('msg', 'var')],
);

type DebugArguments = z.infer<typeof schema>;

/** A message or a value in the output. */
export const debug: Module<DebugArguments> = {
  name: 'debug',
  collection: 'ansible.builtin',
  summary: 'Prints a message or the value of an expression.',
  schema,
  aliases: {},
  example: `- name: Which version this is
  debug:
    var: kafka_version`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide(args, _answers, context) {
    if (context.verbosity < args.verbosity) {
      return unchanged({ skipped: true, skipped_reason: 'Verbosity threshold not met.' });
    }
    if (args.var === undefined) return unchanged({ msg: args.msg ?? 'Hello world!' });
    const value = context.evaluate(args.var);
    if (!(value instanceof Undefined)) return unchanged({ [args.var]: value });
    context.warn(value.message);
    return unchanged({ [args.var]: `<< error 1 - ${value.message} >>` });
  },
};
