import { z } from 'zod';
import { text } from './argument-types.ts';
import { failed } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({ msg: text.default('Failed as requested from task') });

/** A failure, where a condition of the task asks for one. */
export const fail: Module<z.infer<typeof schema>> = {
  name: 'fail',
  collection: 'ansible.builtin',
  summary: 'Fails with a message.',
  schema,
  aliases: {},
  example: `- name: No standalone ZooKeeper by accident
  fail:
    msg: an ensemble has three servers or more
  when: groups['zookeeper'] | length < 3`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide: ({ msg }) => failed({ message: msg }, { msg }),
};
