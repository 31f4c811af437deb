import type { Document, ErrorCode, YAMLError } from 'yaml';
import type { Position, Problem } from '../errors.ts';
import { QUOTE, TOO_DEEP } from './yaml-compose.ts';

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const TAB: Explanation = { message: 'a tab cannot indent a line in YAML', hint: 'use spaces' };
const INDENT: Explanation = {
  message: 'the indentation fits no line before',
  hint: 'align the line with its neighbours',
};
const EXPLANATIONS: Partial<Record<ErrorCode, Explanation>> = {
  TAB_AS_INDENT: TAB,
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second key stands on the line of the first',
    hint: 'put the value in quotes if the ": " belongs to it, or start a new line for the inner key',
  },
  BAD_SCALAR_START: {
    message: 'an unquoted value cannot start with this character',
    hint: 'put the value in quotes',
  },
  BAD_DQ_ESCAPE: {
    message: 'a backslash in double quotes starts an escape, and this one does not exist',
    hint: 'use single quotes, or write the backslash twice',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this text runs over several lines and ends as a key',
    hint: 'check the indentation, or put a value that holds ": " in quotes',
  },
  BAD_DIRECTIVE: {
    message: 'a line that starts with % is a directive, and this is none that YAML knows',
    hint: 'put the text in quotes',
  },
  RESOURCE_EXHAUSTION: { message: TOO_DEEP, hint: 'check the brackets' },
  BAD_INDENT: INDENT,
};

/** Everything in a file that is no YAML, one problem a line, the first of it: what follows on a line is mostly its echo. */
export function syntaxProblems(
  documents: readonly Document.Parsed[] & { readonly empty?: true; readonly warnings?: readonly YAMLError[] },
  text: string,
  place: (offset: number) => Position,
): Problem[] {
  const problems = [...unprintable(text, place)];
  const errors = documents.flatMap((document) => [...document.errors, ...directives(document.warnings)]);
  for (const error of [...errors, ...directives(documents.warnings ?? [])]) {
    problems.push(explain(error, text, place));
    // The brackets that follow make no sense any more.
    if (isBracketIndent(error)) break;
  }
  const second = documents[1];
  if (second !== undefined) {
    problems.push({
      message: 'a second document starts here, and only one is read',
      at: place(second.range[0]),
      hint: 'remove the --- or put the documents in files of their own',
    });
  }
  return problems.filter(
    (problem, index) => problems.findIndex((other) => other.at?.line === problem.at?.line) === index,
  );
}

function directives(warnings: readonly YAMLError[]): YAMLError[] {
  return warnings.filter((warning) => warning.code === 'BAD_DIRECTIVE');
}

function isBracketIndent(error: YAMLError): boolean {
  return error.code === 'BAD_INDENT' && error.message.startsWith('Flow ');
}

function explain(error: YAMLError, text: string, place: (offset: number) => Position): Problem {
  const found = place(error.pos[0]);
  const line = text.split(/\r?\n/)[found.line - 1] ?? '';
  const [indentation = ''] = /^[ \t]*/.exec(line) ?? [];
  // The library may point to the indentation, where nothing is to be seen.
  const at = { ...found, column: Math.max(found.column, indentation.length + 1) };
  if (indentation.includes('\t') && found.column <= indentation.length + 1)
    return { ...TAB, at: { ...found, column: indentation.indexOf('\t') + 1 } };
  const template = /^(?<before>\s*(?:- +)*(?:[^:'"#]+:\s+)?)\{\{/.exec(line)?.groups?.before;
  if (template !== undefined) {
    const message = 'a value that starts with {{ has to be quoted';
    return { message, at: { ...at, column: template.length + 1 }, hint: QUOTE };
  }
  if (isBracketIndent(error)) {
    const message = 'what stands in brackets has to be indented deeper than the key before them';
    return { message, at, hint: 'indent these lines with spaces' };
  }
  const known = EXPLANATIONS[error.code];
  if (known !== undefined) return { ...known, at };
  if (/^Sequence item without - indicator/.test(error.message)) return { ...INDENT, at };
  if (/^Unexpected scalar at node end/.test(error.message)) {
    return { message: 'text follows the end of the value', at, hint: 'put the whole value in one pair of quotes' };
  }
  if (/^Implicit map keys need to be followed by map values/.test(error.message)) {
    return {
      message: 'this line should be a key, and has no ":"',
      at,
      hint: 'add ": value", or indent it under its key',
    };
  }
  return { message: error.message, at };
}

/** Characters that YAML forbids even inside quotes. */
function* unprintable(text: string, place: (offset: number) => Position): Generator<Problem> {
  for (const match of text.matchAll(/[^\t\n\r\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu)) {
    const code = (match[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    const message = `the character U+${code.toUpperCase()} is not allowed in YAML`;
    yield { message, at: place(match.index), hint: `write it in double quotes as "\\u${code}"` };
  }
}
