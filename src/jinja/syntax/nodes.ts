import type { Value } from '../value.ts';

/** Where in the source a node's own token stands (UTF-16 units); errors point there. */
interface Placed {
  readonly offset: number;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** The arguments of a call, filter or test. */
export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly keyword: readonly { readonly name: string; readonly value: Expression }[];
  /** `*list` and `**dict`. */
  readonly spread: Expression | undefined;
  readonly spreadKeywords: Expression | undefined;
}

export type Expression =
  | (Placed & { readonly kind: 'constant'; readonly value: Value })
  | (Placed & { readonly kind: 'name'; readonly name: string })
  | (Placed & { readonly kind: 'list'; readonly items: readonly Expression[] })
  | (Placed & { readonly kind: 'tuple'; readonly items: readonly Expression[] })
  | (Placed & { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] })
  | (Placed & { readonly kind: 'attribute'; readonly target: Expression; readonly name: string })
  | (Placed & { readonly kind: 'item'; readonly target: Expression; readonly key: Expression })
  | SliceNode
  | CallNode
  | FilterNode
  | TestNode
  | (Placed & { readonly kind: 'negate' | 'plus' | 'not'; readonly operand: Expression })
  | (Placed & {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Placed & { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression })
  | (Placed & { readonly kind: 'concat'; readonly items: readonly Expression[] })
  | (Placed & {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[];
    })
  | (Placed & {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly consequent: Expression;
      readonly otherwise: Expression | undefined;
    });

interface CallNode extends Placed {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly arguments: CallArguments;
}

export interface SliceNode extends Placed {
  readonly kind: 'slice';
  readonly target: Expression;
  readonly start: Expression | undefined;
  readonly stop: Expression | undefined;
  readonly step: Expression | undefined;
}

/** `input | name(arguments)`; the input of a `{% filter %}` block's first filter is the block's text. */
export interface FilterNode extends Placed {
  readonly kind: 'filter';
  readonly input: Expression | undefined;
  readonly name: string;
  readonly arguments: CallArguments;
}

interface TestNode extends Placed {
  readonly kind: 'test';
  readonly input: Expression;
  readonly name: string;
  readonly arguments: CallArguments;
}

/** What `set`, `for` and `with` assign to. */
export type Target =
  | (Placed & { readonly kind: 'name'; readonly name: string })
  | (Placed & { readonly kind: 'attribute'; readonly object: string; readonly name: string })
  | (Placed & { readonly kind: 'targets'; readonly targets: readonly Target[] });

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

export interface MacroNode extends Placed {
  readonly kind: 'macro';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** Whether the body speaks of `varargs`, `kwargs` and `caller`; without that, such arguments are errors. */
  readonly takesRest: boolean;
  readonly takesExtra: boolean;
  readonly takesCaller: boolean;
}

export interface ForNode extends Placed {
  readonly kind: 'for';
  readonly target: Target;
  readonly items: Expression;
  readonly condition: Expression | undefined;
  readonly recursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export type Statement =
  | (Placed & { readonly kind: 'text'; readonly text: string })
  | (Placed & { readonly kind: 'output'; readonly expression: Expression })
  | (Placed & {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    })
  | ForNode
  | (Placed & { readonly kind: 'break' | 'continue' })
  | (Placed & { readonly kind: 'set'; readonly target: Target; readonly value: Expression })
  | (Placed & {
      readonly kind: 'capture';
      readonly target: Target;
      readonly filter: FilterNode | undefined;
      readonly body: readonly Statement[];
    })
  | MacroNode
  | (Placed & { readonly kind: 'callBlock'; readonly call: CallNode; readonly caller: MacroNode })
  | (Placed & { readonly kind: 'filterBlock'; readonly filter: FilterNode; readonly body: readonly Statement[] })
  | (Placed & {
      readonly kind: 'with';
      readonly assignments: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    })
  | (Placed & { readonly kind: 'do'; readonly expression: Expression })
  | IncludeNode
  | (Placed & {
      readonly kind: 'import';
      readonly template: Expression;
      readonly name: string;
      readonly withContext: boolean;
    })
  | (Placed & {
      readonly kind: 'fromImport';
      readonly template: Expression;
      readonly names: readonly { readonly name: string; readonly alias: string }[];
      readonly withContext: boolean;
    })
  | (Placed & { readonly kind: 'extends'; readonly template: Expression })
  | BlockNode;

export interface IncludeNode extends Placed {
  readonly kind: 'include';
  readonly template: Expression;
  readonly ignoreMissing: boolean;
  readonly withContext: boolean;
}

export interface BlockNode extends Placed {
  readonly kind: 'block';
  readonly name: string;
  readonly required: boolean;
  readonly body: readonly Statement[];
}
