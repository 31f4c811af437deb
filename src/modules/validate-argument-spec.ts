import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { isDict } from '../jinja/value.ts';
import { specProblems } from './argument-spec.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const dict = z.custom<Value>(
  (value) => value instanceof Map,
  'a mapping of argument names to what each may be is wanted',
);
const schema = z.strictObject({ argument_spec: dict, provided_arguments: dict.optional() });

/** Variables against a specification of what they may be: what a role's `meta/argument_specs.yml` asks for. */
export const validateArgumentSpec: Module<z.infer<typeof schema>> = {
  name: 'validate_argument_spec',
  collection: 'ansible.builtin',
  summary: 'Fails unless the variables are as an argument specification of a role wants them.',
  schema,
  aliases: {},
  example: `- name: What the role needs
  validate_argument_spec:
    argument_spec:
      kafka_id: {type: int, required: true}`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide({ argument_spec: spec, provided_arguments: provided }, _answers, context) {
    if (!isDict(spec)) return unchanged();
    const given = provided !== undefined && isDict(provided) ? provided : undefined;
    const problems = specProblems(spec, (name) => given?.get(name) ?? context.variable(name));
    if (problems.length === 0) return unchanged({ msg: 'The arg spec validation passed' });
    return failed(
      {
        message: `Validation of arguments failed:\n${problems.join('\n')}`,
        hint: 'the specification stands in meta/argument_specs.yml of the role',
      },
      { argument_errors: problems },
    );
  },
};
