import { formatPosition, hintsOnce, type Position, type Problem } from '../errors.ts';
import { nextLines } from './failure-text.ts';
import { printable, visible } from './printable.ts';
import { createStyle, type Style } from './style.ts';
import { count } from './wording.ts';

export interface ProblemOptions {
  readonly color: boolean;
  readonly columns: number;
  /** What to do about all of them. */
  readonly advice?: string | undefined;
  /** Hosts were looked at before it was found. */
  readonly asked?: boolean;
  /** The text of a file of the user's; `undefined` when it cannot be read. */
  readonly readSource?: ((file: string) => string | undefined) | undefined;
}

/** What may stand in a line of a file that nobody should see. */
const secretLine =
  /^(\s*(?:-\s+)?["']?[\w.-]*(?:passw|passphrase|secret|token|credential|private_key|api_key)[\w.-]*["']?\s*[:=]\s*)\S.*$/i;
/** The words of a login within a line. */
const secretWords =
  /\b((?:\w*passw(?:or)?d|\w*secret|user_\w+)\s*=\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|(?!\$?\{|<redacted>)[^\s"';,=][^\s;]*)/gi;
const widestSource = 200;

/** Problems of the user's input, file by file: place, message, the line with a caret under the column, what to do next. The last line counts them. */
export function problemLines(problems: readonly Problem[], options: ProblemOptions): string[] {
  const style = createStyle(options.color);
  const sources = new Map<string, readonly string[] | undefined>();
  const sourceOf = (at: Position): string | undefined => {
    if (!sources.has(at.file)) sources.set(at.file, options.readSource?.(at.file)?.split(/\r\n|\r|\n/));
    return sources.get(at.file)?.[at.line - 1];
  };
  const hintOf = ({ hint }: Problem): string[] =>
    hint === undefined ? [] : nextLines(printable(hint), style).map((line) => `  ${line}`);
  const lines = hintsOnce(inOrder(problems)).flatMap((problem) => [
    ...problemText(problem, style),
    ...(problem.at === undefined ? [] : excerpt(sourceOf(problem.at), problem.at, options.columns, style)),
    ...hintOf(problem),
  ]);
  return [
    ...lines,
    '',
    style.bad(
      `${count(problems.length, 'problem')}; ${options.asked === true ? 'nothing was changed on any host' : 'no host was touched'}`,
    ),
    ...(options.advice === undefined ? [] : nextLines(printable(options.advice), style).map((line) => `  ${line}`)),
  ];
}

/** Files in the order in which they are first named; what has no place comes first. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ at }) => at?.file ?? ''))];
  const rank = (problem: Problem): number => (problem.at === undefined ? -1 : files.indexOf(problem.at.file));
  return [...problems].sort(
    (a, b) => rank(a) - rank(b) || (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}

function problemText(problem: Problem, style: Style): string[] {
  const [first = '', ...rest] = printable(problem.message).split('\n');
  const place = problem.at === undefined ? '' : `${style.bold(formatPosition(problem.at))}: `;
  return [`${place}${style.bad(first)}`, ...rest.map((line) => `  ${line}`)];
}

/** The source line and a caret under the column, cut so that the caret is seen. */
export function excerpt(source: string | undefined, at: Position, columns: number, style: Style): string[] {
  if (source === undefined || source.trim() === '') return [];
  const shown = visible(source.replaceAll('\t', ' '))
    .replace(secretLine, '$1<redacted>')
    .replace(secretWords, '$1"<redacted>"');
  const gutter = `  ${at.line} | `;
  const width = Math.max(20, Math.min(columns, widestSource) - gutter.length);
  const caret = at.column - 1;
  const start = caret < width ? 0 : caret - Math.floor(width / 2);
  const line = `${style.dim(gutter)}${shown.slice(start, start + width).trimEnd()}`;
  if (caret > shown.length) return [line];
  return [line, `${style.dim(`${' '.repeat(gutter.length - 2)}| `)}${' '.repeat(caret - start)}${style.bad('^')}`];
}
