import { checkText } from '../limits.ts';
import { analyzeScalar, readsAsOtherType } from './yaml-analysis.ts';

const escapes: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
  ['\ufeff', 'ufeff'],
]);

/** Writes YAML tokens with the line breaks and indentation of libyaml's emitter, column by column. */
export class YamlWriter {
  readonly #step: number;
  readonly #width: number;
  #out = '';
  #column = 0;
  #indent = -1;
  /** Only white space and `-` stand on the line so far: a nested block may go on behind them. */
  #indention = true;
  #space = true;

  constructor(step: number, width: number) {
    this.#step = step >= 2 && step <= 9 ? step : 2;
    this.#width = width > this.#step * 2 ? width : 80;
  }

  get atIndention(): boolean {
    return this.#indention;
  }

  finish(): string {
    return this.#out.endsWith('\n') ? this.#out : `${this.#out}\n`;
  }

  indentBlock(indentless: boolean): number {
    const previous = this.#indent;
    if (this.#indent < 0) this.#indent = 0;
    else if (!indentless) this.#indent += this.#step;
    return previous;
  }

  restoreIndent(indent: number): void {
    this.#indent = indent;
  }

  /** Goes to the start of the next entry of a block. */
  newItem(): void {
    this.#writeIndent();
  }

  openFlow(bracket: string): void {
    this.indicator(bracket, { needSpace: true, isOpening: true });
    this.#indent = this.#indent < 0 ? this.#step : this.#indent + this.#step;
  }

  flowItem(isFirst: boolean): void {
    if (!isFirst) this.indicator(',', { needSpace: false });
    if (this.#column > this.#width) this.#writeIndent();
  }

  closeFlow(bracket: string): void {
    this.#indent -= this.#step;
    this.indicator(bracket, { needSpace: false });
  }

  indicator(text: string, options: { needSpace: boolean; isOpening?: boolean; indention?: boolean }): void {
    if (options.needSpace && !this.#space) this.#put(' ');
    this.#put(text);
    this.#space = options.isOpening ?? false;
    this.#indention = this.#indention && (options.indention ?? false);
  }

  /** A text in the plainest style that keeps it: plain, single or double quotes. */
  text(text: string, { isKey, inFlow }: { isKey: boolean; inFlow: boolean }): void {
    const analysis = analyzeScalar(text);
    const simpleKeyBreaks = isKey && analysis.multiline;
    const fits = inFlow ? analysis.flowPlain : analysis.blockPlain;
    // The further lines of a text stand one level deeper than what it belongs to.
    const previous = this.#indent;
    this.#indent = previous < 0 ? this.#step : previous + this.#step;
    if (fits && !simpleKeyBreaks && !readsAsOtherType(text)) this.plain(text, !isKey);
    else if (analysis.singleQuoted && !simpleKeyBreaks) this.#singleQuoted(text, !isKey);
    else this.#doubleQuoted(text, !isKey);
    this.#indent = previous;
  }

  plain(text: string, mayBreak: boolean): void {
    if (!this.#space && text !== '') this.#put(' ');
    for (const [i, char] of [...text].entries()) {
      if (char === ' ' && mayBreak && this.#breaksAt(text, i)) this.#writeIndent();
      else this.#put(char);
    }
    this.#space = false;
    this.#indention = false;
  }

  #singleQuoted(text: string, mayBreak: boolean): void {
    this.indicator("'", { needSpace: true });
    const chars = [...text];
    let afterBreak = false;
    for (const [i, char] of chars.entries()) {
      if (char === '\n') {
        if (!afterBreak) this.#newLine();
        this.#newLine();
        afterBreak = true;
        continue;
      }
      if (afterBreak) this.#writeIndent();
      afterBreak = false;
      if (char === ' ' && mayBreak && i > 0 && i < chars.length - 1 && this.#breaksAt(chars, i)) this.#writeIndent();
      else this.#put(char === "'" ? "''" : char);
    }
    if (afterBreak) this.#writeIndent();
    this.indicator("'", { needSpace: false });
    this.#space = false;
    this.#indention = false;
  }

  #doubleQuoted(text: string, mayBreak: boolean): void {
    this.indicator('"', { needSpace: true });
    const chars = [...text];
    for (const [i, char] of chars.entries()) {
      if (
        char === ' ' &&
        mayBreak &&
        i > 0 &&
        i < chars.length - 1 &&
        this.#column > this.#width &&
        chars[i - 1] !== ' '
      ) {
        this.#writeIndent();
        if (chars[i + 1] === ' ') this.#put('\\');
      } else this.#put(escapeChar(char));
    }
    this.indicator('"', { needSpace: false });
    this.#space = false;
    this.#indention = false;
  }

  /** A line too long is broken at a single space. */
  #breaksAt(chars: ArrayLike<string>, i: number): boolean {
    return this.#column > this.#width && chars[i - 1] !== ' ' && chars[i + 1] !== ' ';
  }

  #writeIndent(): void {
    const indent = Math.max(0, this.#indent);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#space)) this.#newLine();
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column));
    this.#space = true;
    this.#indention = true;
  }

  #newLine(): void {
    this.#out += '\n';
    this.#column = 0;
    this.#indention = true;
    this.#space = true;
    checkText(this.#out.length);
  }

  #put(text: string): void {
    this.#out += text;
    this.#column += text.length;
  }
}

function escapeChar(char: string): string {
  const short = escapes.get(char);
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) ?? 0;
  if (
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000
  ) {
    return char;
  }
  return code <= 0xff
    ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
    : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
