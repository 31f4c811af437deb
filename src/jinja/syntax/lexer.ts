import { TemplateError } from '../error.ts';
import { readNumber, readString } from './literals.ts';
import type { Source } from './source.ts';

/** A token inside `{{ }}` or `{% %}`. `end` is the closing delimiter or the end of an expression. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'operator' | 'end';
  /** The text as written; for a string, its value. */
  readonly text: string;
  readonly offset: number;
  /** Offset behind the token. */
  readonly next: number;
}

const operators = [
  '**',
  '//',
  '==',
  '!=',
  '>=',
  '<=',
  '+',
  '-',
  '/',
  '*',
  '%',
  '~',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '>',
  '<',
  '=',
  '.',
  ':',
  '|',
  ',',
  ';',
];
const namePattern = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const spacePattern = /\s*/y;
const opening = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const closing = new Set([')', ']', '}']);

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Offset behind the closing delimiter. */
  readonly next: number;
  /** `-` or `+` before the closing delimiter, which decides about the white space behind it. */
  readonly trim: '-' | '+' | '';
}

/**
 * Reads the tokens of one expression or statement from `start` up to `closer` (`}}`, `%}`), which does not count inside
 * brackets, or to the end of the text when there is no closer.
 *
 * @param literalBackslashes true for `{{ }}` in YAML, where Ansible leaves backslashes in strings alone
 */
export function tokenize(
  source: Source,
  start: number,
  closer: '}}' | '%}' | undefined,
  literalBackslashes: boolean,
): Tokens {
  const { text } = source;
  const tokens: Token[] = [];
  const brackets: string[] = [];
  let offset = start;
  for (;;) {
    spacePattern.lastIndex = offset;
    spacePattern.exec(text);
    offset = spacePattern.lastIndex;
    if (closer !== undefined && brackets.length === 0) {
      const trim = text[offset] === '-' || text[offset] === '+' ? text[offset] : '';
      if (text.startsWith(closer, offset + (trim === '' ? 0 : 1)) && (trim !== '+' || closer === '%}')) {
        tokens.push({ kind: 'end', text: closer, offset, next: offset });
        return { tokens, next: offset + (trim === '' ? 0 : 1) + 2, trim: trim === '-' || trim === '+' ? trim : '' };
      }
    }
    if (offset >= text.length) {
      if (closer !== undefined) {
        const opener = closer === '}}' ? '{{' : '{%';
        throw syntaxError(source, text.lastIndexOf(opener, start), `this '${opener}' is never closed with '${closer}'`);
      }
      tokens.push({ kind: 'end', text: '', offset, next: offset });
      return { tokens, next: offset, trim: '' };
    }
    const token = readToken(source, offset, literalBackslashes);
    if (token.kind === 'operator') balance(source, token, brackets);
    tokens.push(token);
    offset = token.next;
  }
}

function readToken(source: Source, offset: number, literalBackslashes: boolean): Token {
  const { text } = source;
  const char = text[offset] ?? '';
  if (char === '"' || char === "'") {
    const string = readString(source, offset, literalBackslashes);
    return { kind: 'string', text: string.value, offset, next: string.next };
  }
  const number = readNumber(text, offset);
  if (number !== undefined) return { kind: 'number', text: number, offset, next: offset + number.length };
  namePattern.lastIndex = offset;
  const name = namePattern.exec(text)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, offset, next: offset + name.length };
  const operator = operators.find((candidate) => text.startsWith(candidate, offset));
  if (operator === undefined) throw syntaxError(source, offset, `unexpected character '${char}'`);
  return { kind: 'operator', text: operator, offset, next: offset + operator.length };
}

function balance(source: Source, token: Token, brackets: string[]): void {
  const closer = opening.get(token.text);
  if (closer !== undefined) {
    brackets.push(closer);
    return;
  }
  if (!closing.has(token.text)) return;
  const expected = brackets.pop();
  if (expected === token.text) return;
  const wanted = expected === undefined ? 'no bracket is open here' : `expected '${expected}'`;
  throw syntaxError(source, token.offset, `unexpected '${token.text}', ${wanted}`);
}

export function syntaxError(source: Source, offset: number, message: string, hint?: string): TemplateError {
  return new TemplateError(message, { at: source.position(offset), hint });
}
