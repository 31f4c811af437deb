import { numberValue } from './literals.ts';
import type { CallArguments, Expression } from './nodes.ts';
import type { References, TokenStream } from './token-stream.ts';

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

const noArguments: CallArguments = { positional: [], keyword: [], spread: undefined, spreadKeywords: undefined };

/** A name, literal, list, dict, or what stands in parentheses. */
export function parsePrimary(stream: TokenStream): Expression {
  const { current } = stream;
  const { offset } = current;
  switch (current.kind) {
    case 'name': {
      stream.next();
      const constant = constants.get(current.text);
      if (constant !== undefined) return { kind: 'constant', offset, value: constant };
      note(stream.references.names, current.text, offset);
      return { kind: 'name', offset, name: current.text };
    }
    case 'string': {
      let value = '';
      while (stream.current.kind === 'string') value += stream.next().text;
      return { kind: 'constant', offset, value };
    }
    case 'number':
      stream.next();
      return { kind: 'constant', offset, value: numberValue(current.text) };
    default:
      return parseBracketed(stream);
  }
}

function parseBracketed(stream: TokenStream): Expression {
  const { offset } = stream.current;
  if (stream.skipOperator('(')) {
    if (stream.skipOperator(')')) return { kind: 'tuple', offset, items: [] };
    const inner = stream.nested(() => stream.grammar.tuple(stream));
    stream.expectOperator(')');
    return inner;
  }
  if (stream.skipOperator('[')) {
    const items = parseList(stream, ']', () => stream.grammar.expression(stream));
    return { kind: 'list', offset, items };
  }
  if (stream.skipOperator('{')) {
    const pairs = parseList(stream, '}', () => {
      const key = stream.grammar.expression(stream);
      stream.expectOperator(':');
      return [key, stream.grammar.expression(stream)] as const;
    });
    return { kind: 'dict', offset, pairs };
  }
  throw stream.unexpected('expected a value');
}

/** Comma separated entries up to the closing bracket; a comma may follow the last. */
function parseList<T>(stream: TokenStream, closer: string, parse: () => T): T[] {
  const entries: T[] = [];
  while (!stream.isOperator(closer)) {
    if (entries.length > 0) stream.expectOperator(',');
    if (stream.isOperator(closer)) break;
    entries.push(parse());
  }
  stream.expectOperator(closer);
  return entries;
}

/** `.name`, `[key]`, `[a:b:c]` and calls behind a value. */
export function parsePostfix(stream: TokenStream, value: Expression): Expression {
  let result = value;
  for (;;) {
    const { offset } = stream.current;
    if (stream.skipOperator('.')) result = parseDotted(stream, result);
    else if (stream.skipOperator('[')) result = parseSubscript(stream, result, offset);
    else if (stream.isOperator('(')) {
      result = { kind: 'call', offset, callee: result, arguments: parseArguments(stream) };
      noteLookup(stream.references, result);
    } else return result;
  }
}

function parseDotted(stream: TokenStream, target: Expression): Expression {
  const token = stream.next();
  if (token.kind === 'name') return { kind: 'attribute', offset: token.offset, target, name: token.text };
  if (token.kind === 'number' && /^\d+$/.test(token.text)) {
    const key: Expression = { kind: 'constant', offset: token.offset, value: Number(token.text) };
    return { kind: 'item', offset: token.offset, target, key };
  }
  throw stream.unexpected("expected a name or an index after '.'");
}

function parseSubscript(stream: TokenStream, target: Expression, offset: number): Expression {
  const start = stream.isOperator(':') ? undefined : stream.grammar.expression(stream);
  if (start !== undefined && stream.isOperator(',')) {
    const items = [start];
    while (stream.skipOperator(',')) items.push(stream.grammar.expression(stream));
    stream.expectOperator(']');
    return { kind: 'item', offset, target, key: { kind: 'tuple', offset, items } };
  }
  if (start !== undefined && stream.skipOperator(']')) return { kind: 'item', offset, target, key: start };
  stream.expectOperator(':');
  const stop = stream.isOperator(':', ']') ? undefined : stream.grammar.expression(stream);
  const step = stream.skipOperator(':') && !stream.isOperator(']') ? stream.grammar.expression(stream) : undefined;
  stream.expectOperator(']');
  return { kind: 'slice', offset, target, start, stop, step };
}

