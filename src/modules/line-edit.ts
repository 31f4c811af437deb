import { replacementOf } from '../jinja/values/regex-replacement.ts';
import { findFirst } from '../jinja/values/regex-run.ts';

/** What matches in a line; `true` when it is not said what. */
type Matcher = (line: string) => RegExpExecArray | boolean | undefined;

export interface LineEdit {
  readonly line: string;
  /** Which line to replace: the last that matches, or the first. */
  readonly matches: Matcher | undefined;
  readonly backrefs: boolean;
  readonly firstMatch: boolean;
  /** Where the line goes when nothing is replaced. */
  readonly insert:
    | { readonly at: 'BOF' }
    | { readonly at: 'EOF' }
    | { readonly at: 'after' | 'before'; readonly pattern: RegExp };
}

export interface Edited {
  readonly text: string;
  readonly msg: string;
  readonly found?: number;
}

/** Puts a line into a text: in the place of one that matches, else where it is to be inserted, unless it is there already. */
export function putLine(text: string, edit: LineEdit): Edited {
  const lines = linesOf(text);
  const matched = edit.matches === undefined ? undefined : find(lines, edit.matches, edit.firstMatch);
  if (matched !== undefined) {
    const { at, match } = matched;
    const line = edit.backrefs && typeof match === 'object' ? replacementOf(edit.line)(match) : edit.line;
    return replace(lines, at, line, text);
  }
  if (edit.backrefs) return { text, msg: '' };
  const exact = lines.findIndex((line) => bare(line) === edit.line);
  if (exact !== -1) return replace(lines, exact, edit.line, text);
  return { text: insert(lines, edit).join(''), msg: 'line added' };
}

/** Takes away every line that matches. */
export function dropLines(text: string, matches: (line: string) => unknown): Edited {
  const lines = linesOf(text);
  const kept = lines.filter((line) => !matches(bare(line)));
  const found = lines.length - kept.length;
  return { text: kept.join(''), msg: found === 0 ? '' : `${found} line(s) removed`, found };
}

function insert(lines: readonly string[], edit: LineEdit): string[] {
  const fresh = `${edit.line}\n`;
  if (edit.insert.at === 'BOF') return [fresh, ...lines];
  if (edit.insert.at !== 'EOF') {
    const { at, pattern } = edit.insert;
    const beside = find(lines, (line) => findFirst(pattern, line), edit.firstMatch);
    if (beside !== undefined) {
      const place = at === 'after' ? beside.at + 1 : beside.at;
      return [...lines.slice(0, place).map(ended), fresh, ...lines.slice(place)];
    }
  }
  return [...lines.map(ended), fresh];
}

function replace(lines: readonly string[], at: number, line: string, text: string): Edited {
  if (lines[at] === `${line}\n`) return { text, msg: '' };
  return { text: lines.map((each, i) => (i === at ? `${line}\n` : each)).join(''), msg: 'line replaced' };
}

function find(
  lines: readonly string[],
  matches: Matcher,
  first: boolean,
): { at: number; match: RegExpExecArray | true } | undefined {
  let found: { at: number; match: RegExpExecArray | true } | undefined;
  for (const [at, line] of lines.entries()) {
    const match = matches(bare(line));
    if (match === undefined || match === false) continue;
    found = { at, match };
    if (first) break;
  }
  return found;
}

/** The lines, each with its end. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, '');
}

/** The line with an end, which the last one of a file may lack. */
export function ended(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n`;
}
