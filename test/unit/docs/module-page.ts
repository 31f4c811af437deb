import { z } from 'zod';
import type { Module } from '../../../src/modules/module.ts';

/** What only a person can say of a module; it lives in the page itself and is carried over when the page is made anew. */
interface Prose {
  /** By argument: the last column of the table. */
  readonly meanings: ReadonlyMap<string, string>;
  /** Everything from the heading of the results to the example. */
  readonly sections: string;
}

const table = '## Arguments';
const results = '## Results';
const example = '## Example';

/** The page of a module: what its schema says, with the prose of the page as it stands. */
export function modulePage(module: Module, before: string): string {
  const prose = readProse(before);
  const collections = module.collection === 'brokkr' ? [] : [...new Set([module.collection, 'ansible.builtin'])];
  const full = collections.map((collection) => `, also \`${collection}.${module.name}\``).join('');
  return [
    `# ${module.name}`,
    '',
    module.summary,
    '',
    `Name: \`${module.name}\`${full}. ${placeOf(module)}`,
    '',
    table,
    '',
    ...argumentLines(module, prose.meanings),
    '',
    prose.sections.trimEnd(),
    '',
    example,
    '',
    '```yaml',
    module.example,
    '```',
    '',
  ].join('\n');
}

/** The page that lists all modules. */
export function moduleOverview(modules: readonly Module[]): string {
  return [
    '# The modules',
    '',
    'Each has a page with its arguments, its results, an example and what it does differently from the module of the same name in Ansible. An',
    'argument that is not on the page is an error, with the nearest name that is, before any host is touched.',
    '',
    '| module | what it does |',
    '|---|---|',
    ...modules.map(({ name, summary }) => `| [${name}](${name}.md) | ${cell(summary)} |`).sort(),
    '',
    'This list and the tables of arguments are made from the schemas by `npm run docs`; meanings, results and differences are written by hand',
    'in the pages themselves, and a test fails for an argument that has none.',
    '',
  ].join('\n');
}

/** The arguments that the page says nothing of. */
export function unexplained(page: string): string[] {
  return [...readProse(page).meanings].filter(([, meaning]) => meaning === '').map(([name]) => name);
}

/** What the page says of each argument. */
export function meaningsOf(page: string): ReadonlyMap<string, string> {
  return readProse(page).meanings;
}

function placeOf(module: Module): string {
  if (module.forAllHosts === true) return 'The first host of a batch does it for all of them.';
  if (module.oncePerBatch === true)
    return 'It runs once for all hosts of the batch, from the control machine, after all of them have finished the tasks before it.';
  return module.noticedByOthers
    ? 'All hosts of the batch have finished the tasks before it when the first host does it.'
    : 'Each host does it at its own pace.';
}

function argumentLines(module: Module, meanings: ReadonlyMap<string, string>): string[] {
  const fields = module.schema instanceof z.ZodObject ? Object.entries(module.schema.shape) : [];
  if (fields.length === 0) return ['Any name and value.'];
  return [
    '| argument | value | default | meaning |',
    '|---|---|---|---|',
    ...fields.map(([name, field]) => {
      const free = module.freeForm === name ? ', or the free text of the task' : '';
      const aliases = Object.keys(module.aliases).filter((alias) => module.aliases[alias] === name);
      const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => `\`${alias}\``).join(', ')})`;
      return `| \`${name}\`${also} | ${cell(wantedBy(field) + free)} | ${cell(defaultOf(field))} | ${meanings.get(name) ?? ''} |`;
    }),
  ];
}

/** What an argument takes, read off the message that it gives for what it does not take. */
export function wantedBy(field: z.core.$ZodType): string {
  const nothing = { [Symbol.for('no value')]: true };
  const message = z.safeParse(field, nothing).error?.issues[0]?.message ?? '';
  const wanted = / is wanted(?=,|$)/.exec(message);
  if (wanted === null) return 'any value';
  const text = message.slice(0, wanted.index).replace(/,$/, '').replace('a bool (yes/no, true/false)', 'a bool');
  // A word that may be written as itself or as an escape is told once.
  const [, words] = /^one of (.+)$/s.exec(cell(text)) ?? [];
  return words === undefined ? text : `one of ${[...new Set(words.split(', '))].join(', ')}`;
}

function defaultOf(field: z.core.$ZodType): string {
  const nothing = z.safeParse(field, undefined);
  if (!nothing.success) return 'required';
  if (nothing.data === undefined) return '';
  return `\`${typeof nothing.data === 'boolean' ? (nothing.data ? 'yes' : 'no') : JSON.stringify(nothing.data)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function readProse(page: string): Prose {
  const rows = [...page.matchAll(/^\| `(\w+)`[^|]*\|(?:[^|\\]|\\.)*\|(?:[^|\\]|\\.)*\| ?(.*?) ?\|$/gm)];
  const from = page.indexOf(results);
  const inTable = rows.filter((row) => from === -1 || row.index < from);
  return {
    meanings: new Map(inTable.map(([, name = '', meaning = '']) => [name, meaning.trim()])),
    sections: from === -1 ? `${results}\n` : page.slice(from, page.indexOf(example)),
  };
}