/** The arguments in parentheses: positional, `name=value`, `*list`, `**dict`. */
function parseArguments(stream: TokenStream): CallArguments {
  stream.expectOperator('(');
  const positional: Expression[] = [];
  const keyword: { name: string; value: Expression }[] = [];
  let spread: Expression | undefined;
  let spreadKeywords: Expression | undefined;
  while (!stream.isOperator(')')) {
    if (positional.length + keyword.length > 0 || spread !== undefined || spreadKeywords !== undefined) {
      stream.expectOperator(',');
      if (stream.isOperator(')')) break;
    }
    if (spreadKeywords === undefined && stream.skipOperator('**')) spreadKeywords = stream.grammar.expression(stream);
    else if (spread === undefined && spreadKeywords === undefined && stream.skipOperator('*'))
      spread = stream.grammar.expression(stream);
    else if (stream.current.kind === 'name' && stream.peek().kind === 'operator' && stream.peek().text === '=') {
      const name = stream.next().text;
      stream.next();
      keyword.push({ name, value: stream.grammar.expression(stream) });
    } else if (keyword.length > 0 || spread !== undefined || spreadKeywords !== undefined) {
      throw stream.unexpected('a positional argument cannot follow a keyword argument');
    } else positional.push(stream.grammar.expression(stream));
  }
  stream.expectOperator(')');
  return { positional, keyword, spread, spreadKeywords };
}

/** The filters and tests behind a value: `| name(…)`, `is name`, `is not name x`. */
export function parseFilters(stream: TokenStream, value: Expression): Expression {
  let result = value;
  for (;;) {
    if (stream.isOperator('|')) result = parseFilter(stream, result);
    else if (stream.isName('is')) result = parseTest(stream, result);
    else if (stream.isOperator('(')) {
      const { offset } = stream.current;
      result = { kind: 'call', offset, callee: result, arguments: parseArguments(stream) };
    } else return result;
  }
}

/** One `| name(…)`. */
export function parseFilter(stream: TokenStream, input: Expression | undefined): Expression & { kind: 'filter' } {
  stream.expectOperator('|');
  return parseFilterName(stream, input);
}

/** `name(…)` of a filter; names may be qualified: `ansible.builtin.to_json`. */
export function parseFilterName(stream: TokenStream, input: Expression | undefined): Expression & { kind: 'filter' } {
  const { name, offset } = parseQualifiedName(stream, 'the name of a filter');
  note(stream.references.filters, name, offset);
  return {
    kind: 'filter',
    offset,
    input,
    name,
    arguments: stream.isOperator('(') ? parseArguments(stream) : noArguments,
  };
}

function parseQualifiedName(stream: TokenStream, what: string): { name: string; offset: number } {
  const { text, offset } = stream.expectName(what);
  let name = text;
  while (stream.skipOperator('.')) name += `.${stream.expectName(what).text}`;
  return { name, offset };
}

function parseTest(stream: TokenStream, input: Expression): Expression {
  stream.expectWord('is');
  const negated = stream.skipName('not');
  const { name, offset } = parseQualifiedName(stream, 'the name of a test');
  note(stream.references.tests, name, offset);
  const test: Expression = { kind: 'test', offset, input, name, arguments: parseTestArguments(stream) };
  return negated ? { kind: 'not', offset, operand: test } : test;
}

/** A test takes arguments in parentheses, or one value right behind it: `is divisibleby 3`. */
function parseTestArguments(stream: TokenStream): CallArguments {
  if (stream.isOperator('(')) return parseArguments(stream);
  const { kind } = stream.current;
  const startsValue = kind === 'name' || kind === 'string' || kind === 'number' || stream.isOperator('[', '{');
  if (!startsValue || stream.isName('else', 'or', 'and', 'if', 'in', 'not')) return noArguments;
  if (stream.isName('is')) throw stream.unexpected('tests cannot be chained with `is`; join them with `and`');
  return { ...noArguments, positional: [parsePostfix(stream, parsePrimary(stream))] };
}

function noteLookup(references: References, { callee, arguments: given }: Expression & { kind: 'call' }): void {
  if (callee.kind !== 'name' || !['lookup', 'query', 'q'].includes(callee.name)) return;
  const [plugin] = given.positional;
  if (plugin?.kind !== 'constant' || typeof plugin.value !== 'string') return;
  // `errors='ignore'` makes nothing of one that does not exist.
  if (!given.keyword.some(({ name }) => name === 'errors')) note(references.lookups, plugin.value, plugin.offset);
}

function note(references: Map<string, number>, name: string, offset: number): void {
  if (!references.has(name)) references.set(name, offset);
}
