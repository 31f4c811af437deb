import { formatPosition } from '../errors.ts';
import type { LintedFile } from '../lint/linted.ts';
import type { LintProblem, RuleText, Severity } from '../lint/rule.ts';
import { printable } from './printable.ts';
import { excerpt } from './problems.ts';
import { createStyle } from './style.ts';
import { count } from './wording.ts';

export const lintFormats = ['text', 'json', 'sarif', 'github'] as const;
type LintFormat = (typeof lintFormats)[number];

export interface LintReportOptions {
  readonly format: LintFormat;
  readonly color: boolean;
  readonly columns: number;
  readonly rules: readonly RuleText[];
  readonly version: string;
}

/** The lines of a report in the form that was asked for. */
export function lintLines(files: readonly LintedFile[], options: LintReportOptions): string[] {
  switch (options.format) {
    case 'text':
      return textLines(files, options);
    case 'json':
      return files.map(jsonLine);
    case 'github':
      return files.flatMap(({ problems }) => problems.map(githubLine));
    case 'sarif':
      return [sarif(files, options)];
  }
}

/** Each problem with its line of the file and a caret under the column; the last line counts them. */
function textLines(files: readonly LintedFile[], { color, columns }: LintReportOptions): string[] {
  const style = createStyle(color);
  const paint: Readonly<Record<Severity, (text: string) => string>> = {
    error: style.bad,
    warning: style.changed,
    info: style.dim,
  };
  const lines = files.flatMap(({ text, problems }) => {
    const source = text.split(/\r\n|\n|\r/);
    return problems.flatMap(({ at, severity, message, hint, rule }) => [
      `${style.bold(formatPosition(at))}: ${paint[severity](severity)}: ${printable(message)} ${style.dim(`[${rule}]`)}`,
      ...excerpt(source[at.line - 1], at, columns, style),
      ...(hint === undefined ? [] : [`  ${style.dim('→')} ${printable(hint)}`]),
    ]);
  });
  const number = (severity: Severity): number =>
    files.flatMap(({ problems }) => problems).filter((each) => each.severity === severity).length;
  const parts = [
    count(number('error'), 'error'),
    count(number('warning'), 'warning'),
    ...(number('info') > 0 ? [`${number('info')} to know`] : []),
  ];
  const summary = `${count(files.length, 'file')}: ${parts.join(', ')}`;
  return [...lines, ...(lines.length > 0 ? [''] : []), number('error') > 0 ? style.bad(summary) : style.good(summary)];
}

/** One object a file, a file without problems too. */
function jsonLine({ file, problems }: LintedFile): string {
  return JSON.stringify({
    file,
    problems: problems.map(({ key, rule, severity, at, message, hint }) => ({
      key,
      rule,
      severity,
      line: at.line,
      column: at.column,
      message,
      ...(hint === undefined ? {} : { hint }),
    })),
  });
}

/** A workflow command of GitHub Actions, which shows it beside the line. */
function githubLine({ at, severity, message, hint, rule }: LintProblem): string {
  const level = severity === 'info' ? 'notice' : severity;
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const text = hint === undefined ? message : `${message}. ${hint}`;
  return `::${level} file=${property(at.file)},line=${at.line},col=${at.column},title=${property(rule)}::${data(text)}`;
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0, as code scanning reads it. */
function sarif(files: readonly LintedFile[], { rules, version }: LintReportOptions): string {
  const problems = files.flatMap((file) => file.problems);
  const used = rules.filter(({ id }) => problems.some(({ rule }) => rule === id));
  const driver = {
    name: 'brokkr lint',
    version,
    rules: used.map(({ id, what, why, mend, severity }) => ({
      id,
      shortDescription: { text: what },
      fullDescription: { text: why },
      help: { text: mend },
      defaultConfiguration: { level: LEVELS[severity] },
    })),
  };
  const results = problems.map(({ rule, severity, message, hint, at }) => ({
    ruleId: rule,
    ruleIndex: used.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message}; ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(at.file) },
          region: { startLine: at.line, startColumn: at.column },
        },
      },
    ],
  }));
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  });
}
