import type { ConfigNode } from '../node.ts';

/** A YAML file of a playbook. */
export interface PlaybookFile {
  readonly file: string;
  readonly node: ConfigNode | undefined;
}
