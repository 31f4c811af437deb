import { type Document, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';

type Documents = readonly Document.Parsed[] & { readonly empty?: true; readonly warnings?: readonly YAMLError[] };

/** What the library makes of a text, and where an offset of its errors and nodes stands in the text as it was given. */
export interface ParsedText {
  readonly documents: Documents;
  /** Line and column, from 1. */
  readonly linePosition: (offset: number) => { readonly line: number; readonly column: number };
}

/**
 * The documents of a text. Lines of a quoted value may stand at any indentation, or begin with a tab, as libyaml has it:
 * the library wants them deeper than their key, so such lines are indented for it (what stands before the first word of
 * such a line is no part of the value) when that leaves no error. Otherwise the errors are those of the text as it is.
 */
export function parseDocuments(text: string): ParsedText {
  const parsed = parseText(text, new Set(), 0);
  if (errorsOf(parsed).length === 0) return parsed;
  const width = 1 + text.split('\n').reduce((longest, line) => Math.max(longest, line.length), 0);
  const deeper = new Set<number>();
  for (let rounds = 0, current = parsed; rounds < MOST_ROUNDS; rounds += 1) {
    const lines = linesOfOpenQuote(text, current);
    if (lines.length === 0 || lines.some((line) => deeper.has(line))) return parsed;
    for (const line of lines) deeper.add(line);
    current = parseText(indented(text, deeper, width), deeper, width);
    if (errorsOf(current).length === 0) return current;
  }
  return parsed;
}

/** Each round reads the text again for the next quoted value, and no file has that many. */
const MOST_ROUNDS = 100;

function parseText(text: string, deeper: ReadonlySet<number>, width: number): ParsedText {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    // Every type is resolved by us: the strings and tags are all that is wanted from the library.
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    // libyaml takes a comment that touches a closing bracket or quote.
    strict: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  return {
    documents,
    linePosition(offset) {
      const { line, col } = lines.linePos(Math.min(offset, text.length));
      return { line: Math.max(line, 1), column: Math.max(col - (deeper.has(line) ? width : 0), 1) };
    },
  };
}

function errorsOf({ documents }: ParsedText): readonly YAMLError[] {
  return documents.flatMap((document) => document.errors);
}

/** The lines that a quoted value goes on in after the one where the library takes it to end, from 1. */
function linesOfOpenQuote(text: string, parsed: ParsedText): readonly number[] {
  const open = errorsOf(parsed).find(({ message }) => /^Missing closing ["']quote/.test(message));
  if (open === undefined) return [];
  const { line: last } = parsed.linePosition(open.pos[0]);
  const after = text.split('\n').slice(last);
  const rest = after.join('\n');
  const value = open.message.includes('"quote') ? /^(?:[^"\\]|\\[\s\S])*"/ : /^(?:[^']|'')*'(?!')/;
  const inside = value.exec(rest)?.[0];
  // The marks of a document end it also inside of quotes.
  if (inside === undefined || /^(---|\.\.\.)(\s|$)/m.test(inside)) return [];
  return inside.split('\n').map((_, index) => last + 1 + index);
}

function indented(text: string, deeper: ReadonlySet<number>, width: number): string {
  const before = ' '.repeat(width);
  const lines = text.split('\n');
  return lines.map((line, index) => (deeper.has(index + 1) && line.trim() !== '' ? before + line : line)).join('\n');
}
