import type { TemplateError } from '../error.ts';
import { limits } from '../limits.ts';
import { syntaxError, type Token } from './lexer.ts';
import type { Expression } from './nodes.ts';
import type { Source } from './source.ts';

/** The rules that brackets and arguments need of the rest of the grammar. */
export interface Grammar {
  readonly expression: (stream: TokenStream) => Expression;
  readonly tuple: (stream: TokenStream) => Expression;
}

/** What a source names, each with where it does so: for checks before anything is evaluated. */
export interface References {
  readonly names: Map<string, number>;
  readonly filters: Map<string, number>;
  readonly tests: Map<string, number>;
  /** Those that are named by a constant, and whose absence is not passed over. */
  readonly lookups: Map<string, number>;
}

export function noReferences(): References {
  return { names: new Map(), filters: new Map(), tests: new Map(), lookups: new Map() };
}

/** The tokens of one expression or statement, read one after the other. */
export class TokenStream {
  readonly source: Source;
  readonly grammar: Grammar;
  readonly references: References;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(source: Source, tokens: readonly Token[], grammar: Grammar, references: References) {
    this.source = source;
    this.grammar = grammar;
    this.references = references;
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#at(this.#index);
  }

  peek(ahead = 1): Token {
    return this.#at(this.#index + ahead);
  }

  next(): Token {
    const token = this.current;
    this.#index += 1;
    return token;
  }

  /** True when the current token is this operator. */
  isOperator(...operators: readonly string[]): boolean {
    return this.current.kind === 'operator' && operators.includes(this.current.text);
  }

  isName(...names: readonly string[]): boolean {
    return this.current.kind === 'name' && names.includes(this.current.text);
  }

  skipOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#index += 1;
    return true;
  }

  skipName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.#index += 1;
    return true;
  }

  expectOperator(operator: string): Token {
    if (!this.isOperator(operator)) throw this.unexpected(`expected '${operator}'`);
    return this.next();
  }

  expectWord(word: string): Token {
    if (!this.isName(word)) throw this.unexpected(`expected '${word}'`);
    return this.next();
  }

  /** Any name. */
  expectName(what: string): Token {
    if (this.current.kind !== 'name') throw this.unexpected(`expected ${what}`);
    return this.next();
  }

  expectEnd(): void {
    if (this.current.kind !== 'end') throw this.unexpected('expected the end');
  }

  /** Runs one level of nested parsing, within the bound that keeps the parser off the end of the stack. */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > limits.nesting)
      throw syntaxError(this.source, this.current.offset, 'this expression is nested too deeply');
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  unexpected(expectation: string): TemplateError {
    const token = this.current;
    const found = token.kind === 'end' ? 'end of the expression' : `'${token.text}'`;
    return syntaxError(this.source, token.offset, `unexpected ${found}, ${expectation}`);
  }

  #at(index: number): Token {
    const token = this.#tokens[Math.min(index, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError('a token stream has at least its end');
    return token;
  }
}
