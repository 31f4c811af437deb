import { TemplateError } from '../error.ts';
import type { RegexFlags } from './regex.ts';

const word = '\\p{L}\\p{N}_';
const insideClass: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', word],
  ['W', `[^${word}]`],
  ['s', '\\s\\x1c-\\x1f'],
  ['S', '[^\\s\\x1c-\\x1f]'],
]);
const boundary = `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
const notBoundary = `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\\n'],
  ['t', '\\t'],
  ['r', '\\r'],
  ['f', '\\f'],
  ['v', '\\v'],
  ['a', '\\x07'],
]);

/** Walks through one Python regular expression and writes the JavaScript one. */
export class RegexTranslator {
  readonly #pattern: string;
  #index = 0;
  #ignoreCase: boolean;
  #multiline: boolean;
  #dotAll = false;
  #verbose = false;

  constructor(pattern: string, flags: RegexFlags) {
    this.#pattern = pattern;
    this.#ignoreCase = flags.ignoreCase ?? false;
    this.#multiline = flags.multiline ?? false;
  }

  translate(): { source: string; ignoreCase: boolean } {
    this.#readGlobalFlags();
    let source = '';
    while (this.#index < this.#pattern.length) source += this.#next();
    return { source, ignoreCase: this.#ignoreCase };
  }

  #readGlobalFlags(): void {
    const match = /^\(\?([aiLmsux]+)\)/.exec(this.#pattern);
    if (match === null) return;
    this.#index = match[0].length;
    const letters = match[1] ?? '';
    if (letters.includes('i')) this.#ignoreCase = true;
    if (letters.includes('m')) this.#multiline = true;
    if (letters.includes('s')) this.#dotAll = true;
    if (letters.includes('x')) this.#verbose = true;
  }

  #next(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#index) ?? 0);
    this.#index += char.length;
    if (this.#verbose && /\s/.test(char)) return '';
    if (this.#verbose && char === '#') {
      const end = this.#pattern.indexOf('\n', this.#index);
      this.#index = end < 0 ? this.#pattern.length : end;
      return '';
    }
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#characterClass();
      case '(':
        return this.#group();
      case '.':
        return this.#dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
      case '$':
        return this.#multiline ? '(?=\\n|(?![\\s\\S]))' : '(?=\\n?(?![\\s\\S]))';
      case '{':
        return this.#quantifier();
      case '}':
      case ']':
      case '/':
        return `\\${char}`;
      case '*':
      case '+':
      case '?':
        return this.#refusePossessive(char);
      default:
        return char;
    }
  }

  #refusePossessive(char: string): string {
    if (this.#pattern[this.#index] === '+') throw this.#unsupported(`the possessive quantifier '${char}+'`);
    return char;
  }

  #quantifier(): string {
    const match = /^(\d*)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#index, this.#index + 30));
    if (match === null || (match[1] === '' && match[3] === '')) return '\\{';
    this.#index += match[0].length;
    return `{${match[1] || '0'}${match[2]}${match[3]}}`;
  }

  #escape(): string {
    const char = this.#pattern[this.#index];
    if (char === undefined) throw new TemplateError(`the regular expression '${this.#pattern}' ends with a backslash`);
    this.#index += 1;
    const set = insideClass.get(char);
    if (set !== undefined) return /[WS]/.test(char) ? set : `[${set}]`;
    switch (char) {
      case 'A':
        return '(?<![\\s\\S])';
      case 'Z':
        return '(?![\\s\\S])';
      case 'b':
        return boundary;
      case 'B':
        return notBoundary;
      default:
        break;
    }
    if (/[1-9]/.test(char)) return this.#backReference(char);
    return this.#literalEscape(char);
  }

  #backReference(first: string): string {
    const second = /\d/.test(this.#pattern[this.#index] ?? '') ? this.#pattern[this.#index] : '';
    this.#index += (second ?? '').length;
    return `(?:\\${first}${second})`;
  }

  /** An escape that stands for one character, in a class or outside. */
  #literalEscape(char: string): string {
    const control = controls.get(char);
    if (control !== undefined) return control;
    const rest = this.#pattern.slice(this.#index);
    const code =
      char === 'x'
        ? /^[\da-fA-F]{2}/.exec(rest)
        : char === 'u'
          ? /^[\da-fA-F]{4}/.exec(rest)
          : char === 'U'
            ? /^[\da-fA-F]{8}/.exec(rest)
            : null;
    if (code !== null) {
      this.#index += code[0].length;
      return `\\u{${code[0]}}`;
    }
    if (char === '0') {
      const octal = /^[0-7]{0,2}/.exec(rest)?.[0] ?? '';
      this.#index += octal.length;
      return `\\u{${Number.parseInt(`0${octal}`, 8).toString(16)}}`;
    }
    if (/[A-Za-z]/.test(char))
      throw new TemplateError(`the regular expression '${this.#pattern}' has the bad escape \\${char}`);
    return escapeLiteral(char);
  }

  #characterClass(): string {
    let body = '';
    const negated = this.#pattern[this.#index] === '^';
    if (negated) this.#index += 1;
    for (let first = true; ; first = false) {
      const char = this.#pattern[this.#index];
      if (char === undefined)
        throw new TemplateError(`the regular expression '${this.#pattern}' has a '[' that is never closed`);
      const point = String.fromCodePoint(this.#pattern.codePointAt(this.#index) ?? 0);
      this.#index += point.length;
      if (char === ']' && !first) break;
      if (char === '\\') body += this.#classEscape();
      else if (char === '-' && this.#isRange(body)) body += '-';
      else body += escapeLiteral(point);
    }
    return `[${negated ? '^' : ''}${body}]`;
  }

  #isRange(before: string): boolean {
    return before !== '' && this.#pattern[this.#index] !== ']' && this.#index < this.#pattern.length;
  }

  #classEscape(): string {
    const char = this.#pattern[this.#index] ?? '';
    this.#index += 1;
    return insideClass.get(char) ?? (char === 'b' ? '\\x08' : this.#literalEscape(char));
  }

  #group(): string {
    if (this.#pattern[this.#index] !== '?') return '(';
    const rest = this.#pattern.slice(this.#index);
    const comment = /^\?#[^)]*\)/.exec(rest);
    if (comment !== null) return this.#take(comment[0], '');
    const named = /^\?P<([\p{L}_][\p{L}\p{N}_]*)>/u.exec(rest);
    if (named !== null) return this.#take(named[0], `(?<${named[1]}>`);
    const reference = /^\?P=([\p{L}_][\p{L}\p{N}_]*)\)/u.exec(rest);
    if (reference !== null) return this.#take(reference[0], `\\k<${reference[1]}>`);
    const plain = /^\?(?:[:=!]|<[=!])/.exec(rest);
    if (plain !== null) return this.#take(plain[0], `(${plain[0]}`);
    throw this.#unsupported(`the group '(${rest.slice(0, 6)}…'`);
  }

  #take(text: string, result: string): string {
    this.#index += text.length;
    return result;
  }

  #unsupported(what: string): TemplateError {
    return new TemplateError(`the regular expression '${this.#pattern}' uses ${what}, which is not supported here`);
  }
}

function escapeLiteral(char: string): string {
  return /[\^$\\.*+?()[\]{}|/\-&!#%,:;<=>@`~"' ]/.test(char) ? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}` : char;
}
