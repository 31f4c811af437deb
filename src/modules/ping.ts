import { z } from 'zod';
import { text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({ data: text.default('pong') });

/** Whether the host can be worked on. */
export const ping: Module<z.infer<typeof schema>> = {
  name: 'ping',
  collection: 'ansible.builtin',
  summary: 'Proves that the host can be reached and runs programs.',
  schema,
  aliases: {},
  example: `- name: The host answers
  ping:`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [{ ask: 'identity' }],
  decide({ data }, answers) {
    answers.get({ ask: 'identity' });
    // Ansible's ping fails on this word, for trying out what a failure does.
    return data === 'crash' ? failed({ message: 'boom' }) : unchanged({ ping: data });
  },
};
