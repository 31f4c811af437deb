import type { BodyReader } from './body-reader.ts';
import { syntaxError } from './lexer.ts';
import type { MacroNode, Parameter, Statement } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import type { TokenStream } from './token-stream.ts';

/** `{% macro name(a, b=1) %}…{% endmacro %}`. */
export function parseMacro(stream: TokenStream, reader: BodyReader, offset: number): MacroNode {
  const { text: name } = stream.expectName('the name of the macro');
  const parameters = parseParameters(stream);
  stream.expectEnd();
  return finishMacro(name, parameters, reader, offset, stream.current.next, 'endmacro');
}

/** `{% call(a) macro(…) %}…{% endcall %}`: the body is a macro that the called one knows as `caller`. */
export function parseCallBlock(stream: TokenStream, reader: BodyReader, offset: number): Statement {
  const parameters = stream.isOperator('(') ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== 'call') throw syntaxError(stream.source, call.offset, 'expected the call of a macro');
  stream.expectEnd();
  const caller = finishMacro('caller', parameters, reader, offset, stream.current.next, 'endcall');
  return { kind: 'callBlock', offset, call, caller };
}

function parseParameters(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  stream.expectOperator('(');
  while (!stream.isOperator(')')) {
    if (parameters.length > 0) stream.expectOperator(',');
    if (stream.isOperator(')')) break;
    const { text: name, offset } = stream.expectName('the name of a parameter');
    const fallback = stream.skipOperator('=') ? parseExpression(stream) : undefined;
    if (fallback === undefined && parameters.at(-1)?.fallback !== undefined) {
      throw syntaxError(stream.source, offset, `parameter '${name}' needs a default, as the one before it has one`);
    }
    parameters.push({ name, fallback });
  }
  stream.expectOperator(')');
  return parameters;
}

function finishMacro(
  name: string,
  parameters: readonly Parameter[],
  reader: BodyReader,
  offset: number,
  start: number,
  endTag: string,
): MacroNode {
  const { statements, end } = reader.body(endTag);
  const text = reader.source.text.slice(start, end.current.offset);
  end.next();
  end.expectEnd();
  return {
    kind: 'macro',
    offset,
    name,
    parameters,
    body: statements,
    takesRest: /\bvarargs\b/.test(text),
    takesExtra: /\bkwargs\b/.test(text),
    takesCaller: /\bcaller\b/.test(text),
  };
}
