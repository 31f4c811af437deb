import type { Problem } from '../errors.ts';

/** Handlebars tells the line, and shows what it had read before the place: up to 20 characters, without line breaks. */
export function syntaxProblem(error: unknown, text: string, file: string): Problem {
  if (!(error instanceof Error)) throw error;
  const [, line, shown = '', pointer = '', expectation = ''] =
    /^Parse error on line (\d+):\n(.*)\n(-*)\^\n(.*)$/.exec(error.message) ?? [];
  if (line !== undefined) {
    const column = columnOf(text.split(/\r?\n/)[Number(line) - 1] ?? '', shown.slice(0, pointer.length));
    const message = `the template cannot be read: ${plainExpectation(expectation)}`;
    return { message, at: { file, line: Number(line), column } };
  }
  const [, message = error.message, at, column] = /^([\s\S]*?) - (\d+):(\d+)$/.exec(error.message) ?? [];
  const position = at === undefined ? { line: 1, column: 1 } : { line: Number(at), column: Number(column) + 1 };
  return { message: `the template cannot be read: ${message}`, at: { file, ...position } };
}

/** The column behind the longest beginning of the line that ends as `before` does. */
function columnOf(line: string, before: string): number {
  const read = before.replace(/^\.\.\./, '');
  for (let end = line.length; end > 0; end--) {
    if (line.slice(0, end).endsWith(read) || read.endsWith(line.slice(0, end))) return end + 1;
  }
  return 1;
}

function plainExpectation(expectation: string): string {
  if (!expectation.endsWith("got 'EOF'")) return 'a {{…}} is not closed or not well formed';
  return 'a block {{#…}} is not closed before the end';
}
