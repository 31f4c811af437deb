import { describe, expect, it } from 'vitest';
import { VarsFiles } from '../../../../src/config/variables/vars-files.ts';
import { layer, world, yaml } from './fixture.ts';

const files: Readonly<Record<string, string>> = {
  'books/vars/common.yml': 'a: 1\n',
  'books/common.yml': 'a: never\n',
  'books/s1.yml': 'a: "{{ b }}"\nb: 2\n',
  'books/empty.yml': '# nothing yet\n',
  'books/list.yml': '- a\n',
};

function read(text: string) {
  const read: string[] = [];
  const vars = new VarsFiles({
    readText(file) {
      if (files[file] !== undefined) read.push(file);
      return files[file];
    },
  });
  const { scope } = world({ hosts: { s1: [layer('x', 'name: s1')] } });
  const node = yaml(text, 'books/site.yml');
  const entries = node.kind === 'sequence' ? node.items : [];
  const layers = vars.layers(entries, scope('s1'));
  vars.layers(entries, scope('s1'));
  return { sources: layers.map(({ source }) => source), read, value: scope('s1', layers).lookup('a') };
}

describe('VarsFiles', () => {
  it.each([
    ['[common.yml]', ['vars_files books/vars/common.yml'], 1],
    ['[vars/common.yml]', ['vars_files books/vars/common.yml'], 1],
    ['[common.yml, "{{ name }}.yml"]', ['vars_files books/vars/common.yml', 'vars_files books/s1.yml'], 2],
    ['[[gone.yml, s1.yml, common.yml], empty.yml]', ['vars_files books/s1.yml', 'vars_files books/empty.yml'], 2],
  ])('reads %s, each file once', (text, sources, value) => {
    const result = read(text);
    expect([result.sources, result.value]).toEqual([sources, value]);
    expect(result.read).toEqual(sources.map((source) => source.replace('vars_files ', '')));
  });

  it.each([
    [
      '[gone.yml]',
      "books/site.yml:1:2: no file of 'vars_files' for the host s1: there is no books/vars/gone.yml and no books/gone.yml\n  → paths are relative to the playbook",
    ],
    ['[list.yml]', 'books/list.yml:1:1: a file of variables must be a mapping of names to values'],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
