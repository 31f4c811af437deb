/** The words of a command line as a POSIX shell without expansion splits them. */
export function splitWords(line: string): readonly string[] | { readonly problem: string } {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) return { problem: `the quotation that begins with ' at character ${at + 1} does not end` };
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const end = endOfDoubleQuotes(line, at + 1);
      if (end === undefined) return { problem: `the quotation that begins with " at character ${at + 1} does not end` };
      word = (word ?? '') + line.slice(at + 1, end).replace(/\\(["\\])/g, '$1');
      at = end;
    } else if (char === '\\') {
      if (at + 1 === line.length) return { problem: 'nothing follows the backslash at the end' };
      word = (word ?? '') + line.charAt(++at);
    } else {
      word = (word ?? '') + char;
    }
  }
  return word === undefined ? words : [...words, word];
}

function endOfDoubleQuotes(line: string, from: number): number | undefined {
  for (let at = from; at < line.length; at++) {
    if (line.charAt(at) === '\\') at++;
    else if (line.charAt(at) === '"') return at;
  }
  return undefined;
}
