/** The options of a section by their names in lower case; the lines of a value are joined by newlines. */
type RepoSection = ReadonlyMap<string, string>;

/** What a `.repo` file says. */
export interface RepoFile {
  /** What every section has that does not say otherwise: the section `DEFAULT`. */
  readonly defaults: RepoSection;
  /** In the order of the file. */
  readonly sections: ReadonlyMap<string, RepoSection>;
}

/** The section whose options are those of all others. */
export const defaultSection = 'DEFAULT';

interface Place {
  /** Lines of the values. */
  readonly options: Map<string, string[]>;
  readonly name: string;
}

/**
 * Reads a `.repo` file as Python's configparser does, which yum, dnf and Ansible read it with: `=` or `:` between name and
 * value, comments on lines of their own, lines that are indented deeper go on with the value before them.
 * @returns a line that cannot be read, counted from 1, and why
 */
export function readRepoFile(text: string): RepoFile | { readonly line: number; readonly problem: string } {
  const places = new Map<string, Place>([[defaultSection, { name: defaultSection, options: new Map() }]]);
  let place: Place | undefined;
  let value: string[] | undefined;
  let indent = 0;
  for (const [index, whole] of text.split(/\r\n|\r|\n/).entries()) {
    const line = whole.trim();
    const wrong = (problem: string) => ({ line: index + 1, problem });
    if (/^[#;]/.test(line)) continue;
    if (line === '') {
      value?.push('');
      continue;
    }
    const depth = whole.length - whole.trimStart().length;
    if (value !== undefined && depth > indent) {
      value.push(line);
      continue;
    }
    indent = depth;
    const header = /^\[(.+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      if (header !== defaultSection && places.has(header)) return wrong(`the section ${header} is there twice`);
      place = places.get(header) ?? { name: header, options: new Map() };
      places.set(header, place);
      value = undefined;
      continue;
    }
    if (place === undefined) return wrong('it stands before the first section');
    const [, name = '', rest = ''] = /^(.*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (name === '') return wrong('it is neither a section nor an option with a value');
    const option = name.toLowerCase();
    if (place.options.has(option)) return wrong(`the section ${place.name} has ${option} twice`);
    value = [rest];
    place.options.set(option, value);
  }
  const [defaults = new Map(), ...sections] = [...places.values()].map(sectionOf);
  const names = [...places.keys()].slice(1);
  return { defaults, sections: new Map(names.map((name, index) => [name, sections[index] ?? new Map()])) };
}

function sectionOf({ options }: Place): RepoSection {
  return new Map([...options].map(([name, lines]) => [name, lines.join('\n').trimEnd()]));
}

/** The text of the file, as configparser writes it: comments are gone, a blank line ends each section. */
export function writeRepoFile({ defaults, sections }: RepoFile): string {
  const all = [...(defaults.size === 0 ? [] : [[defaultSection, defaults] as const]), ...sections];
  return all.map(([name, options]) => `[${name}]\n${[...options].map(optionLine).join('')}\n`).join('');
}

function optionLine([name, value]: readonly [string, string]): string {
  return `${name} = ${value.replaceAll('\n', '\n\t')}\n`;
}

/** Does the section say this and nothing else, what it has from the defaults counted in? */
export function hasSection({ defaults, sections }: RepoFile, name: string, wanted: RepoSection): boolean {
  const own = sections.get(name);
  if (own === undefined) return false;
  const isRight = [...wanted].every(([option, value]) => (own.get(option) ?? defaults.get(option)) === value);
  return isRight && [...own.keys()].every((option) => wanted.has(option));
}

/** The file with the section at its end, or without it. */
export function withSection({ defaults, sections }: RepoFile, name: string, wanted: RepoSection | undefined): RepoFile {
  const others = [...sections].filter(([each]) => each !== name);
  return { defaults, sections: new Map(wanted === undefined ? others : [...others, [name, wanted]]) };
}
