import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { supportedKeywords } from '../../../src/config/playbook/keywords.ts';
import type { Module } from '../../../src/modules/module.ts';
import { allModules } from '../../../src/registry.ts';
import { schemaProblems } from './check-schema.ts';
import { inventorySchema, playbookSchema, variablesSchema } from './schema.ts';
import { KEYWORDS } from './schema-keywords.ts';
import { variablesOf } from './schema-variables.ts';

const root = resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const modules: readonly Module[] = Object.values(allModules(() => Promise.reject(new Error('schemas obtain nothing'))));
const pages = new Map(modules.map(({ name }) => [name, read(`docs/modules/${name}.md`)]));
const groupVars = readdirSync(join(root, 'inventory/group_vars')).map((name) => `inventory/group_vars/${name}`);
const variables = groupVars.flatMap((name) => variablesOf(read(name)));

const playbooks = playbookSchema(modules, pages);
const schemas = {
  'playbook.json': playbooks,
  'variables.json': variablesSchema(variables),
  'inventory.json': inventorySchema(variables),
};
const shipped = [
  ...readdirSync(join(root, 'playbooks')).map((name) => [`playbooks/${name}`, 'playbook.json'] as const),
  ...groupVars.map((name) => [name, 'variables.json'] as const),
  ['inventory/hosts.yml', 'inventory.json'] as const,
].filter(([name]) => name.endsWith('.yml'));

it.each(Object.entries(schemas))(
  '%s is as the modules, keywords and variables are (npm run docs makes it anew)',
  async (name, schema) => {
    await expect(`${JSON.stringify(schema, undefined, 1)}\n`).toMatchFileSnapshot(join(root, 'schemas', name));
  },
);

describe.each(shipped)('%s', (name, schema) => {
  it('names its schema in its first line, and fits it', () => {
    const text = read(name);
    const depth = '../'.repeat(name.split('/').length - 1);
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${depth}schemas/${schema}`);
    expect(schemaProblems(schemas[schema], parse(text))).toEqual([]);
  });
});

it.each([
  ['a misspelt keyword', '- hosts: all\n  taks: []\n', '$[0]: taks is not known'],
  ['a misspelt module', '- hosts: all\n  tasks: [{tempalte: {dest: /a}}]\n', '$[0].tasks[0]: tempalte is not known'],
  [
    'a misspelt argument',
    '- hosts: all\n  tasks: [{copy: {conten: a, dest: /a}}]\n',
    '$[0].tasks[0].copy: conten is not known',
  ],
  [
    'a word that is none',
    '- hosts: all\n  tasks: [{service: {name: a, state: up}}]\n',
    '$[0].tasks[0].service.state: none of the words',
  ],
  [
    'a misspelt keyword in a block',
    '- hosts: all\n  tasks: [{block: [], resuce: []}]\n',
    '$[0].tasks[0]: resuce is not known',
  ],
])('finds %s', (_, text, problem) => {
  expect(schemaProblems(playbooks, parse(text))).toContain(problem);
});

it('takes what is a template, or free text, or another file', () => {
  const text = `
- import_playbook: other.yml
- hosts: "{{ where }}"
  become: "{{ rootless }}"
  tasks:
    - ansible.builtin.service: {name: a, state: "{{ wanted }}", enabled: yes}
    - command: ls -l
      with_items: [a]
    - {block: [{meta: flush_handlers}], when: true}
`;
  expect(schemaProblems(playbooks, parse(text))).toEqual([]);
});

it('explains each keyword and each variable', () => {
  const keywords = new Set(Object.values(supportedKeywords).flat());
  expect([...keywords].filter((keyword) => KEYWORDS[keyword] === undefined)).toEqual([]);
  expect(variables.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
});
