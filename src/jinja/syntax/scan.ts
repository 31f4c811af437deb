import { syntaxError } from './lexer.ts';
import type { Source } from './source.ts';

/** How white space around tags is treated, and whether backslashes in `{{ }}` are literal. */
export interface Syntax {
  /** Drop the newline behind a `{% %}` or `{# #}`; Ansible's default. */
  readonly trimBlocks: boolean;
  /** Drop the blanks before a `{% %}` or `{# #}` that begins its line. */
  readonly lstripBlocks: boolean;
  /** True for `{{ }}` in YAML, where `'\n'` is two characters; false in `.j2` files. */
  readonly literalBackslashes: boolean;
}

/** What follows a stretch of text: a tag whose content starts at `start`, or the end of the source. */
export interface Chunk {
  readonly text: string;
  readonly textOffset: number;
  readonly tag: '{{' | '{%' | 'end';
  readonly tagOffset: number;
  readonly start: number;
}

const rawTag = /\{%[-+]?\s*raw\s*(-?)%\}/y;
const endRawTag = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;

/** Walks through a template's text from tag to tag; comments and `raw` are text, or nothing. */
export class Scanner {
  readonly #source: Source;
  readonly #syntax: Syntax;
  #offset = 0;
  #lineStart = true;

  constructor(source: Source, syntax: Syntax) {
    this.#source = source;
    this.#syntax = syntax;
  }

  /** The text up to the next tag, white space control applied. */
  next(): Chunk {
    const textOffset = this.#offset;
    let text = '';
    for (;;) {
      const { text: all } = this.#source;
      const found = findTag(all, this.#offset);
      const plain = all.slice(this.#offset, found ?? all.length);
      if (found === undefined) {
        this.#offset = all.length;
        return { text: text + plain, textOffset, tag: 'end', tagOffset: all.length, start: all.length };
      }
      const kind = all.slice(found, found + 2);
      const sign = all[found + 2] ?? '';
      text += this.#beforeTag(plain, kind !== '{{', sign);
      if (kind === '{#') this.#skipComment(found);
      else {
        const raw = kind === '{%' ? this.#readRaw(found) : undefined;
        if (raw === undefined) {
          const start = found + 2 + (sign === '-' || (sign === '+' && kind === '{%') ? 1 : 0);
          return { text, textOffset, tag: kind === '{{' ? '{{' : '{%', tagOffset: found, start };
        }
        text += raw;
      }
    }
  }

  /** Goes on behind a tag that ended at `offset` with this sign before its closing delimiter. */
  resume(offset: number, tag: '{{' | '{%', sign: string): void {
    this.#offset = offset;
    this.#afterTag(tag === '{%', sign);
  }

  #beforeTag(plain: string, isBlock: boolean, sign: string): string {
    if (sign === '-') return plain.trimEnd();
    if (!isBlock || sign === '+' || !this.#syntax.lstripBlocks) return plain;
    const lineStart = plain.lastIndexOf('\n') + 1;
    const strips = (lineStart > 0 || this.#lineStart) && plain.slice(lineStart).trim() === '';
    return strips ? plain.slice(0, lineStart) : plain;
  }

  #afterTag(isBlock: boolean, sign: string): void {
    const { text } = this.#source;
    this.#lineStart = false;
    if (sign === '-') {
      while (/\s/.test(text[this.#offset] ?? '')) this.#offset += 1;
      this.#lineStart = text[this.#offset - 1] === '\n';
    } else if (isBlock && this.#syntax.trimBlocks && sign !== '+' && text[this.#offset] === '\n') {
      this.#offset += 1;
      this.#lineStart = true;
    }
  }

  #skipComment(start: number): void {
    const end = this.#source.text.indexOf('#}', start + 2);
    if (end < 0) throw syntaxError(this.#source, start, "this '{#' is never closed with '#}'");
    const sign = end > start + 2 ? (this.#source.text[end - 1] ?? '') : '';
    this.#offset = end + 2;
    this.#afterTag(true, sign);
  }

  #readRaw(start: number): string | undefined {
    const { text } = this.#source;
    rawTag.lastIndex = start;
    const opened = rawTag.exec(text);
    if (opened === null) return undefined;
    endRawTag.lastIndex = rawTag.lastIndex;
    const closed = endRawTag.exec(text);
    if (closed === null) throw syntaxError(this.#source, start, "this 'raw' is never closed with '{% endraw %}'");
    const inner = text.slice(rawTag.lastIndex, closed.index);
    this.#offset = endRawTag.lastIndex;
    this.#lineStart = false;
    const kept = this.#beforeTag(opened[1] === '-' ? inner.trimStart() : inner, true, closed[1] ?? '');
    this.#afterTag(true, closed[2] ?? '');
    return kept;
  }
}

function findTag(text: string, from: number): number | undefined {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    const next = text[at + 1];
    if (next === '{' || next === '%' || next === '#') return at;
  }
  return undefined;
}
