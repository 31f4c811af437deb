import { readFileSync } from 'node:fs';
import { BrokkrError, errorText, nearestName } from '../errors.ts';
import type { Lookup } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import type { Value } from '../jinja/value.ts';
import { compileRegex } from '../jinja/values/regex.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import { LookupOptions, splitTerm, textOf } from './options.ts';
import { requireFile, searchPath } from './search-path.ts';

const CSV = ['file', 'delimiter', 'col', 'keycol', 'default', 'encoding'];
const INI = ['file', 'section', 'type', 're', 'default', 'encoding', 'case_sensitive', 'allow_none'];

/** The lookups that find one value in a file of values: a column of CSV, a key of INI or properties. */
export function tableLookups(playbookDir: string): Readonly<Record<string, Lookup>> {
  const optionsOf = (lookup: string, names: readonly string[], term: Value, named: ReadonlyMap<string, Value>) => {
    const { words, options } = splitTerm(textOf(term, `the key of ${lookup}`));
    return { key: words, options: new LookupOptions(lookup, new Map([...named, ...options]), names) };
  };
  return {
    csvfile: (terms, named, scope) =>
      terms.flatMap((term) => {
        const { key, options } = optionsOf('csvfile', CSV, term, named);
        const file = requireFile(
          'csvfile',
          options.text('file', 'ansible.csv'),
          'files',
          searchPath(scope, playbookDir),
        );
        const delimiter = options.text('delimiter', 'TAB').replace(/^(?:TAB|t|\\t)$/, '\t');
        const rows = csvRows(read(file), delimiter);
        const row = rows.find((each) => each[options.integer('keycol', 0)] === key);
        const fallback = options.get('default');
        if (row === undefined) return fallback === undefined ? [] : [fallback];
        const value = row[options.integer('col', 1)];
        if (value !== undefined) return [value];
        throw new TemplateError(`the row ${key} of ${file} has ${row.length} columns, no ${options.integer('col', 1)}`);
      }),
    ini: (terms, named, scope) =>
      terms.flatMap((term) => {
        const { key, options } = optionsOf('ini', INI, term, named);
        const file = requireFile('ini', options.text('file', 'ansible.ini'), 'files', searchPath(scope, playbookDir));
        return iniValues(file, key, options);
      }),
  };
}

function iniValues(file: string, key: string, options: LookupOptions): readonly Value[] {
  const properties = options.text('type', 'ini') === 'properties';
  const exact = options.flag('case_sensitive', false);
  const sections = iniSections(read(file), file, properties, (name) => (exact ? name : name.toLowerCase()));
  const name = properties ? PROPERTIES : options.text('section', 'global');
  const section = sections.get(name);
  if (section === undefined) {
    const near = nearestName(name, sections.keys());
    throw new BrokkrError(`${file} has no section ${name}`, {
      hint: near === undefined ? undefined : `did you mean ${near}?`,
    });
  }
  const all = new Map([...(sections.get('DEFAULT') ?? []), ...section]);
  if (options.flag('re', false)) {
    const pattern = compileRegex(key, { ignoreCase: false, multiline: false });
    return [...all].filter(([each]) => findFirst(pattern, each, true) !== undefined).map(([, value]) => value);
  }
  return [all.get(exact ? key : key.toLowerCase()) ?? options.get('default') ?? ''];
}

const PROPERTIES = 'java properties';

function iniSections(
  text: string,
  file: string,
  properties: boolean,
  nameOf: (key: string) => string,
): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = properties ? new Map<string, string>() : undefined;
  if (section !== undefined) sections.set(PROPERTIES, section);
  let last: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, key, value = ''] = /^([^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined && !properties) {
      section = sections.get(header) ?? new Map<string, string>();
      sections.set(header, section);
      last = undefined;
    } else if (section === undefined) {
      throw new BrokkrError(`${file}:${index + 1}:1: there is no [section] before this line`);
    } else if (/^\s/.test(line) && last !== undefined) {
      section.set(last, `${section.get(last) ?? ''}\n${line.trim()}`);
    } else if (key === undefined) {
      throw new BrokkrError(`${file}:${index + 1}:1: this line is neither a [section] nor key = value`);
    } else {
      last = nameOf(key.trim());
      section.set(last, value);
    }
  }
  return sections;
}

/** RFC 4180, with a delimiter of choice: `""` inside quotes is one quote. */
function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === delimiter || char === '\n') {
      row.push(field.replace(/\r$/, ''));
      field = '';
      if (char !== '\n') continue;
      rows.push(row);
      row = [];
    } else field += char;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BrokkrError(`${file} cannot be read: ${errorText(error)}`);
  }
}
