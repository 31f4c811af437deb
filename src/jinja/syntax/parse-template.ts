import { nearestName } from '../../errors.ts';
import { limits } from '../limits.ts';
import type { BodyReader } from './body-reader.ts';
import { syntaxError, tokenize } from './lexer.ts';
import type { Statement } from './nodes.ts';
import { expressionStream, parseTupleOrExpression } from './parse-expression.ts';
import { parseStatement, statementNames } from './parse-statement.ts';
import { type Chunk, Scanner, type Syntax } from './scan.ts';
import type { Source } from './source.ts';
import { noReferences, type References, type TokenStream } from './token-stream.ts';

export interface ParsedTemplate {
  readonly body: readonly Statement[];
  readonly references: References;
}

/** Reads a whole template. Throws `TemplateError` at the first thing that is not Jinja. */
export function parseTemplate(source: Source, syntax: Syntax): ParsedTemplate {
  const parser = new TemplateParser(source, syntax);
  const { statements } = parser.read([], undefined);
  return { body: statements, references: parser.references };
}

interface OpenTag {
  readonly name: string;
  readonly offset: number;
}

class TemplateParser {
  readonly references: References = noReferences();
  readonly #source: Source;
  readonly #syntax: Syntax;
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(source: Source, syntax: Syntax) {
    this.#source = source;
    this.#syntax = syntax;
    this.#scanner = new Scanner(source, syntax);
  }

  /** Reads statements up to one of the `ends` tags (`endif`, `else`); to the end of the source when there are none. */
  read(ends: readonly string[], open: OpenTag | undefined): { statements: Statement[]; end: TokenStream | undefined } {
    this.#depth += 1;
    if (this.#depth > limits.nesting) {
      throw syntaxError(this.#source, open?.offset ?? 0, 'the blocks of this template are nested too deeply');
    }
    const statements: Statement[] = [];
    for (;;) {
      const chunk = this.#scanner.next();
      if (chunk.text !== '') statements.push({ kind: 'text', offset: chunk.textOffset, text: chunk.text });
      if (chunk.tag === 'end') {
        if (open !== undefined) throw this.#unclosed(open, ends);
        return { statements, end: undefined };
      }
      const stream = this.#stream(chunk);
      if (chunk.tag === '{{') {
        const expression = parseTupleOrExpression(stream);
        stream.expectEnd();
        statements.push({ kind: 'output', offset: expression.offset, expression });
      } else if (stream.isName(...ends)) {
        this.#depth -= 1;
        return { statements, end: stream };
      } else statements.push(...this.#statement(stream, open, ends));
    }
  }

  #stream(chunk: Chunk): TokenStream {
    const isOutput = chunk.tag === '{{';
    const literal = isOutput && this.#syntax.literalBackslashes;
    const { tokens, next, trim } = tokenize(this.#source, chunk.start, isOutput ? '}}' : '%}', literal);
    this.#scanner.resume(next, isOutput ? '{{' : '{%', trim);
    return expressionStream(this.#source, tokens, this.references);
  }

  #statement(stream: TokenStream, open: OpenTag | undefined, ends: readonly string[]): readonly Statement[] {
    const { text: name, offset, kind } = stream.current;
    if (kind !== 'name') throw stream.unexpected('expected the name of a tag');
    const reader: BodyReader = {
      source: this.#source,
      body: (...bodyEnds) => {
        const { statements, end } = this.read(bodyEnds, { name, offset });
        if (end === undefined) throw new TypeError('a body ends with one of its end tags');
        return { statements, end };
      },
    };
    const statements = parseStatement(stream, reader);
    if (statements !== undefined) return statements;
    if (open !== undefined && /^(end|else|elif)/.test(name)) {
      throw syntaxError(
        this.#source,
        offset,
        `unexpected '${name}', the open '${open.name}' expects ${listEnds(ends)}`,
      );
    }
    const near = nearestName(name, [...statementNames, 'raw']);
    const hint = near === undefined ? undefined : `did you mean '${near}'?`;
    throw syntaxError(this.#source, offset, `unknown tag '${name}'`, hint);
  }

  #unclosed(open: OpenTag, ends: readonly string[]): Error {
    return syntaxError(
      this.#source,
      open.offset,
      `this '${open.name}' is never closed`,
      `close it with ${listEnds(ends)}`,
    );
  }
}

function listEnds(ends: readonly string[]): string {
  return ends.map((end) => `'{% ${end} %}'`).join(' or ');
}
