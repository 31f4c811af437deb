import { formatPosition } from '../errors.ts';
import type { LintedFile } from '../lint/linted.ts';
import type { LintProblem, RuleText, Severity } from '../lint/rule.ts';
import { isSecretName } from '../shell/secret-name.ts';
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
  /** How many files could not be rendered, and so not judged: each is an error. */
  readonly unrendered?: number;
}

/** The lines of a report in the form that was asked for. */
export function lintLines(files: readonly LintedFile[], options: LintReportOptions): string[] {
  switch (options.format) {
    case 'text':
      return textLines(files, options);
    case 'json':
      return files.map(jsonLine);
    case 'github':
      return [...new Set(files.flatMap(({ problems }) => problems.map(githubLine)))];
    case 'sarif':
      return [sarif(files, options)];
  }
}

/** Each problem with its line of the file and a caret under the column; the last line counts them. */
function textLines(files: readonly LintedFile[], { color, columns, unrendered = 0 }: LintReportOptions): string[] {
  const style = createStyle(color);
  const paint: Readonly<Record<Severity, (text: string) => string>> = {
    error: style.bad,
    warning: style.changed,
    info: style.dim,
  };
  const lines = foldedProblems(files).flatMap(({ place, problem, source }) => {
    const { at, severity, message, hint, rule, origin } = problem;
    return [
      `${style.bold(place)}: ${paint[severity](severity)}: ${printable(message)} ${style.dim(`[${rule}]`)}`,
      ...excerpt(source, at, columns, style),
      ...(origin === undefined ? [] : [`  ${style.dim('=')} ${formatPosition(origin)}`]),
      ...(hint === undefined ? [] : [`  ${style.dim('→')} ${printable(hint)}`]),
    ];
  });
  const number = (severity: Severity): number =>
    files.flatMap(({ problems }) => problems).filter((each) => each.severity === severity).length;
  const errors = number('error') + unrendered;
  const parts = [
    `${count(errors, 'error')}${unrendered > 0 ? ` (${unrendered} not rendered)` : ''}`,
    count(number('warning'), 'warning'),
    ...(number('info') > 0 ? [`${number('info')} to know`] : []),
  ];
  const summary = `${count(files.length, 'file')}: ${parts.join(', ')}`;
  return [...lines, ...(lines.length > 0 ? [''] : []), errors > 0 ? style.bad(summary) : style.good(summary)];
}

/** Names of hosts that are told before the rest is counted. */
const NAMED = 5;

/** The problems in order; what several hosts have alike, in the same file, stands once. */
function foldedProblems(
  files: readonly LintedFile[],
): { place: string; problem: LintProblem; source: string | undefined }[] {
  const folded = new Map<
    string,
    { hosts: string[]; file: LintedFile; problem: LintProblem; source: string | undefined }
  >();
  for (const file of files) {
    const lines = file.text.split(/\r\n|\n|\r/);
    for (const problem of file.problems) {
      const source = withoutSecret(lines[problem.at.line - 1], problem);
      const same = [file.path, problem.rule, problem.key, problem.message, source];
      const place = file.host === undefined ? [file.file, problem.at.line, problem.at.column, ...same] : same;
      const known = folded.get(JSON.stringify(place));
      if (known === undefined) folded.set(JSON.stringify(place), { hosts: [file.host ?? ''], file, problem, source });
      else known.hosts.push(file.host ?? '');
    }
  }
  return [...folded.values()].map(({ hosts, file, problem, source }) => ({
    place: placeOf(hosts, file, problem),
    problem,
    source,
  }));
}

/** The line without the value of a key that is secret by its name; of a login, only its words are left out elsewhere. */
function withoutSecret(source: string | undefined, { key, at }: LintProblem): string | undefined {
  if (source === undefined || !isSecretName(key) || /jaas/i.test(key)) return source;
  const begin = at.column - 1;
  const end = source.startsWith(key, begin) ? begin + key.length : begin;
  return source.slice(0, end) + source.slice(end).replace(/^([ \t]*[=:]?[ \t]*)\S.*$/, '$1<redacted>');
}

function placeOf(hosts: readonly string[], { path }: LintedFile, { at }: LintProblem): string {
  if (hosts.length === 1) return formatPosition(at);
  const more = hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : '';
  const names = `${hosts.slice(0, NAMED).join(', ')}${more}`;
  return path === undefined ? names : `${names}: ${formatPosition({ ...at, file: path })}`;
}

/** One object a file, a file without problems too. */
function jsonLine({ file, problems }: LintedFile): string {
  return JSON.stringify({
    file,
    problems: problems.map(({ key, rule, severity, at, message, hint, origin }) => ({
      key,
      rule,
      severity,
      line: at.line,
      column: at.column,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(origin === undefined ? {} : { origin }),
    })),
  });
}

/** A workflow command of GitHub Actions, which shows it beside the line. */
function githubLine({ at: found, origin, severity, message, hint, rule }: LintProblem): string {
  // What was rendered is not in the repository; the variable is.
  const at = origin ?? found;
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
  const results = problems.map(({ rule, severity, message, hint, at, origin }) => ({
    ruleId: rule,
    ruleIndex: used.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message}; ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI((origin ?? at).file) },
          region: { startLine: (origin ?? at).line, startColumn: (origin ?? at).column },
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
