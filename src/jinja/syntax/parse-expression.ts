import type { Token } from './lexer.ts';
import type { BinaryOperator, CompareOperator, Expression } from './nodes.ts';
import { parseFilters, parsePostfix, parsePrimary } from './parse-primary.ts';
import type { Source } from './source.ts';
import { type Grammar, type References, TokenStream } from './token-stream.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

const grammar: Grammar = { expression: parseExpression, tuple: parseTupleOrExpression };

/** A stream that the functions of this file can read. */
export function expressionStream(source: Source, tokens: readonly Token[], references: References): TokenStream {
  return new TokenStream(source, tokens, grammar, references);
}

/** An expression with an inline `if`: `a if test else b`. */
export function parseExpression(stream: TokenStream): Expression {
  return stream.nested(() => {
    let expression = parseOr(stream);
    while (stream.isName('if')) {
      const { offset } = stream.next();
      const test = parseOr(stream);
      const otherwise = stream.skipName('else') ? parseExpression(stream) : undefined;
      expression = { kind: 'conditional', offset, test, consequent: expression, otherwise };
    }
    return expression;
  });
}

/** An expression without an inline `if`: what `for` loops over, where `if` begins the loop's condition. */
function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.isName('or')) {
    const { offset } = stream.next();
    left = { kind: 'or', offset, left, right: parseAnd(stream) };
  }
  return left;
}

/** One expression, or a tuple where commas follow: `1, 2`. */
export function parseTupleOrExpression(stream: TokenStream, withConditional = true): Expression {
  const parse = withConditional ? parseExpression : parseOr;
  const first = parse(stream);
  if (!stream.isOperator(',')) return first;
  const items = [first];
  while (stream.skipOperator(',')) {
    if (stream.current.kind === 'end' || stream.isOperator(')', '=') || stream.isName('if', 'recursive')) break;
    items.push(parse(stream));
  }
  return { kind: 'tuple', offset: first.offset, items };
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.isName('and')) {
    const { offset } = stream.next();
    left = { kind: 'and', offset, left, right: parseNot(stream) };
  }
  return left;
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.isName('not')) return parseCompare(stream);
  const { offset } = stream.next();
  return { kind: 'not', offset, operand: stream.nested(() => parseNot(stream)) };
}

function parseCompare(stream: TokenStream): Expression {
  const first = parseSum(stream);
  const rest: { operator: CompareOperator; operand: Expression }[] = [];
  let { offset } = stream.current;
  for (;;) {
    const at = stream.current.offset;
    const operator = readComparison(stream);
    if (operator === undefined) break;
    if (rest.length === 0) offset = at;
    rest.push({ operator, operand: parseSum(stream) });
  }
  return rest.length === 0 ? first : { kind: 'compare', offset, first, rest };
}

function readComparison(stream: TokenStream): CompareOperator | undefined {
  const { kind, text } = stream.current;
  if (kind === 'operator' && comparisons.has(text)) {
    stream.next();
    return text as CompareOperator;
  }
  if (stream.skipName('in')) return 'in';
  if (stream.isName('not') && stream.peek().kind === 'name' && stream.peek().text === 'in') {
    stream.next();
    stream.next();
    return 'not in';
  }
  return undefined;
}

function parseSum(stream: TokenStream): Expression {
  return parseBinary(stream, ['+', '-'], parseConcat);
}

function parseConcat(stream: TokenStream): Expression {
  const first = parseProduct(stream);
  if (!stream.isOperator('~')) return first;
  const { offset } = stream.current;
  const items = [first];
  while (stream.skipOperator('~')) items.push(parseProduct(stream));
  return { kind: 'concat', offset, items };
}

function parseProduct(stream: TokenStream): Expression {
  return parseBinary(stream, ['*', '/', '//', '%'], parsePower);
}

// Jinja's `**` groups to the left and takes a signed base: `2 ** 3 ** 2` is 64, `-2 ** 2` is 4.
function parsePower(stream: TokenStream): Expression {
  return parseBinary(stream, ['**'], parseUnary);
}

function parseBinary(
  stream: TokenStream,
  operators: readonly BinaryOperator[],
  operand: (stream: TokenStream) => Expression,
): Expression {
  let left = operand(stream);
  for (;;) {
    const operator = operators.find((candidate) => stream.isOperator(candidate));
    if (operator === undefined) return left;
    const { offset } = stream.next();
    left = { kind: 'binary', offset, operator, left, right: operand(stream) };
  }
}

// Filters and tests bind to the signed value: `-3 | abs` is 3.
function parseUnary(stream: TokenStream, withFilters = true): Expression {
  const signed = parseSigned(stream);
  return withFilters ? parseFilters(stream, signed) : signed;
}

function parseSigned(stream: TokenStream): Expression {
  if (stream.isOperator('-', '+')) {
    const { offset, text } = stream.next();
    const operand = stream.nested(() => parseUnary(stream, false));
    return { kind: text === '-' ? 'negate' : 'plus', offset, operand };
  }
  return parsePostfix(stream, parsePrimary(stream));
}
