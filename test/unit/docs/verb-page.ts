import type { Command } from 'commander';

const examples = '## Examples';

/** The page of a verb: its flags as the command line defines them, with the examples of the page as it stands. */
export function verbPage(verb: Command, before: string): string {
  const from = before.indexOf(examples);
  return [
    `# brokkr ${verb.name()}`,
    '',
    ...describe(verb, 'brokkr', '##'),
    from === -1 ? `${examples}\n` : before.slice(from).trimEnd(),
    '',
  ].join('\n');
}

/** The page that lists all verbs. */
export function verbOverview(verbs: readonly Command[]): string {
  return [
    '# The verbs',
    '',
    '| verb | what it does |',
    '|---|---|',
    ...verbs.map((verb) => `| [${verb.name()}](${verb.name()}.md) | ${cell(sentence(verb.description()))} |`),
    '',
    'This list, and the flags on each page, are made from the definitions of the command line by `npm run docs`; the examples are',
    'written by hand in the pages themselves.',
    '',
  ].join('\n');
}

function describe(verb: Command, parent: string, heading: string): string[] {
  const name = `${parent} ${verb.name()}`;
  const flags = verb.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags: names, description }) => `| \`${names}\` | ${cell(description)} |`);
  return [
    `${sentence(verb.description())}`,
    '',
    ...(verb.commands.length > 0 && verb.registeredArguments.length === 0
      ? []
      : ['```', `${name} ${verb.usage()}`.trimEnd(), '```', '']),
    ...(flags.length === 0 ? [] : ['| flag | meaning |', '|---|---|', ...flags, '']),
    ...verb.commands.flatMap((each) => [
      `${heading} ${name} ${each.name()}`,
      '',
      ...describe(each, name, `${heading}#`),
    ]),
  ];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
