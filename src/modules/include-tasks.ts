import { z } from 'zod';
import { text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({ file: text, apply: z.unknown().optional() });

/** The engine brings the tasks in; here is only what can be written. */
export const includeTasks: Module<z.infer<typeof schema>> = {
  name: 'include_tasks',
  collection: 'ansible.builtin',
  summary: 'Brings in the tasks of another file, for the hosts that come to it.',
  schema,
  aliases: {},
  freeForm: 'file',
  example: `- name: What differs between distributions
  include_tasks: "{{ ansible_facts.os_family | lower }}.yml"`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide: ({ file }) => unchanged({ include: file, include_args: new Map() }),
};
