import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { integer, path, textList } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { valueOfJson } from './json-value.ts';
import type { Module } from './module.ts';
import { globPattern } from './name-pattern.ts';

const schema = z.strictObject({
  filter: textList.default([]),
  gather_subset: textList.default(['all']),
  gather_timeout: integer.default(10),
  fact_path: path.optional(),
});

/** The facts of the host. */
export const setup: Module<z.infer<typeof schema>> = {
  name: 'setup',
  collection: 'ansible.builtin',
  summary: 'Tells the facts of the host; a play that mentions one needs no such task.',
  schema,
  aliases: {},
  example: `- name: Memory and distribution
  setup:
    filter: [ansible_memtotal_mb, 'ansible_distribution*']`,
  noticedByOthers: false,
  probe: () => [{ ask: 'facts' }],
  decide({ filter }, answers) {
    const patterns = filter.filter((each) => each !== '').map((each) => globPattern(each, '.'));
    const facts = new Map<Value, Value>();
    for (const [name, value] of answers.get({ ask: 'facts' })) {
      const full = `ansible_${name}`;
      const isWanted = patterns.length === 0 || patterns.some((each) => each.test(full) || each.test(name));
      if (isWanted) facts.set(full, valueOfJson(value));
    }
    return unchanged({ ansible_facts: facts });
  },
};
