/** A quote that is not closed, or a backslash at the end. */
export class IniWordError extends Error {}

export interface IniWord {
  readonly text: string;
  /** Offset of the word in its line, from 0. */
  readonly offset: number;
}

/**
 * The words of a host line as a POSIX shell splits them (Python's shlex with comments): quotes are taken off, a
 * backslash escapes outside quotes and before `"` and `\` inside double ones, and a `#` ends the line wherever it
 * stands outside quotes, even inside a word.
 * @throws IniWordError
 */
export function splitIniWords(line: string): IniWord[] {
  const words: IniWord[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === '#') break;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const word = readWord(line, at);
    words.push({ text: word.text, offset: at });
    at = word.end;
  }
  return words;
}

function readWord(line: string, start: number): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at < line.length && !/[\s#]/.test(line.charAt(at))) {
    const char = line.charAt(at);
    if (char === "'" || char === '"') {
      const quoted = readQuoted(line, at + 1, char);
      text += quoted.text;
      at = quoted.end;
    } else if (char === '\\') {
      if (at + 1 >= line.length) throw new IniWordError('the line ends with a backslash');
      text += line.charAt(at + 1);
      at += 2;
    } else {
      text += char;
      at++;
    }
  }
  return { text, end: at };
}

function readQuoted(line: string, start: number, quote: string): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === quote) return { text, end: at + 1 };
    if (char === '\\' && quote === '"' && /["\\]/.test(line.charAt(at + 1))) {
      text += line.charAt(at + 1);
      at += 2;
    } else {
      text += char;
      at++;
    }
  }
  throw new IniWordError(`the quote ${quote} is not closed`);
}
