import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import type { CallArguments, CompareOperator, Expression, SliceNode } from '../syntax/nodes.ts';
import { isDict, PyTuple, Undefined, type Value } from '../value.ts';
import { arithmetic, signed } from '../values/arithmetic.ts';
import { compare, contains, dictSet, equals, isTruthy } from '../values/compare.ts';
import { iterate, slice } from '../values/sequence.ts';
import { toText, undefinedError } from '../values/text.ts';
import { typeName } from '../values/types.ts';
import { getAttribute, getItem } from './access.ts';
import { applyFilter, applyTest, callValue, type Values } from './calls.ts';
import { contextGlobal } from './context-globals.ts';
import type { Frame } from './frame.ts';

/** The value of an expression. Throws `TemplateError` at the place of the innermost part that failed. */
export function evaluate(node: Expression, frame: Frame): Value {
  try {
    return evaluateNode(node, frame);
  } catch (error) {
    if (error instanceof TemplateError && error.at === undefined) error.locate(frame.position(node.offset));
    throw error;
  }
}

function evaluateNode(node: Expression, frame: Frame): Value {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'name':
      return lookUp(node.name, node.offset, frame);
    case 'list':
      return node.items.map((item) => evaluate(item, frame));
    case 'tuple':
      return new PyTuple(node.items.map((item) => evaluate(item, frame)));
    case 'dict':
      return evaluateDict(node.pairs, frame);
    case 'attribute':
      return getAttribute(evaluate(node.target, frame), node.name, frame, node.offset);
    case 'item':
      return getItem(evaluate(node.target, frame), evaluate(node.key, frame), frame, node.offset);
    case 'slice':
      return evaluateSlice(node, frame);
    case 'call':
      return callValue(evaluate(node.callee, frame), evaluateArguments(node.arguments, frame), frame);
    case 'filter': {
      const input = node.input === undefined ? '' : evaluate(node.input, frame);
      return applyFilter(node.name, input, evaluateArguments(node.arguments, frame), frame);
    }
    case 'test':
      return applyTest(node.name, evaluate(node.input, frame), evaluateArguments(node.arguments, frame), frame);
    default:
      return evaluateOperator(node, frame);
  }
}

type OperatorNode = Extract<
  Expression,
  { kind: 'negate' | 'plus' | 'not' | 'binary' | 'and' | 'or' | 'concat' | 'compare' | 'conditional' }
>;

function evaluateOperator(node: OperatorNode, frame: Frame): Value {
  switch (node.kind) {
    case 'negate':
      return signed('-', evaluate(node.operand, frame));
    case 'plus':
      return signed('+', evaluate(node.operand, frame));
    case 'not':
      return !isTruthy(evaluate(node.operand, frame));
    case 'binary':
      return arithmetic(node.operator, evaluate(node.left, frame), evaluate(node.right, frame));
    case 'and': {
      const left = evaluate(node.left, frame);
      return isTruthy(left) ? evaluate(node.right, frame) : left;
    }
    case 'or': {
      const left = evaluate(node.left, frame);
      return isTruthy(left) ? left : evaluate(node.right, frame);
    }
    case 'concat': {
      const text = node.items.map((item) => toText(evaluate(item, frame))).join('');
      checkText(text.length);
      return text;
    }
    case 'compare':
      return evaluateComparison(node, frame);
    case 'conditional':
      if (isTruthy(evaluate(node.test, frame))) return evaluate(node.consequent, frame);
      if (node.otherwise !== undefined) return evaluate(node.otherwise, frame);
      return new Undefined('the inline if has no else, and its condition is false', {
        at: frame.position(node.offset),
        hint: () => "add `else …`, for example `else ''`",
        lenient: true,
      });
  }
}

function lookUp(name: string, offset: number, frame: Frame): Value {
  // Not `??`: the value of a name may be None, which is null.
  const variable = frame.lookup(name);
  if (variable !== undefined) return variable;
  const global = frame.run.environment.globals.get(name);
  if (global !== undefined) return global;
  return contextGlobal(name, frame) ?? frame.missing(name, offset);
}

function evaluateDict(pairs: readonly (readonly [Expression, Expression])[], frame: Frame): Value {
  const dict = new Map<Value, Value>();
  for (const [keyNode, valueNode] of pairs) {
    const key = evaluate(keyNode, frame);
    dictSet(dict, key, evaluate(valueNode, frame));
  }
  return dict;
}

function evaluateSlice(node: SliceNode, frame: Frame): Value {
  const target = evaluate(node.target, frame);
  const bound = (part: Expression | undefined) => (part === undefined ? null : evaluate(part, frame));
  const [start, stop, step] = [bound(node.start), bound(node.stop), bound(node.step)];
  return target instanceof Undefined ? target : slice(target, start, stop, step);
}

function evaluateComparison(node: Expression & { kind: 'compare' }, frame: Frame): boolean {
  let left = evaluate(node.first, frame);
  for (const { operator, operand } of node.rest) {
    const right = evaluate(operand, frame);
    if (!holds(operator, left, right)) return false;
    left = right;
  }
  return true;
}

function holds(operator: CompareOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    case '<':
      return compare(left, right, operator) < 0;
    case '<=':
      return compare(left, right, operator) <= 0;
    case '>':
      return compare(left, right, operator) > 0;
    case '>=':
      return compare(left, right, operator) >= 0;
  }
}

/** The values of a call's arguments, `*list` and `**dict` included. */
export function evaluateArguments(args: CallArguments, frame: Frame): Values {
  const positional = args.positional.map((item) => evaluate(item, frame));
  const keyword = new Map<string, Value>();
  for (const { name, value } of args.keyword) keyword.set(name, evaluate(value, frame));
  if (args.spread !== undefined) positional.push(...iterate(evaluate(args.spread, frame)));
  if (args.spreadKeywords !== undefined) {
    const extra = evaluate(args.spreadKeywords, frame);
    if (extra instanceof Undefined) throw undefinedError(extra);
    if (!isDict(extra)) throw new TemplateError(`argument after ** must be a dict, not ${typeName(extra)}`);
    for (const [name, value] of extra.entries()) keyword.set(toText(name), value);
  }
  return { positional, keyword };
}
