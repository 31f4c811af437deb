import { z } from 'zod';
import { choice, flag, integer, text } from './argument-types.ts';
import { change, unchanged } from './decisions.ts';
import type { Module } from './module.ts';

const schema = z.strictObject({
  name: text,
  state: choice(['present', 'absent']).default('present'),
  gid: integer.optional(),
  system: flag.default(false),
});

type GroupArguments = z.infer<typeof schema>;

/** A group of users. */
export const group: Module<GroupArguments> = {
  name: 'group',
  collection: 'ansible.builtin',
  summary: 'Makes, changes and removes a group.',
  schema,
  aliases: {},
  example: `- name: The group of the brokers
  group:
    name: kafka
    system: yes`,
  noticedByOthers: false,
  probe: ({ name }) => [{ ask: 'group', name }],
  decide({ name, state, gid, system }, answers) {
    const found = answers.get({ ask: 'group', name });
    const id = gid === undefined ? {} : { gid };
    if (state === 'absent') {
      if (found === null) return unchanged({ name, state });
      const diff = { kind: 'state', subject: `group ${name}`, before: { state: 'present' }, after: { state } } as const;
      return change([{ do: 'group', verb: 'delete', name, system }], [diff], { name, state });
    }
    const result = { name, state, system, gid: gid ?? found?.gid };
    if (found !== null && (gid === undefined || found.gid === gid)) return unchanged(result);
    const [before, after] =
      found === null
        ? [{ state: 'absent' }, { state, ...(gid === undefined ? {} : { gid: String(gid) }) }]
        : [{ gid: String(found.gid) }, { gid: String(gid) }];
    return change(
      [{ do: 'group', verb: found === null ? 'add' : 'modify', name, system, ...id }],
      [{ kind: 'state', subject: `group ${name}`, before, after }],
      result,
    );
  },
};
