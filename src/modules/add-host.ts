import { z } from 'zod';
import { parseAddress } from '../config/inventory/host-pattern.ts';
import { valueNode } from '../config/value-node.ts';
import type { Value } from '../jinja/value.ts';
import { text, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';

const schema = z
  .looseObject({
    name: text.refine((name) => name.trim() !== '', 'the name of the host is empty'),
    groups: textList.default([]),
  })
  .catchall(z.custom<Value>());

/** Hosts that are known only while the playbook runs. */
export const addHost: Module<z.infer<typeof schema>> = {
  name: 'add_host',
  collection: 'ansible.builtin',
  summary: 'Adds a host to the inventory, or lists it in further groups, for the plays and tasks that follow.',
  schema,
  aliases: { host: 'name', hostname: 'name', group: 'groups', groupname: 'groups' },
  example: `- name: The broker that is being moved in
  add_host:
    name: "{{ new_broker }}"
    groups: kafka
    broker_id: 4`,
  noticedByOthers: false,
  forAllHosts: true,
  probe: () => [],
  decide({ name, groups, ...given }, _answers, context) {
    const address = parseAddress(name.trim());
    const host = address?.host ?? name.trim();
    const port = address?.port;
    const variables = new Map<string, Value>([
      ...(port === undefined ? [] : ([['ansible_ssh_port', port]] as const)),
      ...Object.entries(given),
    ]);
    const at = { file: 'add_host', line: 1, column: 1 };
    const nodes = new Map([...variables].map(([key, value]) => [key, valueNode(value, at)]));
    const placement = { kind: 'host', host, groups, variables: nodes } as const;
    const added = new Map<Value, Value>([
      ['host_name', host],
      ['groups', groups],
      ['host_vars', new Map<Value, Value>(variables)],
    ]);
    const changed = context.isChangedBy(placement);
    return { verdict: 'unchanged', changed, places: [placement], result: fields({ add_host: added }) };
  },
};
