import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { flag } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z
  .looseObject({ cacheable: flag.default(false) })
  .catchall(z.custom<Value>())
  .check((payload) => {
    const names = Object.keys(payload.value).filter((name) => name !== 'cacheable');
    const wrong = names.filter((name) => !/^[A-Za-z_]\w*$/.test(name));
    for (const name of wrong) {
      const message = 'a variable name is letters, digits and underscores, and does not begin with a digit';
      payload.issues.push({ code: 'custom', message, input: payload.value, path: [name] });
    }
    if (names.length === 0) {
      payload.issues.push({ code: 'custom', message: 'it needs at least one variable to set', input: payload.value });
    }
  });

/** Variables of the host, from here to the end of the run. */
export const setFact: Module<z.infer<typeof schema>> = {
  name: 'set_fact',
  collection: 'ansible.builtin',
  summary: 'Sets variables of the host for the tasks that follow.',
  schema,
  aliases: {},
  example: `- name: Where the brokers find ZooKeeper
  set_fact:
    zookeeper_connect: "{{ groups['zookeeper'] | join(':2181,') }}:2181"`,
  noticedByOthers: false,
  neverChanges: true,
  factsSet: (names) => names.filter((name) => name !== 'cacheable'),
  probe: () => [],
  decide({ cacheable: _, ...facts }) {
    return unchanged({ ansible_facts: new Map<Value, Value>(Object.entries(facts)) });
  },
};
