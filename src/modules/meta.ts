import { z } from 'zod';
import { choice } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Module } from './module.ts';

/** What `meta` can ask of the engine. */
export const metaActions = ['flush_handlers', 'noop', 'reset_connection', 'end_play', 'end_batch', 'end_host'] as const;

const schema = z.strictObject({ free_form: choice(metaActions) });

/** The engine does these itself; here is only what can be written. */
export const meta: Module<z.infer<typeof schema>> = {
  name: 'meta',
  collection: 'ansible.builtin',
  summary: 'Has the engine run the pending handlers, connect to a host anew, or end a play, a batch or a host.',
  schema,
  aliases: {},
  freeForm: 'free_form',
  example: `- name: Restarts that are owed happen here
  meta: flush_handlers`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide: () => unchanged(),
};
