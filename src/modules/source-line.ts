import { ended, linesOf } from './line-edit.ts';

/** A line of a file of sources, in use or commented out. Source: sources.list(5), the one-line style. */
interface SourceLine {
  readonly isEnabled: boolean;
  /** Without `#`; empty for none. */
  readonly comment: string;
}

/** The line as it is compared and written: blanks made one, without a comment. */
export function plainSource(line: string): string {
  return (line.split('#')[0] ?? '').trim().replace(/\s+/g, ' ');
}

/** Is it a line of sources, right or not? */
export function isSource(line: string): boolean {
  return /^deb(-src)? /.test(line);
}

/** What apt would not read a plain line for; `undefined` for nothing. */
export function sourceProblem(source: string): string | undefined {
  const form = 'deb [OPTIONS] URI SUITE COMPONENT…';
  const match = /^deb(?:-src)? (?:\[[^\]]*\] )?([a-z][a-z0-9+.-]*:(?:\[[^\]]*\])?\S*) (\S+)((?: \S+)*)$/i.exec(source);
  if (match === null) return `it is no line of the form ${form}`;
  const [, , suite = '', components = ''] = match;
  if (suite.endsWith('/') && components !== '')
    return `the suite ${suite} ends with a slash, so no components follow it`;
  if (!suite.endsWith('/') && components === '') return `there is no component after the suite ${suite}: ${form}`;
  return undefined;
}

/**
 * The name, without `.list`, of the file for a line, as Ansible makes it: of the URI what is neither scheme nor user, with `_`
 * for whatever is neither letter nor digit.
 */
export function nameOfSource(source: string): string {
  const words = source.replace(/\[[^\]]+\]/g, '').split(' ');
  const uri = words.find((word) => !['', 'deb', 'deb-src'].includes(word)) ?? '';
  const place = uri.replace(/\w+:\/\//g, '').replace(/^[^@]*@/, '');
  return place.replace(/[^a-z0-9]+/gi, '_').replace(/^_|_$/g, '');
}

/** Does the text have the source: in use, or commented out? */
export function findSource(text: string, source: string): 'enabled' | 'disabled' | undefined {
  const own = linesOf(text).flatMap((line) => readLine(line, source) ?? []);
  if (own.length === 0) return undefined;
  return own.some(({ isEnabled }) => isEnabled) ? 'enabled' : 'disabled';
}

/** The first line of the source that is commented out is taken into use, with the comment that it has. */
export function enableSource(text: string, source: string): string {
  let isDone = false;
  const lines = linesOf(text).map((line) => {
    const found = isDone ? undefined : readLine(line, source);
    if (found === undefined) return line;
    isDone = true;
    return `${source}${found.comment === '' ? '' : ` # ${found.comment}`}\n`;
  });
  return lines.join('');
}

/** The source as a line at the end. */
export function addSource(text: string, source: string): string {
  return `${text === '' ? '' : ended(text)}${source}\n`;
}

/** Without the lines of the source that are in use. */
export function dropSource(text: string, source: string): string {
  const kept = linesOf(text).filter((line) => readLine(line, source)?.isEnabled !== true);
  return kept.join('');
}

function readLine(line: string, source: string): SourceLine | undefined {
  const whole = line.trim();
  const isEnabled = !whole.startsWith('#');
  const rest = isEnabled ? whole : whole.slice(1);
  if (plainSource(rest) !== source) return undefined;
  const [, ...comment] = rest.split('#');
  return { isEnabled, comment: comment.join('#').trim() };
}
