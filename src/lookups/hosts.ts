import { selectHosts } from '../config/inventory/pattern.ts';
import { BrokkrError } from '../errors.ts';
import type { Lookup } from '../jinja/environment.ts';
import { isDict } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import { LookupOptions, textOf } from './options.ts';

/** `inventory_hostnames`: the hosts that a pattern selects of `groups`; none where it cannot be read, as in Ansible. */
export const hostLookups: Readonly<Record<string, Lookup>> = {
  inventory_hostnames(terms, named, scope) {
    new LookupOptions('inventory_hostnames', named, []);
    const groups = scope.lookup('groups');
    const members = new Map<string, readonly string[]>();
    if (groups !== undefined && isDict(groups))
      for (const [name, hosts] of groups) members.set(toText(name), (sequenceItems(hosts) ?? []).map(toText));
    const hosts = [...new Set([...members.values()].flat())];
    const inventory = {
      hosts,
      hostsAsNamed: hosts,
      groups: [...members.keys()],
      hostsOf: (group: string) => members.get(group) ?? [],
      hasHost: (name: string) => hosts.includes(name),
      localhostFor: (name: string) => name,
    };
    try {
      const patterns = terms.map((term) => textOf(term, 'the pattern of inventory_hostnames'));
      return [...selectHosts(inventory, patterns, { mayBeEmpty: true }).hosts];
    } catch (error) {
      if (error instanceof BrokkrError) return [];
      throw error;
    }
  },
};
