import type { ConfigNode } from '../node.ts';

/** What a task does to the inventory while a playbook runs. */
export type Placement =
  | {
      /** A host that is added, or is listed in further groups (`add_host`). */
      readonly kind: 'host';
      readonly host: string;
      readonly groups: readonly string[];
      readonly variables: ReadonlyMap<string, ConfigNode>;
    }
  | {
      /** A group that the host is put into (`group_by`), below its parents. */
      readonly kind: 'group';
      readonly host: string;
      readonly group: string;
      readonly parents: readonly string[];
    };
