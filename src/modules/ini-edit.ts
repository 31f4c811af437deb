import { ended, linesOf } from './line-edit.ts';

export interface WantedOption {
  /** Without one: what stands before the first section. */
  readonly section: string | undefined;
  /** Empty when only the section has to be there. */
  readonly option: string;
  /** None for an option without a value. */
  readonly values: readonly string[];
  /** Lines of the option with other values go. */
  readonly exclusive: boolean;
  /** What stands between name and value. */
  readonly assignment: string;
  /** Blanks around the assignment of a line that is there make no difference. */
  readonly ignoreSpaces: boolean;
  /** A line that is commented out is taken into use. */
  readonly takesInactive: boolean;
}

interface Edited {
  readonly text: string;
  readonly msg: string;
}

/** The option with all of its values, where it stands already or at the end of its section. */
export function putOption(text: string, wanted: WantedOption): Edited {
  const lines = linesOf(text);
  const range = rangeOf(lines, wanted.section);
  if (range === undefined) return addSection(text, wanted);
  if (wanted.option === '') return { text, msg: 'OK' };
  const own = lines.slice(range.from, range.to).map((line) => line.replace(/\r?\n$/, ''));
  const missing = new Set(wantedLines(wanted));
  const kept: (string | undefined)[] = own.map((line) => (isOption(line, wanted, false) ? undefined : line));
  const [before, after] = [lines.slice(0, range.from), lines.slice(range.to)];
  // What is right already stays where it is; what is not right gives its place to what is missing.
  own.forEach((line, index) => {
    const right = [...missing].find((each) => same(each, line, wanted));
    if (!isOption(line, wanted, false) || right === undefined) return;
    kept[index] = line;
    missing.delete(right);
  });
  own.forEach((line, index) => {
    const [next] = missing;
    if (kept[index] === undefined && !wanted.exclusive) kept[index] = line;
    else if (next !== undefined && (kept[index] === undefined || isInactive(line, wanted))) {
      kept[index] = next;
      missing.delete(next);
    }
  });
  const rest = kept.filter((line) => line !== undefined);
  const end = rest.findLastIndex((line) => !/^\s*([#;].*)?$/.test(line)) + 1;
  rest.splice(range.header && end === 0 ? 1 : end, 0, ...missing);
  const result = [...before.map(ended), ...rest.map((line) => `${line}\n`), ...after].join('');
  if (result.replace(/\n$/, '') === text.replace(/\n$/, '')) return { text, msg: 'OK' };
  return { text: result, msg: missing.size > 0 ? 'option added' : 'option changed' };
}

/** Lines of the option go: all of them, or those with these values when it is not exclusive. */
export function dropOption(text: string, wanted: WantedOption): Edited {
  const lines = linesOf(text);
  const range = rangeOf(lines, wanted.section);
  if (range === undefined) return { text, msg: 'OK' };
  const values = wanted.exclusive ? [] : wantedLines(wanted);
  const kept = lines.filter((line, index) => {
    if (index < range.from || index >= range.to || !isOption(line, wanted, false)) return true;
    return values.length > 0 && !values.some((each) => same(each, line.trimEnd(), wanted));
  });
  return kept.length === lines.length ? { text, msg: 'OK' } : { text: kept.join(''), msg: 'option changed' };
}

/** The section goes with all that is in it. */
export function dropSection(text: string, section: string | undefined): Edited {
  const lines = linesOf(text);
  const range = rangeOf(lines, section);
  if (range === undefined || section === undefined) return { text, msg: 'OK' };
  return { text: [...lines.slice(0, range.from), ...lines.slice(range.to)].join(''), msg: 'section removed' };
}

function addSection(text: string, wanted: WantedOption): Edited {
  const lines = wanted.option === '' ? [] : wantedLines(wanted);
  const added = [`[${wanted.section}]`, ...lines].map((line) => `${line}\n`).join('');
  const msg = lines.length === 0 ? 'only section added' : 'section and option added';
  return { text: `${text === '' ? '' : ended(text)}${added}`, msg };
}

/** From the section's header to the next one. */
function rangeOf(lines: readonly string[], section: string | undefined) {
  const headers = lines.flatMap((line, index) => {
    const name = /^\s*\[(.*)\]\s*([#;].*)?$/.exec(line.trimEnd())?.[1]?.trim();
    return name === undefined ? [] : [{ name, index }];
  });
  if (section === undefined) return { from: 0, to: headers[0]?.index ?? lines.length, header: false };
  const place = headers.findIndex(({ name }) => name === section);
  const from = headers[place]?.index;
  return from === undefined ? undefined : { from, to: headers[place + 1]?.index ?? lines.length, header: true };
}

function wantedLines({ option, values, assignment }: WantedOption): string[] {
  return values.length === 0 ? [option] : [...new Set(values.map((value) => `${option}${assignment}${value}`))];
}

function isOption(line: string, { option }: WantedOption, inactive: boolean): boolean {
  const bare = inactive ? line.replace(/^\s*[#;]\s*/, '') : line;
  const at = bare.indexOf('=');
  return (at < 0 ? bare : bare.slice(0, at)).trim() === option;
}

function isInactive(line: string, wanted: WantedOption): boolean {
  return wanted.takesInactive && /^\s*[#;]/.test(line) && isOption(line, wanted, true);
}

function same(wantedLine: string, line: string, { ignoreSpaces }: WantedOption): boolean {
  const bare = (text: string) => (ignoreSpaces ? text.replace(/\s*=\s*/, '=').trim() : text);
  return bare(wantedLine) === bare(line);
}
