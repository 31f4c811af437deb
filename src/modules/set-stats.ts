import { z } from 'zod';
import { isDict, type Value } from '../jinja/value.ts';
import { flag } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({
  data: z.custom<Value>(
    (value) => value instanceof Map && [...value.keys()].every((name) => /^[A-Za-z_]\w*$/.test(String(name))),
    'a dict whose names are variable names is wanted',
  ),
  per_host: flag.default(false),
  aggregate: flag.default(true),
});

/** Numbers and texts for whoever reads the result. */
export const setStats: Module<z.infer<typeof schema>> = {
  name: 'set_stats',
  collection: 'ansible.builtin',
  summary: 'Tells values in the result of the run.',
  schema,
  aliases: {},
  example: `- name: What was installed
  set_stats:
    data:
      kafka: "{{ kafka_version }}"`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide({ data, per_host, aggregate }) {
    const stats = new Map<Value, Value>([
      ['data', isDict(data) ? data : new Map()],
      ['per_host', per_host],
      ['aggregate', aggregate],
    ]);
    return unchanged({ ansible_stats: stats });
  },
};
