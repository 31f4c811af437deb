import type { Position } from '../errors.ts';
import type { PyFloat } from '../jinja/value.ts';

/** A value as it stands in a file: not yet templated, and every part of it knows its place. */
export type ConfigNode = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  /** The value as PyYAML reads it in YAML 1.1. A vaulted value is the clear text. */
  readonly value: null | boolean | number | bigint | PyFloat | string;
  /** Where the text itself starts: behind its quote, or on the first line of a block. Absent: at `at`. */
  readonly textAt?: Position;
  /** `!unsafe`: a string that is never treated as a template. Vaulted text is marked so as well. */
  readonly unsafe: boolean;
  /** The value came out of a vault: it is redacted wherever it is printed. */
  readonly vaulted: boolean;
  /** The vault itself, where the value alone was vaulted (`!vault`), not its file. */
  readonly vaultText?: string;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly at: Position;
  readonly items: readonly ConfigNode[];
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly at: Position;
  readonly entries: readonly MappingEntry[];
}

export interface MappingEntry {
  /** The key as PyYAML reads it, printed as Python prints it when it is not a string (`true` becomes `True`). */
  readonly key: string;
  /** The key itself where it is not a string: `{1: a}` has the int 1, and a template that asks for `d['1']` misses it. */
  readonly keyValue?: null | boolean | number | bigint | PyFloat;
  readonly keyAt: Position;
  readonly value: ConfigNode;
}

/** Named values from one place of the variable precedence, for a host or a play. */
export interface VariableLayer {
  /** Where the values come from, in the field's words: `inventory group kafka`, `group_vars/all`, `play vars`, `-e`. */
  readonly source: string;
  readonly variables: ReadonlyMap<string, ConfigNode>;
}
