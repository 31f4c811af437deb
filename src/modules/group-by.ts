import { z } from 'zod';
import { text, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';

const schema = z.strictObject({ key: text, parents: textList.default(['all']) });

/** Groups that follow from what is known of hosts. */
export const groupBy: Module<z.infer<typeof schema>> = {
  name: 'group_by',
  collection: 'ansible.builtin',
  summary: 'Puts the host into a group whose name its variables give, for the plays and tasks that follow.',
  schema,
  aliases: {},
  example: `- name: A group for each distribution
  group_by:
    key: os_{{ ansible_facts.distribution }}`,
  noticedByOthers: false,
  neverChanges: true,
  probe: () => [],
  decide({ key, parents }, _answers, context) {
    const name = (each: string): string => each.replaceAll(' ', '-');
    const placement = { kind: 'group', host: context.host, group: name(key), parents: parents.map(name) } as const;
    const result = fields({ add_group: placement.group, parent_groups: placement.parents });
    return { verdict: 'unchanged', changed: context.isChangedBy(placement), places: [placement], result };
  },
};
