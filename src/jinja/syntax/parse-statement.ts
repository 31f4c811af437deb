import type { BodyReader } from './body-reader.ts';
import type { Expression, FilterNode, Statement, Target } from './nodes.ts';
import { parseExpression, parseTupleOrExpression } from './parse-expression.ts';
import { parseCallBlock, parseMacro } from './parse-macro.ts';
import { parseFilter, parseFilterName } from './parse-primary.ts';
import type { TokenStream } from './token-stream.ts';

type StatementParser = (stream: TokenStream, reader: BodyReader, offset: number) => Statement | readonly Statement[];

const parsers: ReadonlyMap<string, StatementParser> = new Map<string, StatementParser>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
  ['with', parseWith],
  ['autoescape', parseAutoescape],
  ['print', (stream, _reader, offset) => ({ kind: 'output', offset, expression: parseTupleOrExpression(stream) })],
  ['do', (stream, _reader, offset) => ({ kind: 'do', offset, expression: parseTupleOrExpression(stream) })],
  ['break', (_stream, _reader, offset) => ({ kind: 'break', offset })],
  ['continue', (_stream, _reader, offset) => ({ kind: 'continue', offset })],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFromImport],
  ['extends', (stream, _reader, offset) => ({ kind: 'extends', offset, template: parseExpression(stream) })],
  ['block', parseBlock],
]);

export const statementNames: readonly string[] = [...parsers.keys()];

/** Reads one `{% name … %}` and, where it has one, its body. `undefined` when no statement has that name. */
export function parseStatement(stream: TokenStream, reader: BodyReader): readonly Statement[] | undefined {
  const parse = parsers.get(stream.current.text);
  if (parse === undefined) return undefined;
  const { offset } = stream.next();
  const statements = [parse(stream, reader, offset)].flat();
  stream.expectEnd();
  return statements;
}

function parseIf(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const branches: { test: Expression; body: readonly Statement[] }[] = [];
  let head = stream;
  for (;;) {
    const test = parseTupleOrExpression(head);
    head.expectEnd();
    const { statements, end } = reader.body('elif', 'else', 'endif');
    branches.push({ test, body: statements });
    const tag = end.next().text;
    if (tag === 'elif') {
      head = end;
      continue;
    }
    end.expectEnd();
    const otherwise = tag === 'else' ? closeWith(reader, 'endif') : [];
    return { kind: 'if', offset, branches, otherwise };
  }
}

function parseFor(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const target = parseTarget(stream);
  stream.expectWord('in');
  const items = parseTupleOrExpression(stream, false);
  const condition = stream.skipName('if') ? parseExpression(stream) : undefined;
  const recursive = stream.skipName('recursive');
  stream.expectEnd();
  const { statements, end } = reader.body('else', 'endfor');
  const tag = end.next().text;
  end.expectEnd();
  const otherwise = tag === 'else' ? closeWith(reader, 'endfor') : [];
  return { kind: 'for', offset, target, items, condition, recursive, body: statements, otherwise };
}

function closeWith(reader: BodyReader, tag: string): readonly Statement[] {
  const { statements, end } = reader.body(tag);
  end.next();
  // `{% endblock name %}` repeats the name.
  if (tag === 'endblock' && end.current.kind === 'name') end.next();
  end.expectEnd();
  return statements;
}

function parseTarget(stream: TokenStream): Target {
  const { offset } = stream.current;
  const targets = [parseOneTarget(stream)];
  let isTuple = false;
  while (stream.skipOperator(',')) {
    isTuple = true;
    if (stream.current.kind !== 'name' && !stream.isOperator('(')) break;
    if (stream.isName('in')) break;
    targets.push(parseOneTarget(stream));
  }
  const [only] = targets;
  return isTuple || only === undefined ? { kind: 'targets', offset, targets } : only;
}

function parseOneTarget(stream: TokenStream): Target {
  if (stream.skipOperator('(')) {
    const inner = stream.nested(() => parseTarget(stream));
    stream.expectOperator(')');
    return inner;
  }
  const { text, offset } = stream.expectName('the name of a variable');
  if (!stream.skipOperator('.')) return { kind: 'name', offset, name: text };
  return { kind: 'attribute', offset, object: text, name: stream.expectName('the name of an attribute').text };
}

function parseSet(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const target = parseTarget(stream);
  if (stream.skipOperator('=')) return { kind: 'set', offset, target, value: parseTupleOrExpression(stream) };
  let filter: FilterNode | undefined;
  while (stream.isOperator('|')) filter = parseFilter(stream, filter);
  stream.expectEnd();
  return { kind: 'capture', offset, target, filter, body: closeWith(reader, 'endset') };
}

function parseFilterBlock(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  let filter = parseFilterName(stream, undefined);
  while (stream.isOperator('|')) filter = parseFilter(stream, filter);
  stream.expectEnd();
  return { kind: 'filterBlock', offset, filter, body: closeWith(reader, 'endfilter') };
}

function parseWith(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const assignments: { target: Target; value: Expression }[] = [];
  while (stream.current.kind !== 'end') {
    if (assignments.length > 0) stream.expectOperator(',');
    const target = parseOneTarget(stream);
    stream.expectOperator('=');
    assignments.push({ target, value: parseExpression(stream) });
  }
  return { kind: 'with', offset, assignments, body: closeWith(reader, 'endwith') };
}

// Nothing is ever escaped for HTML, so the body is all there is to it.
function parseAutoescape(stream: TokenStream, reader: BodyReader): readonly Statement[] {
  parseExpression(stream);
  return closeWith(reader, 'endautoescape');
}

function parseBlock(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const name = stream.expectName('the name of a block').text;
  stream.skipName('scoped');
  const required = stream.skipName('required');
  stream.expectEnd();
  return { kind: 'block', offset, name, required, body: closeWith(reader, 'endblock') };
}

function parseInclude(stream: TokenStream, _reader: BodyReader, offset: number): Statement {
  const template = parseExpression(stream);
  const ignoreMissing = stream.isName('ignore') && stream.peek().text === 'missing';
  if (ignoreMissing) {
    stream.next();
    stream.next();
  }
  return { kind: 'include', offset, template, ignoreMissing, withContext: parseContext(stream, true) };
}

function parseImport(stream: TokenStream, _reader: BodyReader, offset: number): Statement {
  const template = parseExpression(stream);
  stream.expectWord('as');
  const { text: name } = stream.expectName('a name for the imported template');
  return { kind: 'import', offset, template, name, withContext: parseContext(stream, false) };
}

function parseFromImport(stream: TokenStream, _reader: BodyReader, offset: number): Statement {
  const template = parseExpression(stream);
  stream.expectWord('import');
  const names: { name: string; alias: string }[] = [];
  for (;;) {
    const { text: name } = stream.expectName('a name to import');
    names.push({ name, alias: stream.skipName('as') ? stream.expectName('a name').text : name });
    if (!stream.skipOperator(',') || stream.current.kind === 'end') break;
  }
  return { kind: 'fromImport', offset, template, names, withContext: parseContext(stream, false) };
}

function parseContext(stream: TokenStream, fallback: boolean): boolean {
  const isContext = stream.isName('with', 'without') && stream.peek().text === 'context';
  if (!isContext) return fallback;
  const withContext = stream.next().text === 'with';
  stream.next();
  return withContext;
}
