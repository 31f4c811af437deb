import { TemplateError } from '../error.ts';
import { limits } from '../limits.ts';
import { PyFloat, type Value } from '../value.ts';
import { integer } from './arithmetic.ts';

const numberPattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const stringPattern = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PyFloat(Number.NaN)],
  ['Infinity', new PyFloat(Number.POSITIVE_INFINITY)],
  ['-Infinity', new PyFloat(Number.NEGATIVE_INFINITY)],
]);

/** Reads JSON text as Python does: 1 and 1.0 stay apart, of equal keys the last wins. Throws `TemplateError`. */
export function parseJson(text: string): Value {
  const parser = new JsonParser(text);
  return parser.parse();
}

class JsonParser {
  readonly #text: string;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Value {
    const value = this.#value(0);
    this.#space();
    if (this.#index < this.#text.length) throw this.#error('extra data');
    return value;
  }

  #value(depth: number): Value {
    if (depth > limits.nesting * 4) throw this.#error('nested too deeply');
    this.#space();
    const char = this.#text[this.#index];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    for (const [word, value] of words) {
      if (this.#text.startsWith(word, this.#index)) {
        this.#index += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #object(depth: number): Value {
    const dict = new Map<Value, Value>();
    this.#index += 1;
    this.#space();
    if (this.#skip('}')) return dict;
    for (;;) {
      this.#space();
      if (this.#text[this.#index] !== '"') throw this.#error('expected a key in double quotes');
      const key = this.#string();
      this.#space();
      if (!this.#skip(':')) throw this.#error("expected ':'");
      dict.set(key, this.#value(depth + 1));
      this.#space();
      if (this.#skip('}')) return dict;
      if (!this.#skip(',')) throw this.#error("expected ',' or '}'");
    }
  }

  #array(depth: number): Value {
    const items: Value[] = [];
    this.#index += 1;
    this.#space();
    if (this.#skip(']')) return items;
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#space();
      if (this.#skip(']')) return items;
      if (!this.#skip(',')) throw this.#error("expected ',' or ']'");
    }
  }

  #string(): string {
    stringPattern.lastIndex = this.#index;
    const found = stringPattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#error('this text is not closed, or has a bad character in it');
    this.#index += found.length;
    try {
      const value: unknown = JSON.parse(found);
      return typeof value === 'string' ? value : '';
    } catch (error) {
      if (error instanceof SyntaxError) throw this.#error('a control character in text');
      throw error;
    }
  }

  #number(): Value {
    numberPattern.lastIndex = this.#index;
    const match = numberPattern.exec(this.#text);
    if (match === null) throw this.#error('expected a value');
    this.#index += match[0].length;
    return match[1] === undefined && match[2] === undefined ? integer(BigInt(match[0])) : new PyFloat(Number(match[0]));
  }

  #space(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#index] ?? '')) this.#index += 1;
  }

  #skip(char: string): boolean {
    if (this.#text[this.#index] !== char) return false;
    this.#index += 1;
    return true;
  }

  #error(message: string): TemplateError {
    const before = this.#text.slice(0, this.#index).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return new TemplateError(`this is not JSON: ${message} at line ${before.length}, column ${column}`);
  }
}
