import type { Value } from '../jinja/value.ts';

/** Where a piece of a template stands in its text. Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A template after reading: what is unsupported, misspelt or wrongly called has been refused already. */
export interface Template {
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  /** `{{x}}` or, not escaped, `{{{x}}}`. */
  | { readonly kind: 'print'; readonly value: Expression; readonly escaped: boolean; readonly at: Place }
  | Block;

export interface Block {
  readonly kind: 'block';
  readonly helper: BlockHelper;
  readonly value: Expression;
  /** `as |item key|`. */
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
  readonly at: Place;
}

export const blockHelpers = ['if', 'unless', 'each', 'with', 'properties'] as const;
export type BlockHelper = (typeof blockHelpers)[number];

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value; readonly at: Place }
  | Path
  | { readonly kind: 'call'; readonly helper: string; readonly args: readonly Expression[]; readonly at: Place };

export interface Path {
  readonly kind: 'path';
  /** As it is written: `../kafka.heap`. */
  readonly text: string;
  /** `@index`, `@root.x`: the first segment is one of Handlebars' own names. */
  readonly data: boolean;
  /** How many contexts up: the number of `../`. */
  readonly depth: number;
  /** `this.x` and `./x` never mean a block parameter. */
  readonly scoped: boolean;
  readonly segments: readonly string[];
  readonly at: Place;
}
