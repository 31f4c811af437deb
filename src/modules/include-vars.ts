import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { withRules } from './argument-rules.ts';
import { flag, integer, text, textList } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = withRules(
  z.strictObject({
    file: text.optional(),
    dir: text.optional(),
    name: text.optional(),
    depth: integer.default(0),
    files_matching: text.optional(),
    ignore_files: textList.default([]),
    extensions: textList.default(['yaml', 'yml', 'json']),
    ignore_unknown_extensions: flag.default(false),
  }),
  [
    ({ file, dir }) =>
      (file === undefined) === (dir === undefined)
        ? { name: 'file', message: 'either file or dir is wanted, and not both' }
        : undefined,
  ],
);

/** The engine reads the variables; here is only what can be written. */
export const includeVars: Module<z.infer<typeof schema>> = {
  name: 'include_vars',
  collection: 'ansible.builtin',
  summary: 'Reads variables of the host from a file, or from all files of a folder, for the tasks that follow.',
  schema,
  aliases: {},
  freeForm: 'file',
  example: `- name: What differs between distributions
  include_vars: "{{ lookup('first_found', [ansible_facts.distribution ~ '.yml', 'default.yml']) }}"`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide(args) {
    const given = Object.entries(args).flatMap(([key, value]): [string, Value][] =>
      value === undefined ? [] : [[key, value]],
    );
    return unchanged({ include_args: new Map<Value, Value>(given) });
  },
};
