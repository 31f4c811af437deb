import { TemplateError } from '../error.ts';
import { checkItems, checkText, limits } from '../limits.ts';
import type { BinaryOperator } from '../syntax/nodes.ts';
import { PyFloat, PyObject, PyTuple, Undefined, type Value } from '../value.ts';
import { percentFormat } from './percent-format.ts';
import { undefinedError } from './text.ts';
import { isInteger, isList, isNumber, typeName } from './types.ts';

type Numeric = number | bigint | boolean | PyFloat;

/** An int of any size in its one form: a `number` where that is exact, otherwise a `bigint`. */
export function integer(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** A binary operator with Python's meaning. Throws `TemplateError` for types that do not have it. */
export function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  for (const operand of [left, right]) {
    if (operand instanceof Undefined && !operand.lenient) throw undefinedError(operand);
  }
  if (isNumber(left) && isNumber(right)) return numeric(operator, left, right);
  const result = operator === '+' ? add(left, right) : operator === '*' ? repeat(left, right) : undefined;
  if (result !== undefined) return result;
  if (operator === '%' && typeof left === 'string') return percentFormat(left, right);
  if (left instanceof PyObject && (operator === '-' || operator === '+')) {
    const outcome = left.operate(operator, right);
    if (outcome !== undefined) return outcome;
  }
  throw unsupported(operator, left, right);
}

/** Unary minus or plus. */
export function signed(operator: '-' | '+', operand: Value): Value {
  if (operand instanceof Undefined) throw undefinedError(operand);
  if (!isNumber(operand)) throw new TemplateError(`bad operand type for unary ${operator}: '${typeName(operand)}'`);
  if (operand instanceof PyFloat) return operator === '-' ? new PyFloat(-operand.value) : operand;
  const value = BigInt(operand);
  return integer(operator === '-' ? -value : value);
}

/** A number as a JavaScript number, for float arithmetic. */
function toFloat(value: Numeric): number {
  return value instanceof PyFloat ? value.value : Number(value);
}

function numeric(operator: BinaryOperator, left: Numeric, right: Numeric): Value {
  if (left instanceof PyFloat || right instanceof PyFloat) return floats(operator, toFloat(left), toFloat(right));
  if (operator === '/') {
    if (Number(right) === 0) throw new TemplateError('division by zero');
    return new PyFloat(Number(left) / Number(right));
  }
  if (typeof left === 'number' && typeof right === 'number') {
    const result =
      operator === '+' ? left + right : operator === '-' ? left - right : operator === '*' ? left * right : undefined;
    if (result !== undefined && Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  return integers(operator, BigInt(left), BigInt(right));
}

function integers(operator: BinaryOperator, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return integer(a + b);
    case '-':
      return integer(a - b);
    case '*':
      checkBits(bits(a) + bits(b));
      return integer(a * b);
    case '**':
      if (b < 0n) {
        if (a === 0n) throw new TemplateError('0.0 cannot be raised to a negative power');
        return new PyFloat(Number(a) ** Number(b));
      }
      if (a !== 0n && a !== 1n && a !== -1n) checkBits(bits(a) * Number(b));
      return integer(a ** b);
    default: {
      if (b === 0n) throw new TemplateError('integer division or modulo by zero');
      const remainder = a % b;
      const adjust = remainder !== 0n && remainder < 0n !== b < 0n;
      if (operator === '%') return integer(adjust ? remainder + b : remainder);
      return integer(adjust ? a / b - 1n : a / b);
    }
  }
}

function floats(operator: BinaryOperator, a: number, b: number): PyFloat {
  switch (operator) {
    case '+':
      return new PyFloat(a + b);
    case '-':
      return new PyFloat(a - b);
    case '*':
      return new PyFloat(a * b);
    case '/':
      if (b === 0) throw new TemplateError('float division by zero');
      return new PyFloat(a / b);
    case '**':
      if (a === 0 && b < 0) throw new TemplateError('0.0 cannot be raised to a negative power');
      if (a < 0 && !Number.isInteger(b)) throw new TemplateError('a negative number cannot be raised to a fraction');
      return new PyFloat(a ** b);
    default: {
      if (b === 0) throw new TemplateError('float floor division or modulo by zero');
      return new PyFloat(operator === '%' ? floatModulo(a, b) : floatFloor(a, b));
    }
  }
}

/** The remainder with the divisor's sign, zero included. */
function floatModulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

function floatFloor(a: number, b: number): number {
  const quotient = (a - floatModulo(a, b)) / b;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function add(left: Value, right: Value): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    checkText(left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    checkItems(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple([...left.items, ...right.items]);
  return undefined;
}

function repeat(left: Value, right: Value): Value | undefined {
  if (isInteger(left)) return isInteger(right) ? undefined : repeat(right, left);
  if (!isInteger(right)) return undefined;
  const count = Math.max(0, Number(right));
  if (typeof left === 'string') {
    checkText(left.length * count);
    return left.repeat(count);
  }
  const items = left instanceof PyTuple ? left.items : isList(left) ? left : undefined;
  if (items === undefined) return undefined;
  checkItems(items.length * count);
  const repeated = Array.from({ length: count }, () => items).flat();
  return left instanceof PyTuple ? new PyTuple(repeated) : repeated;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

function checkBits(count: number): void {
  if (count > limits.integerBits) throw new TemplateError(`the number would have more than ${limits.integerBits} bits`);
}

function unsupported(operator: BinaryOperator, left: Value, right: Value): TemplateError {
  const hint =
    typeof left === 'string' || typeof right === 'string'
      ? 'join text with `~`, or convert with `| int` or `| string`'
      : undefined;
  const types = `'${typeName(left)}' and '${typeName(right)}'`;
  return new TemplateError(`unsupported operand type(s) for ${operator}: ${types}`, { hint });
}
