import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { flag, text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({
  name: text,
  tasks_from: text.optional(),
  vars_from: text.optional(),
  defaults_from: text.optional(),
  handlers_from: text.optional(),
  allow_duplicates: flag.default(true),
  public: flag.default(false),
  rolespec_validate: flag.default(true),
  apply: z.unknown().optional(),
});

/** The engine brings the role in; here is only what can be written. */
export const includeRole: Module<z.infer<typeof schema>> = {
  name: 'include_role',
  collection: 'ansible.builtin',
  summary: 'Brings in a role, for the hosts that come to it.',
  schema,
  aliases: { role: 'name' },
  example: `- name: Java of the distribution
  include_role:
    name: java
    tasks_from: install`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide({ name, apply: _, ...rest }) {
    const args = Object.entries(rest).flatMap(([key, value]): [string, Value][] =>
      value === undefined ? [] : [[key, value]],
    );
    return unchanged({ include: name, include_args: new Map<Value, Value>(args) });
  },
};
