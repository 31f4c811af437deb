import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processIo } from '../../../src/commands/io.ts';
import { makeProgram } from '../../../src/commands/program.ts';
import { verbOverview, verbPage } from './verb-page.ts';

const folder = resolve(import.meta.dirname, '../../../docs/verbs');
const { commands } = makeProgram(processIo(), '0.0.0', () => {});

describe.each(commands.map((verb) => [verb.name(), verb] as const))('the page of %s', (name, verb) => {
  const file = join(folder, `${name}.md`);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';

  it('says what the command line says (npm run docs makes it anew)', async () => {
    await expect(verbPage(verb, before)).toMatchFileSnapshot(file);
  });

  it('shows how it is used, with flags that there are', () => {
    const [, shown = ''] = verbPage(verb, before).split('## Examples');
    const lines = shown.split('\n').filter((line) => line.includes(`brokkr ${name} `));
    expect(shown).toContain(`brokkr ${name}`);
    const known = [verb, ...verb.commands].flatMap(({ options }) =>
      options.flatMap(({ flags }) => flags.match(/--?[\w-]+/g) ?? []),
    );
    const used = lines.flatMap(
      (line) => line.replace(/'[^']*'|"[^"]*"|#.*/g, '').match(/(?<=\s)--?[a-zA-Z][\w-]*/g) ?? [],
    );
    expect(used.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

it('every page is of a verb that there is, and the overview names all', async () => {
  const names = commands.map((verb) => `${verb.name()}.md`);
  expect(
    readdirSync(folder)
      .filter((file) => file !== 'README.md')
      .sort(),
  ).toEqual(names.sort());
  await expect(verbOverview(commands)).toMatchFileSnapshot(join(folder, 'README.md'));
});
